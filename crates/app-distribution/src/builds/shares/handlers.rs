use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Json, Path},
    openapi::{BodyProblems, CallerProblems, Conflict, Missing},
};
use securevox_protocol::{
    BuildId, Page, ShareLinkId,
    shares::{CreateShareLink, CreatedShareLink, ShareLink},
};
use serde::Deserialize;

use super::{change, store};
use crate::{
    app::App,
    builds::managed::{Managed, Studied},
};

#[derive(Deserialize)]
pub(super) struct SharePath {
    share: ShareLinkId,
}

/// The links by which a build is shared, newest first. Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/builds/{build}/links", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Page<ShareLink>), CallerProblems, Missing))]
pub(super) async fn list(
    State(app): State<App>,
    Studied(managed): Studied,
) -> Result<Json<Page<ShareLink>>> {
    let mut conn = app.db.acquire().await?;
    let items = store::list(&mut conn, managed.build.id, Utc::now()).await?;
    Ok(Json(Page { items, next: None }))
}

/// Makes a link by which whoever has it installs the build, while that is offered and the caller
/// sees it. Developers, managers and owners of its app.
#[utoipa::path(post, path = "/api/builds/{build}/links", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])), request_body = CreateShareLink,
    responses((status = 201, body = CreatedShareLink), CallerProblems, Missing, BodyProblems, Conflict))]
pub(super) async fn create(
    State(app): State<App>,
    managed: Managed,
    Json(request): Json<CreateShareLink>,
) -> Result<(StatusCode, Json<CreatedShareLink>)> {
    let mut tx = app.db.begin().await?;
    let (link, code) = change::create(&mut tx, &managed, &request).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(CreatedShareLink { link, url: app.addresses.share(&code) })))
}

/// Withdraws a link. Developers, managers and owners of the app.
#[utoipa::path(delete, path = "/api/builds/{build}/links/{share}", tag = "builds",
    params(("build" = BuildId, Path), ("share" = ShareLinkId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It opens nothing any more"), CallerProblems, Missing))]
pub(super) async fn withdraw(
    State(app): State<App>,
    managed: Managed,
    Path(path): Path<SharePath>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    change::withdraw(&mut tx, &managed, path.share).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
