//! Making a link, and withdrawing it.

use chrono::{TimeDelta, Utc};
use securevox_core::{Error, Result, auth::Opaque, extract::Checks};
use securevox_protocol::{
    Problem, ShareLinkId,
    history::Action,
    shares::{CreateShareLink, ShareLink},
};
use sqlx::PgConnection;

use super::store;
use crate::builds::{change::record, managed::Managed};

/// Links that a build has at once.
const MOST: i64 = 100;

/// Hours that a link works at most: 90 days.
const LONGEST: u32 = 90 * 24;

const NO_SUCH_SHARE_LINK: Problem =
    Problem::new(404, "/problems/no-such-share-link", "The build has no such link");
const TOO_MANY_SHARE_LINKS: Problem =
    Problem::new(409, "/problems/too-many-share-links", "The build has too many links");

/// A link, and the code in it, which is kept nowhere.
pub(super) async fn create(
    conn: &mut PgConnection,
    managed: &Managed,
    request: &CreateShareLink,
) -> Result<(ShareLink, Opaque)> {
    let note = request.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    let mut checks = Checks::default();
    let hours = request.expires_in_hours;
    checks.require((1..=LONGEST).contains(&hours), "#/expires_in_hours", "must be 1 to 2,160");
    if let Some(note) = note {
        checks.text(note, "#/note", (1, 200));
    }
    let installs = request.installs;
    let few = installs.is_none_or(|installs| (1..=10_000).contains(&installs));
    checks.require(few, "#/installs", "must be 1 to 10,000");
    checks.finish()?;
    let (now, build) = (Utc::now(), managed.build.id);
    if store::count(&mut *conn, build, now).await? >= MOST {
        let detail = format!("It may have {MOST}. Withdraw those that nobody needs.");
        return Err(TOO_MANY_SHARE_LINKS.with_detail(detail).into());
    }
    let code = Opaque::random();
    let new = store::NewLink {
        hash: &code.hash(),
        note,
        most_installs: installs,
        expires: now + TimeDelta::hours(hours.into()),
    };
    let id = store::insert(&mut *conn, (build, managed.account), &new).await?;
    record(&mut *conn, managed, Action::ShareLinkCreated).await?;
    let made = store::list(conn, build, now).await?.into_iter().find(|link| link.id == id);
    let made = made.ok_or_else(|| Error::Internal(anyhow::anyhow!("a link vanished")))?;
    Ok((made, code))
}

pub(super) async fn withdraw(
    conn: &mut PgConnection,
    managed: &Managed,
    link: ShareLinkId,
) -> Result<()> {
    if !store::withdraw(&mut *conn, (managed.build.id, link)).await? {
        return Err(NO_SUCH_SHARE_LINK.into());
    }
    record(conn, managed, Action::ShareLinkWithdrawn).await
}
