use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Paging, Path, Query},
    openapi::{BodyProblems, CallerProblems, Conflict, Missing, QueryProblems},
};
use securevox_protocol::{
    BuildId, GroupId, Page,
    accounts::Role,
    apps::AppRole,
    builds::Build,
    testers::{BuildGroup, GiveBuild},
    tokens::Scope,
};
use serde::Deserialize;

use super::{
    manage::groups,
    managed::{Managed, Studied},
    store,
    visible::Visible,
    wanted::Wanted,
};
use crate::{
    access::{self, Actor, Audience},
    app::{App, Who},
    events::{self, Told},
    people,
};

/// The builds the caller may see, newest first: those of their apps, and those that groups get which
/// the address is in that they have proven; all for administrators.
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
    wanted.check()?;
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
        channel: wanted.channel.as_deref(),
        branch: wanted.branch.as_deref(),
        commit: wanted.commit.as_deref(),
        version: wanted.version.as_deref(),
    };
    let rows = store::list(&mut conn, &filter, paging.after(), limit).await?;
    let developed = access::developed_by(&mut conn, actor.account).await?;
    let page = paging.page(rows, |row| row.id.0);
    let now = Utc::now();
    let items = page.items.into_iter().map(|row| {
        let develops = actor.role == Role::Admin || developed.contains(&row.app());
        let audience = Audience { who: Who::Account(actor.account), develops };
        row.shown(&app.addresses, audience, now)
    });
    Ok(Json(Page { items: items.collect(), next: page.next }))
}

/// A build that the caller may see; to its developers with the groups that get it.
#[utoipa::path(get, path = "/api/builds/{build}", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, Missing))]
pub(super) async fn show(State(app): State<App>, visible: Visible) -> Result<Json<Build>> {
    let Visible { build, audience, actor } = visible;
    let mut conn = app.db.acquire().await?;
    let groups = if audience.develops {
        Some(groups::having(&mut conn, (build.id, build.app(), actor.account)).await?)
    } else {
        None
    };
    Ok(Json(Build { groups, ..build.shown(&app.addresses, audience, Utc::now()) }))
}

#[derive(Deserialize)]
pub(super) struct GroupPath {
    group: GroupId,
}

/// The groups of testers that get a build: every build of the app or its channel, or this one.
/// Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/builds/{build}/groups", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Page<BuildGroup>), CallerProblems, Missing))]
pub(super) async fn groups(
    State(app): State<App>,
    Studied(managed): Studied,
) -> Result<Json<Page<BuildGroup>>> {
    let mut conn = app.db.acquire().await?;
    let of = (managed.build.id, managed.build.app(), managed.account);
    let items = groups::having(&mut conn, of).await?;
    Ok(Json(Page { items, next: None }))
}

/// Takes a build back from a group that was given it. Developers, managers and owners of its app.
#[utoipa::path(delete, path = "/api/builds/{build}/groups/{group}", tag = "builds",
    params(("build" = BuildId, Path), ("group" = GroupId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "They have it no longer"), CallerProblems, Missing, Conflict))]
pub(super) async fn take(
    State(app): State<App>,
    managed: Managed,
    Path(path): Path<GroupPath>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    groups::take(&mut tx, &managed, path.group).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
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
