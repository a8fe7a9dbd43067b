//! Browser sessions: sessions without a device, held by a signed cookie for each host.

use chrono::{DateTime, Utc};
use securevox_protocol::{AccountId, SessionId, accounts::Role};
use sqlx::PgConnection;

use crate::Result;

/// Whoever looks at a page, signed in.
#[derive(Clone, Debug)]
pub struct BrowserPerson {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// What the account is called.
    pub handle: String,
    /// What the account may do, now.
    pub role: Role,
}

/// The person behind a browser session, if it and the account are in force. Asked at each page,
/// so that a revoked session ends at once on every host.
pub async fn find_browser_person(
    conn: &mut PgConnection,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<BrowserPerson>> {
    let person = sqlx::query_as!(
        BrowserPerson,
        "select s.account_id as account, s.id as session, a.handle, a.role
         from sessions s join accounts a on a.id = s.account_id
         where s.id = $1 and s.device_id is null and s.revoked_at is null and s.expires_at > $2
           and a.disabled_at is null",
        session.0,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(person)
}
