use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::AccountId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::attempt::Attempt;
use crate::auth::Wanted;

/// An identity, as its owner sees it.
pub(super) struct Identity {
    pub(super) id: Uuid,
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) label: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) last_used_at: Option<DateTime<Utc>>,
}

impl Identity {
    /// What its owner would call it.
    pub(super) fn name(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.subject)
    }
}

/// Until the end of the transaction nobody else decides about that identity, be it there or not.
pub(super) async fn lock(conn: &mut PgConnection, (issuer, subject): (&str, &str)) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))",
        issuer,
        subject,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The account that the identity opens.
pub(super) async fn find(
    conn: &mut PgConnection,
    (issuer, subject): (&str, &str),
) -> Result<Option<AccountId>> {
    let account = sqlx::query_scalar!(
        "select account_id from identities where issuer = $1 and subject = $2",
        issuer,
        subject,
    )
    .fetch_optional(conn)
    .await?;
    Ok(account)
}

/// `None` if the identity is there already.
pub(super) async fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    (issuer, subject): (&str, &str),
) -> Result<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "insert into identities (id, account_id, issuer, subject) values ($1, $2, $3, $4)
         on conflict on constraint identities_issuer_subject_key do nothing returning id",
        Uuid::now_v7(),
        account.0,
        issuer,
        subject,
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

pub(super) async fn touch(
    conn: &mut PgConnection,
    (issuer, subject): (&str, &str),
    label: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update identities set label = $3, last_used_at = $4 where issuer = $1 and subject = $2",
        issuer,
        subject,
        label,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn list(conn: &mut PgConnection, account: AccountId) -> Result<Vec<Identity>> {
    let identities = sqlx::query_as!(
        Identity,
        "select id, issuer, subject, label, created_at, last_used_at from identities
         where account_id = $1 order by id",
        account.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(identities)
}

pub(super) async fn delete(conn: &mut PgConnection, account: AccountId, id: Uuid) -> Result<bool> {
    let done =
        sqlx::query!("delete from identities where id = $1 and account_id = $2", id, account.0)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether an account has that address.
pub(super) async fn is_somebodys(conn: &mut PgConnection, email: &str) -> Result<bool> {
    let is = sqlx::query_scalar!(
        r#"select exists (select 1 from accounts where lower(email) = lower($1)) as "is!""#,
        email,
    )
    .fetch_one(conn)
    .await?;
    Ok(is)
}

pub(super) async fn insert_attempt(
    conn: &mut PgConnection,
    (state_hash, browser_hash): (&[u8], &[u8]),
    attempt: &Attempt,
    expires: DateTime<Utc>,
) -> Result<()> {
    let Wanted { to, state, path } = &attempt.wanted;
    sqlx::query!(
        "insert into sso_attempts
             (state_hash, browser_hash, nonce, verifier, account_id,
              wanted_to, wanted_state, wanted_path, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        state_hash,
        browser_hash,
        attempt.nonce,
        attempt.verifier,
        attempt.account.map(|account| account.0),
        to,
        state,
        path,
        expires,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses the attempt up; `None` if it was used, has expired, or began in another browser.
pub(super) async fn take_attempt(
    conn: &mut PgConnection,
    (state_hash, browser_hash): (&[u8], &[u8]),
    now: DateTime<Utc>,
) -> Result<Option<Attempt>> {
    let row = sqlx::query!(
        "delete from sso_attempts
         where state_hash = $1 and browser_hash = $2 and expires_at > $3
         returning nonce, verifier, account_id, wanted_to, wanted_state, wanted_path",
        state_hash,
        browser_hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Attempt {
        nonce: row.nonce,
        verifier: row.verifier,
        account: row.account_id,
        wanted: Wanted { to: row.wanted_to, state: row.wanted_state, path: row.wanted_path },
    }))
}

/// Deletes what nobody came back from.
pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from sso_attempts where expires_at < $1", now).execute(conn).await?;
    Ok(())
}
