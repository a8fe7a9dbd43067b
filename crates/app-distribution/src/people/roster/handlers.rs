use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Json, Path, Query},
    openapi::{CallerProblems, Limited, Missing, QueryProblems},
    web::{Language, Span},
};
use securevox_protocol::{
    AppId, Page, TesterId, apps::AppRole, roster::AppTester, testers::InvitedTester,
};
use serde::Deserialize;

use super::{change, store, wanted::Wanted};
use crate::{access::Belonging, app::App, people::groups::NO_SUCH_TESTER};

#[derive(Deserialize)]
pub(super) struct TesterPath {
    pub(super) tester: TesterId,
}

/// Who can install an app, who came last first: its members and the testers of its groups, each
/// once, with the newest build they are offered and the newest they fetched. Whoever needs no
/// invitation, because the app is public or has a password, is not among them. Developers, managers
/// and owners of the app.
#[utoipa::path(get, path = "/api/apps/{app}/testers", tag = "apps",
    params(("app" = AppId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, body = Page<AppTester>), CallerProblems, Missing, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    belonging: Belonging,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<AppTester>>> {
    belonging.require(AppRole::Developer)?;
    let paging = wanted.paging();
    let span = Span::after(paging.after(), paging.limit()?);
    let of = (wanted.part()?, wanted.only);
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, &belonging, of, (span, Utc::now())).await?;
    let Page { items, next } = paging.page(rows, |row| row.id);
    Ok(Json(Page { items: items.into_iter().map(store::Row::told).collect(), next }))
}

/// Invites a tester of an app once more: they are mailed a link that signs them in, and where mail
/// is off the answer has it, to be passed on. Managers and owners of the app who may change a group
/// of the tester's that has it.
#[utoipa::path(post, path = "/api/apps/{app}/testers/{tester}/invite", tag = "apps",
    params(("app" = AppId, Path), ("tester" = TesterId, Path)), security(("bearer" = [])),
    responses((status = 200, body = InvitedTester), CallerProblems, Missing, Limited))]
pub(super) async fn invite(
    State(app): State<App>,
    belonging: Belonging,
    path: Result<Path<TesterPath>>,
    headers: HeaderMap,
) -> Result<Json<InvitedTester>> {
    let Path(TesterPath { tester }) = path.map_err(|_| NO_SUCH_TESTER)?;
    let mut tx = app.db.begin().await?;
    let order = (tester, Language::of(&headers));
    let invited = change::invite(&mut tx, &app, &belonging, order).await?;
    tx.commit().await?;
    Ok(Json(invited))
}

/// Removes a tester from those groups that have the app and that the caller may change. What else
/// they have by these they lose too. Managers and owners of the app.
#[utoipa::path(delete, path = "/api/apps/{app}/testers/{tester}", tag = "apps",
    params(("app" = AppId, Path), ("tester" = TesterId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "They are in none of these any more"), CallerProblems, Missing))]
pub(super) async fn remove(
    State(app): State<App>,
    belonging: Belonging,
    path: Result<Path<TesterPath>>,
) -> Result<StatusCode> {
    let Path(TesterPath { tester }) = path.map_err(|_| NO_SUCH_TESTER)?;
    let mut tx = app.db.begin().await?;
    change::remove(&mut tx, &belonging, tester).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
