use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{Result, auth::SignedIn};
use securevox_protocol::{AccountId, DeviceId, SessionId, sessions::Session};
use sqlx::PgConnection;
use uuid::Uuid;

use super::refresh::Presented;

/// The session of a refresh token, locked.
pub(super) struct Locked {
    pub(super) id: SessionId,
    pub(super) account_id: AccountId,
    pub(super) device_id: Option<DeviceId>,
}

pub(crate) async fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    device: Option<DeviceId>,
    expires: DateTime<Utc>,
) -> Result<SessionId> {
    let id = SessionId::fresh();
    sqlx::query!(
        "insert into sessions (id, account_id, device_id, expires_at) values ($1, $2, $3, $4)",
        id.0,
        account.0,
        device.map(|device| device.0),
        expires,
    )
    .execute(conn)
    .await?;
    Ok(id)
}

pub(super) async fn list(
    conn: &mut PgConnection,
    caller: &SignedIn,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Session>> {
    let sessions = sqlx::query_as!(
        Session,
        r#"select id, device_id, created_at, last_used_at, expires_at, id = $2 as "current!"
           from sessions
           where account_id = $1 and revoked_at is null and expires_at > now()
             and ($3::uuid is null or id < $3)
           order by id desc limit $4"#,
        caller.account.0,
        caller.session.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(sessions)
}

/// Ends those sessions of `account` that are `session`, on `device`, and not `but`; an
/// installation cannot sign in a second time, so the device of an ended session goes with it.
pub(super) async fn revoke(
    conn: &mut PgConnection,
    account: AccountId,
    (session, device, but): (Option<SessionId>, Option<DeviceId>, Option<SessionId>),
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let revoked = sqlx::query_scalar!(
        "with ended as (
             update sessions set revoked_at = $5
             where account_id = $1 and revoked_at is null and expires_at > $5
               and ($2::uuid is null or id = $2)
               and ($3::uuid is null or device_id = $3)
               and ($4::uuid is null or id <> $4)
             returning id, device_id
         ), gone as (
             update devices set revoked_at = $5
             where id in (select device_id from ended) and revoked_at is null
         )
         select id from ended",
        account.0,
        session.map(|id| id.0),
        device.map(|id| id.0),
        but.map(|id| id.0),
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(revoked)
}

/// Ends all sessions without a device but the `kept` that were used last.
pub(crate) async fn revoke_surplus(
    conn: &mut PgConnection,
    account: AccountId,
    kept: i64,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let revoked = sqlx::query_scalar!(
        "update sessions set revoked_at = $3
         where id in (
             select id from sessions
             where account_id = $1 and device_id is null and revoked_at is null and expires_at > $3
             order by last_used_at desc offset $2
         )
         returning id",
        account.0,
        kept,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(revoked)
}

/// The session that a refresh token belongs to, if it and its account are in force.
pub(super) async fn lock_by_token(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Locked>> {
    let session = sqlx::query_as!(
        Locked,
        "select s.id, s.account_id, s.device_id
         from refresh_tokens t
         join sessions s on s.id = t.session_id
         join accounts a on a.id = s.account_id
         where t.hash = $1 and s.revoked_at is null and s.expires_at > $2 and a.disabled_at is null
         for update of s",
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(session)
}

pub(super) async fn find_token(
    conn: &mut PgConnection,
    hash: &[u8],
) -> Result<Option<(Uuid, Presented)>> {
    let row = sqlx::query!(
        r#"select id, used_at is not null as "used!", voided_at is not null as "voided!"
           from refresh_tokens where hash = $1"#,
        hash,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, Presented { used: row.used, voided: row.voided })))
}

/// The newest token that `parent` was exchanged for.
pub(super) async fn successor(
    conn: &mut PgConnection,
    parent: Uuid,
) -> Result<Option<(Uuid, Presented)>> {
    let row = sqlx::query!(
        r#"select id, used_at is not null as "used!", voided_at is not null as "voided!"
           from refresh_tokens where parent_id = $1 order by id desc limit 1"#,
        parent,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, Presented { used: row.used, voided: row.voided })))
}

pub(crate) async fn insert_token(
    conn: &mut PgConnection,
    session: SessionId,
    hash: &[u8],
    parent: Option<Uuid>,
) -> Result<()> {
    sqlx::query!(
        "insert into refresh_tokens (id, session_id, hash, parent_id) values ($1, $2, $3, $4)",
        Uuid::now_v7(),
        session.0,
        hash,
        parent,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn use_token(conn: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update refresh_tokens set used_at = $2 where id = $1", id, now)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn void_token(
    conn: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("update refresh_tokens set voided_at = $2 where id = $1", id, now)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn touch(
    conn: &mut PgConnection,
    id: SessionId,
    expires: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update sessions set last_used_at = $3, expires_at = $2 where id = $1",
        id.0,
        expires,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes sessions that are long over and refresh tokens that were exchanged long ago;
/// ends devices whose session has expired.
pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    let old = now - TimeDelta::days(30);
    sqlx::query!("delete from sessions where revoked_at < $1 or expires_at < $1", old)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from refresh_tokens where used_at < $1 or voided_at < $1", old)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "update devices d set revoked_at = $1
         where d.revoked_at is null and not exists (
             select 1 from sessions s
             where s.device_id = d.id and s.revoked_at is null and s.expires_at > $1
         )",
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
