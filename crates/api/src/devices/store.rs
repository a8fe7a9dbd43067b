use chrono::{DateTime, Utc};
use securevox_core::{Result, auth::SignedIn};
use securevox_protocol::{
    AccountId, DeviceId,
    devices::{Device, NewDevice},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// The devices of an account that are signed in.
pub(crate) async fn count(conn: &mut PgConnection, account: AccountId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from sessions
           where account_id = $1 and device_id is not null and revoked_at is null and expires_at > now()"#,
        account.0
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

pub(crate) async fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    device: &NewDevice,
) -> Result<DeviceId> {
    let id = DeviceId::fresh();
    sqlx::query!(
        "insert into devices (id, account_id, name, platform) values ($1, $2, $3, $4)",
        id.0,
        account.0,
        device.name,
        device.platform.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(id)
}

pub(super) async fn find(
    conn: &mut PgConnection,
    caller: &SignedIn,
    id: DeviceId,
) -> Result<Option<Device>> {
    let device = sqlx::query_as!(
        Device,
        r#"select d.id, d.name, d.platform, d.created_at,
                  coalesce((select max(last_used_at) from sessions s where s.device_id = d.id), d.created_at) as "last_seen_at!",
                  d.id is not distinct from $3 as "current!"
           from devices d
           where d.id = $1 and d.account_id = $2 and d.revoked_at is null"#,
        id.0,
        caller.account.0,
        caller.device.map(|device| device.0),
    )
    .fetch_optional(conn)
    .await?;
    Ok(device)
}

pub(super) async fn list(
    conn: &mut PgConnection,
    caller: &SignedIn,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Device>> {
    let devices = sqlx::query_as!(
        Device,
        r#"select d.id, d.name, d.platform, d.created_at,
                  coalesce((select max(last_used_at) from sessions s where s.device_id = d.id), d.created_at) as "last_seen_at!",
                  d.id is not distinct from $2 as "current!"
           from devices d
           where d.account_id = $1 and d.revoked_at is null and ($3::uuid is null or d.id < $3)
           order by d.id desc limit $4"#,
        caller.account.0,
        caller.device.map(|device| device.0),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(devices)
}

pub(super) async fn rename(
    conn: &mut PgConnection,
    account: AccountId,
    id: DeviceId,
    name: &str,
) -> Result<()> {
    sqlx::query!(
        "update devices set name = $3 where id = $1 and account_id = $2 and revoked_at is null",
        id.0,
        account.0,
        name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn revoke(
    conn: &mut PgConnection,
    account: AccountId,
    id: DeviceId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update devices set revoked_at = $3 where id = $1 and account_id = $2 and revoked_at is null",
        id.0,
        account.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
