use axum::{extract::State, http::StatusCode};
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Paging, Path, Query},
    openapi::{BodyProblems, CallerProblems, Conflict, Limited, Missing, QueryProblems},
    rate_limit::Counted as _,
    web::Span,
};
use securevox_protocol::{
    AccountId, AppId, Page,
    apps::{AppDetails, CreateApp, Member, SetMember, UpdateApp},
    tokens::Scope,
};

use super::{change, make, members, store};
use crate::{
    access::{Actor, Belonging, Reader, Uploader, list_details},
    app::App,
};

/// The apps the caller belongs to, newest first; all for administrators.
#[utoipa::path(get, path = "/api/apps", tag = "apps", params(Paging), security(("bearer" = [])),
    responses((status = 200, body = Page<AppDetails>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<AppDetails>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let actor = Actor::of_caller(&mut conn, &caller, Scope::BuildsRead).await?;
    let only = caller.only_app();
    let apps = list_details(&mut conn, actor, only, (paging.after(), limit)).await?;
    Ok(Json(paging.page(apps, |app| app.id.0)))
}

/// Makes an app before its first build, so that it has its people and its API token by then.
/// Publishers and administrators, also with API tokens that may `builds:write` for any app.
///
/// Its first upload needs no publisher any more: the app's developers may.
#[utoipa::path(post, path = "/api/apps", tag = "apps", security(("bearer" = [])),
    request_body = CreateApp,
    responses((status = 201, body = AppDetails), CallerProblems, Conflict, BodyProblems, Limited))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<CreateApp>,
) -> Result<(StatusCode, Json<AppDetails>)> {
    app.limits.uploads_of.check(caller.key()).await?;
    let mut tx = app.db.begin().await?;
    let uploader = Uploader::prove(&mut tx, &caller).await?;
    let details = make::create(&mut tx, &uploader, &request).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(details)))
}

/// An app of the caller's.
#[utoipa::path(get, path = "/api/apps/{app}", tag = "apps", params(("app" = AppId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = AppDetails), CallerProblems, Missing))]
pub(super) async fn show(
    State(app): State<App>,
    Reader(belonging): Reader,
) -> Result<Json<AppDetails>> {
    let mut conn = app.db.acquire().await?;
    Ok(Json(store::details_for(&mut conn, &belonging).await?))
}

/// Changes an app. Its managers and owners.
#[utoipa::path(patch, path = "/api/apps/{app}", tag = "apps", params(("app" = AppId, Path)),
    security(("bearer" = [])), request_body = UpdateApp,
    responses((status = 200, body = AppDetails), CallerProblems, Missing, BodyProblems))]
pub(super) async fn update(
    State(app): State<App>,
    belonging: Belonging,
    Json(request): Json<UpdateApp>,
) -> Result<Json<AppDetails>> {
    let change = change::check(&app.passwords, &belonging, request).await?;
    let mut tx = app.db.begin().await?;
    let details = change::apply(&mut tx, &belonging, &change).await?;
    tx.commit().await?;
    Ok(Json(details))
}

/// Deletes an app with all its builds. Its owners.
#[utoipa::path(delete, path = "/api/apps/{app}", tag = "apps", params(("app" = AppId, Path)),
    security(("bearer" = [])),
    responses((status = 204, description = "It is gone; the sweep deletes its packages"), CallerProblems, Missing))]
pub(super) async fn delete(State(app): State<App>, belonging: Belonging) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &belonging).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who belongs to an app. Its developers, managers and owners see it.
#[utoipa::path(get, path = "/api/apps/{app}/members", tag = "apps",
    params(("app" = AppId, Path), Paging), security(("bearer" = [])),
    responses((status = 200, body = Page<Member>), CallerProblems, Missing, QueryProblems))]
pub(super) async fn members(
    State(app): State<App>,
    belonging: Belonging,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Member>>> {
    let span = Span::after(paging.after(), paging.limit()?);
    let mut conn = app.db.acquire().await?;
    let members = members::list(&mut conn, &belonging, None, span).await?;
    Ok(Json(paging.page(members, |member| member.account_id.0)))
}

/// Adds an account by its handle, or gives it another role. Managers make developers and
/// testers, owners all; an app keeps an owner.
#[utoipa::path(put, path = "/api/apps/{app}/members", tag = "apps", params(("app" = AppId, Path)),
    security(("bearer" = [])), request_body = SetMember,
    responses((status = 200, body = Member), CallerProblems, Missing, Conflict, BodyProblems))]
pub(super) async fn set_member(
    State(app): State<App>,
    belonging: Belonging,
    Json(request): Json<SetMember>,
) -> Result<Json<Member>> {
    let mut tx = app.db.begin().await?;
    let member = members::set(&mut tx, &belonging, &request).await?;
    tx.commit().await?;
    Ok(Json(member))
}

#[derive(serde::Deserialize)]
pub(super) struct MemberPath {
    account: AccountId,
}

/// Removes an account from an app; anybody may remove themselves.
#[utoipa::path(delete, path = "/api/apps/{app}/members/{account}", tag = "apps",
    params(("app" = AppId, Path), ("account" = AccountId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It does not belong to the app any more"), CallerProblems, Missing, Conflict))]
pub(super) async fn remove_member(
    State(app): State<App>,
    belonging: Belonging,
    Path(MemberPath { account }): Path<MemberPath>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    members::remove(&mut tx, &belonging, account).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
