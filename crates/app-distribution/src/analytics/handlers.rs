use axum::extract::State;
use securevox_core::{
    Result,
    extract::{Json, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{
    AppId, BuildId,
    analytics::{Analytics, BuildStats},
    apps::AppRole,
};

use super::{range::Wanted, report, store};
use crate::{access::Reader, app::App, builds::Visible};

/// How an app is used: downloads, installs and testers of some days, in UTC. Its developers,
/// managers and owners. Builds that were deleted still count.
#[utoipa::path(get, path = "/api/apps/{app}/analytics", tag = "analytics",
    params(("app" = AppId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, body = Analytics), CallerProblems, QueryProblems, Missing))]
pub(super) async fn of_app(
    State(app): State<App>,
    Reader(belonging): Reader,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Analytics>> {
    belonging.require(AppRole::Developer)?;
    let range = wanted.range()?;
    let mut conn = app.db.acquire().await?;
    report::report(&mut conn, (belonging.app, wanted.build), range).await.map(Json)
}

/// How a build was used since its upload. Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/builds/{build}/stats", tag = "analytics",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = BuildStats), CallerProblems, Missing))]
pub(super) async fn of_build(State(app): State<App>, visible: Visible) -> Result<Json<BuildStats>> {
    visible.require(&app, AppRole::Developer).await?;
    store::stats(&mut *app.db.acquire().await?, visible.build.id).await.map(Json)
}
