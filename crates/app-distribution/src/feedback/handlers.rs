use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::Utc;
use securevox_core::{
    Result,
    error::NOT_FOUND,
    extract::{Json, Path, Query},
    openapi::{BodyProblems, CallerProblems, Missing, QueryProblems},
    storage::{self, Download},
    web::Span,
};
use securevox_protocol::{
    AppId, BuildId, FeedbackId, Page,
    apps::AppRole,
    feedback::{Feedback, ImageType, UpdateFeedback},
    history::Action,
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{place_of, problem::NO_SUCH_FEEDBACK, store, wanted::Wanted};
use crate::{
    access::{Belonging, Reader},
    app::App,
    builds::Visible,
    sweep::forget,
};

#[derive(Deserialize)]
pub(super) struct FeedbackPath {
    pub(super) feedback: FeedbackId,
}

/// What was said of an app, newest first. Its developers, managers and owners.
#[utoipa::path(get, path = "/api/apps/{app}/feedback", tag = "feedback",
    params(("app" = AppId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, body = Page<Feedback>), CallerProblems, QueryProblems, Missing))]
pub(super) async fn list(
    State(app): State<App>,
    Reader(belonging): Reader,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Feedback>>> {
    belonging.require(AppRole::Developer)?;
    page(&app, belonging.app, &wanted).await.map(Json)
}

/// What was said of a build, newest first. Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/builds/{build}/feedback", tag = "feedback",
    params(("build" = BuildId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, body = Page<Feedback>), CallerProblems, QueryProblems, Missing))]
pub(super) async fn of_build(
    State(app): State<App>,
    visible: Visible,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Feedback>>> {
    visible.require(&app, AppRole::Developer).await?;
    let wanted = Wanted { build: Some(visible.build.id), ..wanted };
    page(&app, visible.build.app(), &wanted).await.map(Json)
}

async fn page(app: &App, id: AppId, wanted: &Wanted) -> Result<Page<Feedback>> {
    let paging = wanted.paging()?;
    let range = Span::after(paging.after(), paging.limit()?);
    let rows = store::list(&mut *app.db.acquire().await?, id, (wanted, None), range).await?;
    let page = paging.page(rows, |row| row.id.0);
    let items = page.items.into_iter().map(|row| row.shown(&app.addresses)).collect();
    Ok(Page { items, next: page.next })
}

/// One thing that was said. Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/apps/{app}/feedback/{feedback}", tag = "feedback",
    params(("app" = AppId, Path), ("feedback" = FeedbackId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Feedback), CallerProblems, Missing))]
pub(super) async fn show(
    State(app): State<App>,
    Reader(belonging): Reader,
    Path(FeedbackPath { feedback }): Path<FeedbackPath>,
) -> Result<Json<Feedback>> {
    belonging.require(AppRole::Developer)?;
    let row = find(&mut *app.db.acquire().await?, belonging.app, feedback).await?;
    Ok(Json(row.shown(&app.addresses)))
}

pub(super) async fn find(
    conn: &mut PgConnection,
    app: AppId,
    feedback: FeedbackId,
) -> Result<store::Row> {
    let one = (&Wanted::default(), Some(feedback));
    let found = store::list(conn, app, one, Span::after(None, 1)).await?;
    Ok(found.into_iter().next().ok_or(NO_SUCH_FEEDBACK)?)
}

/// The screenshot of feedback, as a file. Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/apps/{app}/feedback/{feedback}/screenshot", tag = "feedback",
    params(("app" = AppId, Path), ("feedback" = FeedbackId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The picture", content_type = "image/png"),
        (status = 206, description = "A part of it", content_type = "image/png"),
        (status = 304, description = "The client has it"),
        (status = 416, description = "There is no such part"), CallerProblems, Missing))]
pub(super) async fn screenshot(
    State(app): State<App>,
    Reader(belonging): Reader,
    Path(path): Path<FeedbackPath>,
    headers: HeaderMap,
) -> Result<Response> {
    picture(&app, &belonging, path.feedback, &headers).await
}

