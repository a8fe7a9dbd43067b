use securevox_core::Result;
use securevox_protocol::{
    AccountId,
    accounts::{Account, Activity, Role},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::NewAccount;

/// What a login is proven with.
pub(crate) struct Credentials {
    pub(crate) id: AccountId,
    pub(crate) password_hash: Option<String>,
    pub(crate) locked: bool,
}

/// `None` if somebody has the handle.
pub(super) async fn insert(
    conn: &mut PgConnection,
    account: &NewAccount<'_>,
) -> Result<Option<AccountId>> {
    let id = sqlx::query_scalar!(
        "insert into accounts (id, handle, email, password_hash, role) values ($1, $2, $3, $4, $5)
         on conflict on constraint accounts_handle_key do nothing returning id",
        AccountId::fresh().0,
        account.handle,
        account.email,
        account.password_hash,
        account.role.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

pub(crate) async fn find_credentials(
    conn: &mut PgConnection,
    handle: &str,
) -> Result<Option<Credentials>> {
    let found = sqlx::query_as!(
        Credentials,
        r#"select id, password_hash, disabled_at is not null as "locked!"
           from accounts where handle = $1"#,
        handle,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// The same by id, the row locked: what was proven before may have changed.
pub(crate) async fn lock_credentials(
    conn: &mut PgConnection,
    id: AccountId,
) -> Result<Option<Credentials>> {
    let found = sqlx::query_as!(
        Credentials,
        r#"select id, password_hash, disabled_at is not null as "locked!"
           from accounts where id = $1 for no key update"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// The account with that handle, and its role.
pub async fn find_by_handle(
    conn: &mut PgConnection,
    handle: &str,
) -> Result<Option<(AccountId, Role)>> {
    let found = sqlx::query!("select id, role from accounts where handle = $1", handle)
        .fetch_optional(conn)
        .await?;
    Ok(found.map(|row| (row.id, row.role)))
}

pub(crate) async fn find(conn: &mut PgConnection, id: AccountId) -> Result<Option<Account>> {
    let account = sqlx::query_as!(
        Account,
        "select id, handle, email, role, disabled_at, created_at from accounts where id = $1",
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(account)
}

/// The account, its row locked: serialises what is counted per account.
pub(crate) async fn lock(conn: &mut PgConnection, id: AccountId) -> Result<Option<Account>> {
    let account = sqlx::query_as!(
        Account,
        "select id, handle, email, role, disabled_at, created_at
         from accounts where id = $1 for no key update",
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(account)
}

pub(super) async fn password_hash(
    conn: &mut PgConnection,
    id: AccountId,
) -> Result<Option<String>> {
    let hash = sqlx::query_scalar!("select password_hash from accounts where id = $1", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(hash.flatten())
}

/// Whether the account has a password.
pub(crate) async fn has_password(conn: &mut PgConnection, id: AccountId) -> Result<bool> {
    Ok(password_hash(conn, id).await?.is_some())
}

/// Sets the hash of an account's password.
pub async fn set_password(conn: &mut PgConnection, id: AccountId, hash: &str) -> Result<()> {
    sqlx::query!("update accounts set password_hash = $2 where id = $1", id.0, hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// Sets the hash if it still is `current`: of two changes at once, one wins.
pub(super) async fn replace_password(
    conn: &mut PgConnection,
    id: AccountId,
    current: &str,
    hash: &str,
) -> Result<bool> {
    let done = sqlx::query!(
        "update accounts set password_hash = $3 where id = $1 and password_hash = $2",
        id.0,
        current,
        hash,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn set_email(
    conn: &mut PgConnection,
    id: AccountId,
    email: Option<&str>,
) -> Result<()> {
    sqlx::query!("update accounts set email = $2 where id = $1", id.0, email).execute(conn).await?;
    Ok(())
}

pub(super) async fn activity(
    conn: &mut PgConnection,
    account: AccountId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(Uuid, Activity)>> {
    let rows = sqlx::query!(
        "select id, action, at, target from audit
         where account_id = $1 and ($2::uuid is null or id < $2)
         order by id desc limit $3",
        account.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let activity = rows
        .into_iter()
        .map(|row| (row.id, Activity { action: row.action, at: row.at, target: row.target }));
    Ok(activity.collect())
}
