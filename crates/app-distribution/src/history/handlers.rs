use axum::extract::State;
use securevox_core::{
    Result,
    auth::Administrator,
    extract::{Json, Paging, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{AppId, Page, apps::AppRole, history::LogEntry};

use super::{store, wanted::Wanted};
use crate::{access::Belonging, app::App};

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
    let span = Span::after(paging.after(), paging.limit()?);
    let mut conn = app.db.acquire().await?;
    let rows = store::of_app(&mut conn, belonging.app, span).await?;
    Ok(Json(paging.page(rows, |entry| entry.id)))
}

/// What was done on this installation, newest first; sessions of people are left out.
/// Administrators.
#[utoipa::path(get, path = "/api/log", tag = "apps", params(Wanted), security(("bearer" = [])),
    responses((status = 200, body = Page<LogEntry>), CallerProblems, QueryProblems))]
pub(super) async fn all(
    State(app): State<App>,
    _: Administrator,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<LogEntry>>> {
    let paging = Paging::new(wanted.limit, wanted.after);
    let span = Span::after(paging.after(), paging.limit()?);
    let mut conn = app.db.acquire().await?;
    let rows = match wanted.app {
        Some(id) => store::of_app(&mut conn, id, span).await?,
        None => store::all(&mut conn, span).await?,
    };
    Ok(Json(paging.page(rows, |entry| entry.id)))
}
