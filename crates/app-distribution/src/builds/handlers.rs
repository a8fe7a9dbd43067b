use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Paging, Query},
    openapi::{BodyProblems, CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{
    BuildId, Page, accounts::Role, apps::AppRole, builds::Build, testers::GiveBuild, tokens::Scope,
};

use super::{store, visible::Visible, wanted::Wanted};
use crate::{
    app::App,
    apps::{self, Actor},
    events::{self, Told},
    people::{self, Audience, Who},
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
    caller.require(Scope::BuildsRead)?;
    let paging = Paging::new(wanted.limit, wanted.after);
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let role = caller.require_role(&mut conn, Role::User).await?;
    let only = caller.only_app();
    if only.is_some_and(|only| wanted.app.is_some_and(|app| app != only)) {
        return Ok(Json(Page { items: Vec::new(), next: None }));
    }
    let filter = store::Filter {
        account: caller.account,
        role,
        app: only.or(wanted.app),
        platform: wanted.platform,
    };
    let rows = store::list(&mut conn, filter, paging.after(), limit).await?;
    let developed = apps::developed_by(&mut conn, caller.account).await?;
    let page = paging.page(rows, |row| row.id.0);
    let now = Utc::now();
    let items = page.items.into_iter().map(|row| {
        let develops = role == Role::Admin || developed.contains(&row.app());
        let audience = Audience { who: Who::Account(caller.account), develops };
        row.shown(&app.addresses, audience, now)
    });
    Ok(Json(Page { items: items.collect(), next: page.next }))
}

/// A build of one of the caller's apps.
#[utoipa::path(get, path = "/api/builds/{build}", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, Missing))]
pub(super) async fn show(State(app): State<App>, visible: Visible) -> Json<Build> {
    Json(visible.build.shown(&app.addresses, visible.audience, Utc::now()))
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
    caller.require(Scope::BuildsWrite)?;
    let mut tx = app.db.begin().await?;
    let role = caller.require_role(&mut tx, Role::User).await?;
    let actor = Actor { account: caller.account, role };
    actor.in_app(&mut tx, visible.build.app()).await?.require(AppRole::Developer)?;
    let given = (visible.build.id, visible.build.app());
    people::give(&mut tx, actor, given, &request.groups).await?;
    events::tell_testers(&mut tx, &app, given, Told::Groups(None)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
