use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AccountId,
    accounts::{Account, Role},
};
use sqlx::PgConnection;
use uuid::Uuid;

pub(super) async fn list(
    conn: &mut PgConnection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Account>> {
    let accounts = sqlx::query_as!(
        Account,
        "select id, handle, email, role, disabled_at, created_at from accounts
         where $1::uuid is null or id < $1
         order by id desc limit $2",
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(accounts)
}

/// The administrators who are not locked, their rows locked.
pub(super) async fn lock_administrators(conn: &mut PgConnection) -> Result<Vec<AccountId>> {
    let ids = sqlx::query_scalar!(
        "select id from accounts where role = 'admin' and disabled_at is null
         order by id for no key update"
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

pub(super) async fn update(
    conn: &mut PgConnection,
    id: AccountId,
    role: Role,
    disabled_at: Option<DateTime<Utc>>,
) -> Result<Account> {
    let account = sqlx::query_as!(
        Account,
        "update accounts set role = $2, disabled_at = $3 where id = $1
         returning id, handle, email, role, disabled_at, created_at",
        id.0,
        role.as_str(),
        disabled_at,
    )
    .fetch_one(conn)
    .await?;
    Ok(account)
}
