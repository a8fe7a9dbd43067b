//! The audit log: who did what. Rows are written in the transaction of the act.

use std::collections::BTreeMap;

use securevox_protocol::{AccountId, AppId, history::Action};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::Result;

/// One entry of the audit log.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Who acted; `None` for an operator on the host and for the platform itself.
    pub actor: Option<AccountId>,
    /// Whose account it concerns; its owner sees the entry among their activity.
    pub account: Option<AccountId>,
    /// What was done.
    pub action: Action,
    /// The id of the thing it was done to. Never a name, an address, a token or a content.
    pub target: Option<Uuid>,
}

/// What stands beside an entry.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The apps it concerns, in whose logs it is found.
    pub apps: &'a [AppId],
    /// What the thing is called that it was done to, for when it is gone. Never the name or the
    /// address of a person.
    pub subject: Option<&'a str>,
    /// What was changed, and to what: names of fields, and words of ours or names of groups. Of
    /// everything else only that it was: [`CHANGED`].
    pub details: &'a [(&'static str, String)],
}

/// What is told of a value that is not written down.
pub const CHANGED: &str = "changed";

/// Writes `entry`; it stands only if the transaction of `conn` commits.
pub async fn record(conn: &mut PgConnection, entry: Entry) -> Result<()> {
    record_about(conn, entry, About::default()).await
}

/// Writes `entry` and what is to be known about it.
pub async fn record_about(conn: &mut PgConnection, entry: Entry, about: About<'_>) -> Result<()> {
    let apps: Vec<Uuid> = about.apps.iter().map(|app| app.0).collect();
    let details: BTreeMap<&str, &str> =
        about.details.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sqlx::query!(
        "insert into audit (id, actor_id, account_id, action, target, apps, subject, details)
         values ($1, $2, $3, $4, $5, $6, left($7, 255), $8)",
        Uuid::now_v7(),
        entry.actor.map(|account| account.0),
        entry.account.map(|account| account.0),
        entry.action.as_str(),
        entry.target.map(|target| target.to_string()),
        &apps,
        about.subject,
        Json(details) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
