//! Telling everybody who gets a build that is offered, one mail each.

use securevox_core::{
    Result,
    jobs::{self, Failure, Job},
    mail::Posted,
};
use securevox_protocol::{AppId, BuildId, Problem};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{
    FULL, letters,
    store::{self, Reach},
};
use crate::app::App;

const MAIL_IS_OFF: Problem =
    Problem::new(409, "/problems/mail-is-off", "This server sends no mail");
const NOT_OFFERED: Problem =
    Problem::new(409, "/problems/build-not-offered", "The build is not offered");

/// People whose mails are written in one transaction.
const AT_ONCE: i64 = 100;

/// Mails those who get a build and were not told of it.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::events) struct TellTesters {
    build: BuildId,
    reach: Reach,
}

impl Job for TellTesters {
    const KIND: &'static str = "tell-testers";
}

/// Who is told of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// All who get it: it is offered now. What was said of the build decides, or else the app.
    Everybody,
    /// The groups that it was given to by name; whoever gave it may have said whether.
    Groups(Option<bool>),
    /// The groups of the channel that it came into; what was said of the build decides.
    Channel,
}

/// Has a build told by mail if the transaction of `conn` commits, and mail is wanted.
pub(crate) async fn tell_testers(
    conn: &mut PgConnection,
    app: &App,
    (build, of): (BuildId, AppId),
    told: Told,
) -> Result<()> {
    if !app.mailer.is_on() {
        return Ok(());
    }
    let (wanted, reach) = match told {
        Told::Everybody => (store::said(&mut *conn, build).await?, Reach::Everybody),
        Told::Channel => (store::said(&mut *conn, build).await?, Reach::Channel),
        Told::Groups(wanted) => (wanted, Reach::Given),
    };
    let wanted = match wanted {
        Some(wanted) => wanted,
        None => store::settings(&mut *conn, of).await?.is_some_and(|settings| settings.mail_builds),
    };
    if wanted {
        jobs::enqueue(conn, &TellTesters { build, reach }).await?;
    }
    Ok(())
}

/// How many get the build and were not told of it; `None` where nobody is told, for it is not
/// offered or there is no mail.
pub(crate) async fn untold(
    conn: &mut PgConnection,
    app: &App,
    build: BuildId,
) -> Result<Option<i64>> {
    if app.mailer.is_on() { store::untold(conn, build).await } else { Ok(None) }
}

/// Tells those who get the build and were not told, whatever was said of it: how many they are.
pub(crate) async fn tell_untold(conn: &mut PgConnection, app: &App, build: BuildId) -> Result<i64> {
    if !app.mailer.is_on() {
        return Err(MAIL_IS_OFF.into());
    }
    let people = store::untold(&mut *conn, build).await?.ok_or(NOT_OFFERED)?;
    if people > 0 {
        jobs::enqueue(conn, &TellTesters { build, reach: Reach::Everybody }).await?;
    }
    Ok(people)
}

/// Runs the job: whoever is noted as told has a mail in the queue, for both are of one transaction.
/// Those who got as many mails as they may in an hour are tried again.
pub(in crate::events) async fn tell(app: &App, job: &TellTesters) -> Result<(), Failure> {
    let about = store::about(&mut *app.db.acquire().await?, job.build).await?;
    let Some(about) = about.filter(|about| about.offered) else { return Ok(()) };
    let letter = letters::NewBuild::of(&about, app.addresses.page(job.build.0));
    let (mut after, mut missed) = (None, false);
    loop {
        let mut tx = app.db.begin().await?;
        store::take_turn(&mut tx, job.build).await?;
        let of = (job.build, about.app);
        let page = (after, AT_ONCE);
        let recipients = store::take_recipients(&mut tx, of, job.reach, page).await?;
        if recipients.is_empty() {
            break;
        }
        let mut mails = 0;
        for recipient in &recipients {
            let end = app.end_of_mails(recipient.id, about.app);
            if app.mailer.post(&mut tx, letter.to(recipient, &end)).await? == Posted::TooMany {
                store::give_back(&mut tx, job.build, recipient.id).await?;
                missed = true;
            } else {
                mails += 1;
            }
        }
        tx.commit().await?;
        after = recipients.iter().map(|recipient| recipient.id.0).max();
        tracing::info!(build.id = %job.build, mails, "told of a build");
    }
    if missed {
        return Err(Failure::Wait(FULL));
    }
    Ok(())
}
