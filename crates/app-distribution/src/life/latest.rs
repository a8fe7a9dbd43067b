//! Links that always lead to the newest build of a channel or branch.

use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Path, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
    web::see_other,
};
use securevox_protocol::{AppId, BuildId, builds::Build};

use super::{
    line::Line,
    store::{self, Needs},
};
use crate::{app::App, apps::NO_SUCH_APP, builds};

/// The newest build of an app that installs, of a channel or branch if they are named; the newest
/// that is offered where none of them does. Members of the app.
#[utoipa::path(get, path = "/api/apps/{app}/latest", tag = "apps",
    params(("app" = AppId, Path), Line), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, QueryProblems, Missing))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppId>,
    Query(line): Query<Line>,
) -> Result<Json<Build>> {
    let newest = newest(&app, id, &line).await?;
    builds::show_to(&app, &caller, newest).await.map(Json)
}

/// Goes on to the page of the newest build, which says who may see it.
pub(super) async fn open(
    State(app): State<App>,
    Path(id): Path<AppId>,
    Query(line): Query<Line>,
) -> Result<Response> {
    let newest = newest(&app, id, &line).await?;
    Ok(see_other(&format!("/builds/{newest}")))
}

async fn newest(app: &App, id: AppId, line: &Line) -> Result<BuildId> {
    let mut conn = app.db.acquire().await?;
    let now = Utc::now();
    let mut newest = store::newest(&mut conn, id, (line, Needs::Installing), now).await?;
    if newest.is_none() {
        newest = store::newest(&mut conn, id, (line, Needs::Nothing), now).await?;
    }
    Ok(newest.ok_or(NO_SUCH_APP)?.id)
}