/// The screenshot, for somebody who may look at it: a file that no browser runs anything of.
pub(super) async fn picture(
    app: &App,
    belonging: &Belonging,
    feedback: FeedbackId,
    headers: &HeaderMap,
) -> Result<Response> {
    belonging.require(AppRole::Developer)?;
    let row = find(&mut *app.db.acquire().await?, belonging.app, feedback).await?;
    let (screenshot, media_type) = row.screenshot_id.zip(row.media_type).ok_or(NOT_FOUND)?;
    let (media_type, file_name) = match media_type {
        ImageType::Png => ("image/png", "screenshot.png"),
        ImageType::Jpeg => ("image/jpeg", "screenshot.jpg"),
        ImageType::Webp => ("image/webp", "screenshot.webp"),
    };
    let stored = app.storage.find(place_of(screenshot)).await?.ok_or(NOT_FOUND)?;
    // It never changes.
    let etag = screenshot.to_string();
    let file_name = file_name.to_owned();
    let download = Download { stored, etag, media_type, file_name };
    let mut response = storage::download(headers, download).await?;
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Says that feedback is done with, or not any more. Developers, managers and owners of its app.
#[utoipa::path(patch, path = "/api/apps/{app}/feedback/{feedback}", tag = "feedback",
    params(("app" = AppId, Path), ("feedback" = FeedbackId, Path)), security(("bearer" = [])),
    request_body = UpdateFeedback,
    responses((status = 200, body = Feedback), CallerProblems, Missing, BodyProblems))]
pub(super) async fn update(
    State(app): State<App>,
    belonging: Belonging,
    Path(FeedbackPath { feedback }): Path<FeedbackPath>,
    Json(UpdateFeedback { resolved }): Json<UpdateFeedback>,
) -> Result<Json<Feedback>> {
    resolve(&app, &belonging, feedback, resolved).await?;
    let row = find(&mut *app.db.acquire().await?, belonging.app, feedback).await?;
    Ok(Json(row.shown(&app.addresses)))
}

pub(super) async fn resolve(
    app: &App,
    belonging: &Belonging,
    feedback: FeedbackId,
    resolved: bool,
) -> Result<()> {
    belonging.require(AppRole::Developer)?;
    let mut tx = app.db.begin().await?;
    let at = resolved.then(Utc::now);
    if !store::resolve(&mut tx, (belonging.app, feedback), at).await? {
        return Err(NO_SUCH_FEEDBACK.into());
    }
    let action = if resolved { Action::FeedbackResolved } else { Action::FeedbackReopened };
    record(&mut tx, belonging, action, Some(feedback)).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes feedback with its screenshot. Managers and owners of its app.
#[utoipa::path(delete, path = "/api/apps/{app}/feedback/{feedback}", tag = "feedback",
    params(("app" = AppId, Path), ("feedback" = FeedbackId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Deleted"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    belonging: Belonging,
    Path(FeedbackPath { feedback }): Path<FeedbackPath>,
) -> Result<StatusCode> {
    remove(&app, &belonging, feedback).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(app: &App, belonging: &Belonging, feedback: FeedbackId) -> Result<()> {
    belonging.require(AppRole::Manager)?;
    let mut tx = app.db.begin().await?;
    let deleted = store::delete(&mut tx, belonging.app, feedback).await?;
    let screenshot = deleted.ok_or(NO_SUCH_FEEDBACK)?;
    record(&mut tx, belonging, Action::FeedbackDeleted, Some(feedback)).await?;
    tx.commit().await?;
    if let Some(screenshot) = screenshot {
        forget(app, place_of(screenshot)).await;
    }
    Ok(())
}

/// Without a `feedback` it was done to the app.
pub(super) async fn record(
    conn: &mut PgConnection,
    belonging: &Belonging,
    action: Action,
    feedback: Option<FeedbackId>,
) -> Result<()> {
    let target = feedback.map_or(belonging.app.0, |feedback| feedback.0);
    belonging.actor.record(conn, &[belonging.app], action, target).await
}
