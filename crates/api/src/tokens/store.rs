use chrono::{DateTime, Utc};
use securevox_core::{Result, auth::NewApiToken};
use securevox_protocol::{
    AccountId, AppId, TokenId,
    builds::Platform,
    tokens::{ApiToken, Scope},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Wanted;

pub(super) async fn insert(
    conn: &mut PgConnection,
    account: AccountId,
    wanted: &Wanted,
    token: &NewApiToken,
) -> Result<ApiToken> {
    let scopes: Vec<String> = wanted.scopes.iter().map(ToString::to_string).collect();
    let token = sqlx::query_as!(
        ApiToken,
        r#"insert into api_tokens (id, public_id, secret_hash, account_id, name, scopes, app_id, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           returning id, name, scopes as "scopes: Vec<Scope>", app_id, expires_at, last_used_at, created_at"#,
        TokenId::fresh().0,
        token.public_id,
        token.secret_hash.as_slice(),
        account.0,
        wanted.name,
        &scopes,
        wanted.app.map(|app| app.0),
        wanted.expires,
    )
    .fetch_one(conn)
    .await?;
    Ok(token)
}

/// Whether an account is developer or more of any app.
pub(super) async fn develops(conn: &mut PgConnection, account: AccountId) -> Result<bool> {
    let develops = sqlx::query_scalar!(
        r#"select exists (
               select 1 from app_members where account_id = $1 and role <> 'tester'
           ) as "develops!""#,
        account.0
    )
    .fetch_one(conn)
    .await?;
    Ok(develops)
}

pub(super) async fn count(conn: &mut PgConnection, account: AccountId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from api_tokens where account_id = $1"#,
        account.0
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

pub(super) async fn list(
    conn: &mut PgConnection,
    account: AccountId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ApiToken>> {
    let tokens = sqlx::query_as!(
        ApiToken,
        r#"select id, name, scopes as "scopes: Vec<Scope>", app_id, expires_at, last_used_at, created_at
           from api_tokens
           where account_id = $1 and ($2::uuid is null or id < $2)
           order by id desc limit $3"#,
        account.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(tokens)
}

/// A token as its page shows it.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) id: TokenId,
    pub(super) name: String,
    pub(super) scopes: Vec<Scope>,
    /// The name of the one app that it is for.
    pub(super) app: Option<String>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) last_used_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
}

/// Those of an account, newest first, or `only` one of them.
pub(super) async fn listed(
    conn: &mut PgConnection,
    account: AccountId,
    only: Option<TokenId>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Listed>> {
    let tokens = sqlx::query_as!(
        Listed,
        r#"select t.id, t.name, t.scopes as "scopes: Vec<Scope>", p.name as "app?",
                  t.expires_at, t.last_used_at, t.created_at
           from api_tokens t left join apps p on p.id = t.app_id
           where t.account_id = $1 and ($2::uuid is null or t.id = $2)
             and ($3::uuid is null or t.id < $3)
           order by t.id desc limit $4"#,
        account.0,
        only.map(|id| id.0),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(tokens)
}

/// An app that a token can be for.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) id: AppId,
    pub(super) name: String,
    pub(super) platform: Platform,
}

/// The apps that `account` belongs to; all of them for an administrator.
pub(super) async fn apps_of(
    conn: &mut PgConnection,
    account: AccountId,
    most: i64,
) -> Result<Vec<Choice>> {
    let apps = sqlx::query_as!(
        Choice,
        "select p.id, p.name, p.platform from apps p
         where exists (select 1 from app_members m where m.app_id = p.id and m.account_id = $1)
            or exists (select 1 from accounts a where a.id = $1 and a.role = 'admin')
         order by lower(p.name), p.id limit $2",
        account.0,
        most,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

pub(super) async fn delete(
    conn: &mut PgConnection,
    account: AccountId,
    id: TokenId,
) -> Result<bool> {
    let done =
        sqlx::query!("delete from api_tokens where id = $1 and account_id = $2", id.0, account.0)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether `account` belongs to the app, or administers all of them.
pub(super) async fn is_app_of(
    conn: &mut PgConnection,
    app: AppId,
    account: AccountId,
) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (
               select 1 from apps p
               where p.id = $1 and (
                   exists (select 1 from app_members m where m.app_id = p.id and m.account_id = $2)
                   or exists (select 1 from accounts a where a.id = $2 and a.role = 'admin')
               )
           ) as "exists!""#,
        app.0,
        account.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}
