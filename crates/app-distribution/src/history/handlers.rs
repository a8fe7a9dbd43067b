use axum::extract::State;
use securevox_core::{
    Result,
    extract::{Json, Paging, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{AppId, Page, apps::AppRole, history::LogEntry};

use super::store;
use crate::{app::App, apps::Belonging};

/// What was done to an app, newest first. Its managers and owners.
#[utoipa::path(get, path = "/api/apps/{app}/log", tag = "apps", params(("app" = AppId, Path), Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<LogEntry>), CallerProblems, Missing, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    belonging: Belonging,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<LogEntry>>> {
    belonging.require(AppRole::Manager)?;
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, belonging.app, (paging.after(), paging.limit()?)).await?;
    Ok(Json(paging.page(rows, |entry| entry.id)))
}
