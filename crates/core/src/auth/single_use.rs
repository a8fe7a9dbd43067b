//! Codes that work once and soon expire, kept as hashes.

use chrono::{DateTime, Utc};
use securevox_protocol::SessionId;
use sqlx::PgConnection;

use super::Opaque;
use crate::Result;

/// The purpose of the code behind the first administrator's set-up link.
pub const SET_UP: &str = "set-up";

/// What a code brings.
#[derive(Clone, Copy, Debug)]
pub struct Redeemed {
    /// The session and when it ends, unless it was revoked meanwhile.
    pub session: Option<(SessionId, DateTime<Utc>)>,
}

/// The purpose of a code that brings a session to `service`.
pub fn session_purpose(service: &str) -> String {
    format!("session {service}")
}

/// A new code for `purpose`.
pub async fn issue(
    conn: &mut PgConnection,
    purpose: &str,
    session: Option<SessionId>,
    expires: DateTime<Utc>,
) -> Result<Opaque> {
    let code = Opaque::random();
    sqlx::query!(
        "insert into single_use_codes (hash, purpose, session_id, expires_at)
         values ($1, $2, $3, $4)",
        code.hash(),
        purpose,
        session.map(|session| session.0),
        expires,
    )
    .execute(conn)
    .await?;
    Ok(code)
}

/// Uses the code up; `None` if it was used, has expired, or is for something else.
pub async fn redeem(
    conn: &mut PgConnection,
    code: &Opaque,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<Redeemed>> {
    let row = sqlx::query!(
        r#"with used as (
               delete from single_use_codes
               where hash = $1 and purpose = $2 and expires_at > $3 returning session_id
           )
           select s.id as "id?", s.expires_at as "expires_at?"
           from used left join sessions s
               on s.id = used.session_id and s.revoked_at is null and s.expires_at > $3"#,
        code.hash(),
        purpose,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Redeemed { session: row.id.zip(row.expires_at) }))
}

/// Whether [`redeem`] would find the code.
pub async fn is_valid(
    conn: &mut PgConnection,
    code: &Opaque,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let valid = sqlx::query_scalar!(
        r#"select exists (
               select 1 from single_use_codes
               where hash = $1 and purpose = $2 and expires_at > $3
           ) as "exists!""#,
        code.hash(),
        purpose,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(valid)
}

/// Deletes all codes of `purpose`: there is to be one alone.
pub async fn withdraw(conn: &mut PgConnection, purpose: &str) -> Result<()> {
    sqlx::query!("delete from single_use_codes where purpose = $1", purpose).execute(conn).await?;
    Ok(())
}

/// Deletes what has expired.
pub async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from single_use_codes where expires_at < $1", now).execute(conn).await?;
    Ok(())
}
