//! Warnings before the signature of a build ends.

use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    jobs::{self, Failure, Faults, Job},
    mail::Posted,
};
use securevox_protocol::{BuildId, TesterId, apps::AppRole, webhooks::WebhookExpiry};
use serde::{Deserialize, Serialize};

use super::{
    announce::{Event, announce},
    mails::{self, letters},
    store::{self, Ending},
};
use crate::app::App;

/// Mails one person that the signature of a build ends.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MailWarning {
    build: BuildId,
    person: TesterId,
    expires: DateTime<Utc>,
}

impl Job for MailWarning {
    const KIND: &'static str = "mail-warning";
}

/// Gives the warnings that are due, each once.
pub(super) async fn warn(app: &App) -> Result<()> {
    let ending = store::ending(&mut *app.db.acquire().await?, Utc::now()).await?;
    let mut faults = Faults::default();
    for ending in ending {
        faults.note(warn_of(app, &ending).await);
    }
    faults.finish()
}

async fn warn_of(app: &App, ending: &Ending) -> Result<()> {
    let mut tx = app.db.begin().await?;
    // Another copy may be at it.
    if !store::note_warning(&mut tx, ending).await? {
        return Ok(());
    }
    let expiring = WebhookExpiry { days: ending.days, expires_at: ending.expires };
    let about = (ending.app, Some(ending.id));
    announce(&mut tx, app, about, Event::Expiring(expiring)).await?;
    if app.mailer.is_on() {
        let people = mails::store::members(&mut tx, ending.app, AppRole::Developer).await?;
        for person in people {
            let (build, person) = (ending.id, person.id);
            let mail = MailWarning { build, person, expires: ending.expires };
            jobs::enqueue(&mut tx, &mail).await?;
        }
    }
    tx.commit().await?;
    tracing::info!(build.id = %ending.id, days = ending.days, "warned of the end of a signature");
    Ok(())
}

/// Runs the job, again while the person has got as many mails as they may in an hour.
pub(super) async fn mail(app: &App, job: &MailWarning) -> Result<(), Failure> {
    let mut tx = app.db.begin().await?;
    let about = mails::store::about(&mut tx, job.build).await?;
    let Some(about) = about.filter(|_| job.expires > Utc::now()) else { return Ok(()) };
    let people = mails::store::members(&mut tx, about.app, AppRole::Developer).await?;
    let Some(person) = people.into_iter().find(|person| person.id == job.person) else {
        return Ok(());
    };
    let end = app.end_of_mails(person.id, about.app);
    let page = app.addresses.page(job.build.0);
    let letter = letters::expiring(&about, (&person.email, &page, &end), job.expires);
    if app.mailer.post(&mut tx, letter).await? == Posted::TooMany {
        let words = "somebody got as many mails as they may in an hour";
        return Err(Failure::Retry(anyhow::anyhow!(words)));
    }
    tx.commit().await?;
    Ok(())
}
