//! The groups that a build is given to.

use axum::{extract::State, http::StatusCode};
use securevox_core::{
    Result,
    auth::Caller,
    extract::{Json, Path},
    openapi::{BodyProblems, CallerProblems, Missing},
};
use securevox_protocol::{
    BuildId, GroupId, Page, Problem,
    accounts::Role,
    apps::AppRole,
    testers::{BuildGroup, GiveBuild},
    tokens::Scope,
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    change, manage,
    managed::{Managed, Studied},
    visible::Visible,
};
use crate::{
    app::App,
    apps::Actor,
    events::{self, Told},
    people,
};

const NOT_GIVEN: Problem =
    Problem::new(404, "/problems/not-given", "The group was not given this build");

#[derive(Deserialize)]
pub(super) struct GroupPath {
    group: GroupId,
}

/// The groups that get builds of the app, by name, and whether they were given this one.
/// Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/builds/{build}/groups", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Page<BuildGroup>), CallerProblems, Missing))]
pub(super) async fn list(
    State(app): State<App>,
    Studied(managed): Studied,
) -> Result<Json<Page<BuildGroup>>> {
    let of = (managed.build.id, managed.build.app());
    let items = manage::groups_of(&mut *app.db.acquire().await?, of).await?;
    Ok(Json(Page { items, next: None }))
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

/// Takes a build back from a group that was given it. What a group gets because it gets every
/// build stays. Developers, managers and owners of its app.
#[utoipa::path(delete, path = "/api/builds/{build}/groups/{group}", tag = "builds",
    params(("build" = BuildId, Path), ("group" = GroupId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It is taken back"), CallerProblems, Missing))]
pub(super) async fn take(
    State(app): State<App>,
    managed: Managed,
    path: Result<Path<GroupPath>>,
) -> Result<StatusCode> {
    let Path(GroupPath { group }) = path.map_err(|_| NOT_GIVEN)?;
    let mut tx = app.db.begin().await?;
    if !take_back(&mut tx, &managed, group).await? {
        return Err(NOT_GIVEN.into());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the group had been given the build.
pub(super) async fn take_back(
    conn: &mut PgConnection,
    managed: &Managed,
    group: GroupId,
) -> Result<bool> {
    let was_given = manage::take(&mut *conn, managed.build.id, group).await?;
    if was_given {
        change::record(conn, managed, "build.taken_back").await?;
    }
    Ok(was_given)
}
