use axum::extract::State;
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Administrator,
    error::NOT_FOUND,
    extract::{Json, Paging, Path, Query},
    openapi::{BodyProblems, CallerProblems, Conflict, Missing, QueryProblems},
};
use securevox_protocol::{
    AccountId, Page,
    accounts::{Account, AdministerAccount},
};

use super::{administer, store};
use crate::{accounts, app::App};

/// All accounts, newest first. Administrators only.
#[utoipa::path(get, path = "/v1/admin/accounts", tag = "admin", params(Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Account>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    _: Administrator,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Account>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let accounts = store::list(&mut conn, paging.after(), limit).await?;
    Ok(Json(paging.page(accounts, |account| account.id.0)))
}

/// An account. Administrators only.
#[utoipa::path(get, path = "/v1/admin/accounts/{account}", tag = "admin",
    params(("account" = AccountId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Account), CallerProblems, Missing))]
pub(super) async fn show(
    State(app): State<App>,
    _: Administrator,
    Path(account): Path<AccountId>,
) -> Result<Json<Account>> {
    let mut conn = app.db.acquire().await?;
    Ok(Json(accounts::store::find(&mut conn, account).await?.ok_or(NOT_FOUND)?))
}

/// Gives an account another role, locks or unlocks it. Administrators only; the last one stays.
#[utoipa::path(patch, path = "/v1/admin/accounts/{account}", tag = "admin",
    params(("account" = AccountId, Path)), security(("bearer" = [])),
    request_body = AdministerAccount,
    responses((status = 200, body = Account), CallerProblems, Missing, BodyProblems, Conflict))]
pub(super) async fn update(
    State(app): State<App>,
    administrator: Administrator,
    Path(account): Path<AccountId>,
    Json(request): Json<AdministerAccount>,
) -> Result<Json<Account>> {
    let now = Utc::now();
    let actor = administrator.account;
    let mut tx = app.db.begin().await?;
    let (account, ended) = administer::administer(&mut tx, actor, account, &request, now).await?;
    tx.commit().await?;
    app.forget(account.id, &ended, now).await;
    Ok(Json(account))
}
