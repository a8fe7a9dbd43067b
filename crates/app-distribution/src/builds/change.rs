//! Changing and deleting builds.

use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Checks, Json},
    openapi::{BodyProblems, CallerProblems, Missing},
};
use securevox_protocol::{
    AppId, BuildId,
    apps::AppRole,
    builds::{Build, BuildStatus, UpdateBuild},
    history::Action,
    webhooks::WebhookEvent,
};
use sqlx::PgConnection;

use super::{
    delete_files, ends, form, managed::Managed, problem::NO_SUCH_BUILD, store, store::Offer,
};
use crate::{
    access::at_least,
    app::App,
    events,
    history::{self, Act, Told},
};

/// Changes a build. Developers, managers and owners of its app, and administrators.
///
/// When it becomes `active`, those who get it and were not told are mailed, unless the app or
/// `notify` says otherwise.
#[utoipa::path(patch, path = "/api/builds/{build}", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])), request_body = UpdateBuild,
    responses((status = 200, body = Build), CallerProblems, Missing, BodyProblems))]
pub(super) async fn update(
    State(app): State<App>,
    managed: Managed,
    Json(mut change): Json<UpdateBuild>,
) -> Result<Json<Build>> {
    // As uploads are taken, so that it is the same channel.
    change.channel = change.channel.map(|channel| channel.trim().to_owned());
    check(&change)?;
    let mut tx = app.db.begin().await?;
    let build = apply(&mut tx, &app, &managed, &change).await?;
    tx.commit().await?;
    Ok(Json(build))
}

/// Offers a build that was not offered, and the other way round. As `PATCH` with a `status`.
#[utoipa::path(post, path = "/api/builds/{build}/toggle_active", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Build), CallerProblems, Missing))]
pub(super) async fn toggle_active(State(app): State<App>, managed: Managed) -> Result<Json<Build>> {
    let mut tx = app.db.begin().await?;
    // Two at once are one after the other.
    let before = store::lock(&mut tx, managed.build.id).await?.ok_or(NO_SUCH_BUILD)?;
    let other = match before.status {
        BuildStatus::Active => BuildStatus::Inactive,
        BuildStatus::Inactive => BuildStatus::Active,
    };
    let change = UpdateBuild { status: Some(other), ..UpdateBuild::default() };
    let build = apply(&mut tx, &app, &managed, &change).await?;
    tx.commit().await?;
    Ok(Json(build))
}

/// What the log tells of a change.
pub(super) const LOGGED: &[(&str, Told)] = &[
    ("status", Told::Value),
    ("channel", Told::Value),
    ("pinned", Told::Value),
    ("mandatory", Told::Value),
    ("is_beta", Told::Value),
    ("expires_at", Told::Value),
    ("release_notes", Told::Changed),
];

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
        at_least(Some(managed.role), AppRole::Manager)?;
    }
    let id = managed.build.id;
    let about = (managed.build.app(), Some(id));
    let mut tx = app.db.begin().await?;
    events::announce(&mut tx, app, about, WebhookEvent::BuildDeleted).await?;
    record(&mut tx, managed, Action::BuildDeleted).await?;
    if !store::delete(&mut tx, id).await? {
        return Err(NO_SUCH_BUILD.into());
    }
    tx.commit().await?;
    delete_files(app, id).await;
    Ok(())
}

pub(super) fn may_delete(managed: &Managed) -> bool {
    managed.role >= AppRole::Manager || managed.build.uploaded_by() == managed.account
}

pub(super) fn check(change: &UpdateBuild) -> Result<()> {
    let mut checks = Checks::default();
    for (name, text) in [("release_notes", &change.release_notes), ("channel", &change.channel)] {
        form::check_text(&mut checks, name, text.as_deref().unwrap_or_default());
    }
    let is_known = change.expires_at.flatten().is_none_or(ends::is_known);
    checks.require(is_known, "#/expires_at", ends::UNKNOWN);
    checks.finish()
}

/// Changes the build, and tells whom it concerns; what it is now.
pub(super) async fn apply(
    conn: &mut PgConnection,
    app: &App,
    managed: &Managed,
    change: &UpdateBuild,
) -> Result<Build> {
    let id = managed.build.id;
    let offer = store::lock(&mut *conn, id).await?.ok_or(NO_SUCH_BUILD)?;
    let before = state(&mut *conn, app, managed).await?;
    store::update(&mut *conn, id, change).await?;
    let after = state(&mut *conn, app, managed).await?;
    let of = (id, managed.build.app());
    tell(&mut *conn, app, of, (offer, change.status)).await?;
    tell_channel(&mut *conn, app, of, (&before, &after)).await?;
    let details = history::changes(&before, &after, LOGGED);
    let act = act(managed, Action::BuildChanged);
    history::record_change(conn, &[managed.build.app()], act, &details).await?;
    Ok(after)
}

async fn state(conn: &mut PgConnection, app: &App, managed: &Managed) -> Result<Build> {
    let build = store::find(conn, managed.build.id).await?.ok_or(NO_SUCH_BUILD)?;
    Ok(build.shown(&app.addresses, managed.audience(), Utc::now()))
}

/// Tells that a build is offered that was not, or the other way round: it was locked as `before`, and
/// is changed.
pub(super) async fn tell(
    conn: &mut PgConnection,
    app: &App,
    (build, of): (BuildId, AppId),
    (before, status): (Offer, Option<BuildStatus>),
) -> Result<()> {
    let Some(status) = status.filter(|status| *status != before.status) else { return Ok(()) };
    let is_offered = status == BuildStatus::Active;
    let event = if is_offered && !before.was_published {
        WebhookEvent::BuildPublished
    } else {
        WebhookEvent::BuildChanged
    };
    events::announce(&mut *conn, app, (of, Some(build)), event).await?;
    if is_offered {
        events::tell_testers(conn, app, (build, of), events::Told::Everybody).await?;
    }
    Ok(())
}

/// Tells the groups of the channel that a build came into.
pub(super) async fn tell_channel(
    conn: &mut PgConnection,
    app: &App,
    of: (BuildId, AppId),
    (before, after): (&Build, &Build),
) -> Result<()> {
    if after.channel.is_some() && after.channel != before.channel {
        events::tell_testers(conn, app, of, events::Told::Channel).await?;
    }
    Ok(())
}

pub(super) async fn record(
    conn: &mut PgConnection,
    managed: &Managed,
    action: Action,
) -> Result<()> {
    history::record(conn, &[managed.build.app()], act(managed, action)).await
}

fn act(managed: &Managed, action: Action) -> Act {
    let actor = Some(managed.account);
    Act { action, actor, account: actor, target: managed.build.id.0 }
}
