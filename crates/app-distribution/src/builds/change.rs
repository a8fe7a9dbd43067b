//! Changing and deleting builds.

use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    audit::{self, Entry},
    extract::{Checks, Json},
    openapi::{BodyProblems, CallerProblems, Missing},
};
use securevox_protocol::{
    BuildId, Problem,
    apps::AppRole,
    builds::{Build, BuildStatus, UpdateBuild},
    webhooks::WebhookEvent,
};
use sqlx::PgConnection;

use super::{delete_files, managed::Managed, problem::NO_SUCH_BUILD, store};
use crate::{app::App, events};

const NOT_A_MANAGER: Problem =
    Problem::new(403, "/problems/not-a-manager", "Managers of the app do this");

/// Changes a build. Developers, managers and owners of its app, and administrators.
#[utoipa::path(patch, path = "/api/builds/{build}", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])), request_body = UpdateBuild,
    responses((status = 200, body = Build), CallerProblems, Missing, BodyProblems))]
pub(super) async fn update(
    State(app): State<App>,
    managed: Managed,
    Json(change): Json<UpdateBuild>,
) -> Result<Json<Build>> {
    check(&change)?;
    apply(&app, &managed, &change).await.map(Json)
}

/// Offers a build that was not offered, and the other way round. As `PATCH` with a `status`.
#[utoipa::path(post, path = "/api/builds/{build}/toggle_active", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, Missing))]
pub(super) async fn toggle_active(State(app): State<App>, managed: Managed) -> Result<Json<Build>> {
    let other = match managed.build.status() {
        BuildStatus::Active => BuildStatus::Inactive,
        BuildStatus::Inactive => BuildStatus::Active,
    };
    let change = UpdateBuild { status: Some(other), ..UpdateBuild::default() };
    apply(&app, &managed, &change).await.map(Json)
}

/// Deletes a build and its package. Managers and owners of its app, whoever uploaded it, and administrators.
#[utoipa::path(delete, path = "/api/builds/{build}", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Deleted"), CallerProblems, Missing))]
pub(super) async fn delete(State(app): State<App>, managed: Managed) -> Result<StatusCode> {
    remove(&app, &managed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes the build. Its symbol files are named by nothing any more: the sweep deletes them.
pub(super) async fn remove(app: &App, managed: &Managed) -> Result<()> {
    if !may_delete(managed) {
        return Err(NOT_A_MANAGER.into());
    }
    let id = managed.build.id;
    let about = (managed.build.app(), Some(id));
    let mut tx = app.db.begin().await?;
    events::announce(&mut tx, app, about, WebhookEvent::BuildDeleted).await?;
    if !store::delete(&mut tx, id).await? {
        return Err(NO_SUCH_BUILD.into());
    }
    record(&mut tx, managed, "build.deleted").await?;
    tx.commit().await?;
    delete_files(app, id).await
}

pub(super) fn may_delete(managed: &Managed) -> bool {
    managed.role >= AppRole::Manager || managed.build.uploaded_by() == managed.account
}

pub(super) fn check(change: &UpdateBuild) -> Result<()> {
    let mut checks = Checks::default();
    let short =
        |text: &Option<String>, most| text.as_ref().is_none_or(|text| text.chars().count() <= most);
    checks.require(short(&change.release_notes, 50_000), "#/release_notes", "is too long");
    checks.require(short(&change.channel, 255), "#/channel", "is too long");
    let plain = change.channel.as_ref().is_none_or(|text| !text.contains(char::is_control));
    checks.require(plain, "#/channel", "must not hold control characters");
    checks.finish()
}

async fn apply(app: &App, managed: &Managed, change: &UpdateBuild) -> Result<Build> {
    let id = managed.build.id;
    let mut tx = app.db.begin().await?;
    write(&mut tx, app, managed, change).await?;
    let build = store::find(&mut tx, id).await?.ok_or(NO_SUCH_BUILD)?;
    tx.commit().await?;
    Ok(build.shown(&app.addresses, Utc::now()))
}

pub(super) async fn write(
    conn: &mut PgConnection,
    app: &App,
    managed: &Managed,
    change: &UpdateBuild,
) -> Result<()> {
    let id = managed.build.id;
    store::update(&mut *conn, id, change).await?;
    if change.status.is_some_and(|status| status != managed.build.status()) {
        let about = (managed.build.app(), Some(id));
        events::announce(&mut *conn, app, about, WebhookEvent::BuildChanged).await?;
    }
    record(conn, managed, "build.changed").await
}

pub(super) async fn record(
    conn: &mut PgConnection,
    managed: &Managed,
    action: &'static str,
) -> Result<()> {
    audit::record_of(conn, &[managed.build.app()], entry(managed, action)).await
}

fn entry(managed: &Managed, action: &'static str) -> Entry {
    let actor = Some(managed.account);
    Entry { actor, account: actor, action, target: Some(managed.build.id.0) }
}
