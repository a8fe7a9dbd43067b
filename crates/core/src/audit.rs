//! The audit log: who did what. Rows are written in the transaction of the act.

use securevox_protocol::{AccountId, AppId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// One entry of the audit log.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Who acted; `None` for an operator on the host and for the platform itself.
    pub actor: Option<AccountId>,
    /// Whose account it concerns; its owner sees the entry among their activity.
    pub account: Option<AccountId>,
    /// Noun and past participle, `session.revoked`.
    pub action: &'static str,
    /// The id of the thing it was done to. Never a name, an address, a token or a content.
    pub target: Option<Uuid>,
}

/// Writes `entry`; it stands only if the transaction of `conn` commits.
pub async fn record(conn: &mut PgConnection, entry: Entry) -> Result<()> {
    record_of(conn, &[], entry).await
}

/// Writes `entry` and that it concerns these apps, in whose logs it is found.
pub async fn record_of(conn: &mut PgConnection, apps: &[AppId], entry: Entry) -> Result<()> {
    record_named(conn, apps, entry, None).await
}

/// The same, with what the thing is called that it is done to, for when it is gone. Never the name
/// or the address of a person.
pub async fn record_named(
    conn: &mut PgConnection,
    apps: &[AppId],
    entry: Entry,
    subject: Option<&str>,
) -> Result<()> {
    let apps: Vec<Uuid> = apps.iter().map(|app| app.0).collect();
    sqlx::query!(
        "insert into audit (id, actor_id, account_id, action, target, apps, subject)
         values ($1, $2, $3, $4, $5, $6, left($7, 255))",
        Uuid::now_v7(),
        entry.actor.map(|account| account.0),
        entry.account.map(|account| account.0),
        entry.action,
        entry.target.map(|target| target.to_string()),
        &apps,
        subject,
    )
    .execute(conn)
    .await?;
    Ok(())
}
