use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Paging, Query},
    openapi::{BodyProblems, CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{
    BuildId, Page, apps::AppRole, builds::Build, testers::GiveBuild, tokens::Scope,
};

use super::{store, visible::Visible, wanted::Wanted};
use crate::{
    app::App,
    apps::Actor,
    events::{self, Told},
    people,
};

/// The builds the caller may see, newest first: those of their apps; all for administrators.
#[utoipa::path(get, path = "/api/builds", tag = "builds", params(Wanted),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Build>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Build>>> {
    let paging = Paging::new(wanted.limit, wanted.after);
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let actor = Actor::of_caller(&mut conn, &caller, Scope::BuildsRead).await?;
    let only = caller.only_app();
    if only.is_some_and(|only| wanted.app.is_some_and(|app| app != only)) {
        return Ok(Json(Page { items: Vec::new(), next: None }));
    }
    let filter = store::Filter {
        account: actor.account,
        role: actor.role,
        app: only.or(wanted.app),
        platform: wanted.platform,
    };
    let rows = store::list(&mut conn, filter, paging.after(), limit).await?;
    let page = paging.page(rows, |row| row.id.0);
    let items = page.items.into_iter().map(|row| row.shown(&app.addresses, Utc::now())).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// A build of one of the caller's apps.
#[utoipa::path(get, path = "/api/builds/{build}", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, Missing))]
pub(super) async fn show(State(app): State<App>, visible: Visible) -> Json<Build> {
    Json(visible.build.shown(&app.addresses, Utc::now()))
}

/// Gives a build to groups of testers. Developers, managers and owners of its app.
#[utoipa::path(post, path = "/api/builds/{build}/groups", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])), request_body = GiveBuild,
    responses((status = 204, description = "They have it"), CallerProblems, Missing, BodyProblems))]
pub(super) async fn give(
    State(app): State<App>,
    caller: Caller,
    visible: Visible,
    Json(request): Json<GiveBuild>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let actor = Actor::of_caller(&mut tx, &caller, Scope::BuildsWrite).await?;
    actor.in_app(&mut tx, visible.build.app()).await?.require(AppRole::Developer)?;
    let given = (visible.build.id, visible.build.app());
    people::give(&mut tx, actor, given, &request.groups).await?;
    events::tell_testers(&mut tx, &app, given, Told::Groups(None)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
