//! The links of an account as JSON. Testers, who have no account, make theirs on the page.

use axum::{extract::State, http::StatusCode};
use securevox_core::{
    Result,
    extract::{Json, Path},
    openapi::{BodyProblems, CallerProblems, Conflict, Limited, Missing},
};
use securevox_protocol::{
    FeedId, Page,
    feeds::{CreateFeed, CreatedFeed, Feed},
};
use serde::Deserialize;

use super::{link::NO_SUCH_FEED, make, store};
use crate::{
    access::Actor,
    app::{App, Who},
};

#[derive(Deserialize)]
pub(super) struct FeedPath {
    feed: FeedId,
}

/// The links by which programs of the caller's look for new builds, newest first. A few at most.
#[utoipa::path(get, path = "/api/feeds", tag = "feeds", security(("bearer" = [])),
    responses((status = 200, body = Page<Feed>), CallerProblems))]
pub(super) async fn list(State(app): State<App>, actor: Actor) -> Result<Json<Page<Feed>>> {
    let owner = Who::Account(actor.account);
    let items = store::links(&mut *app.db.acquire().await?, owner).await?;
    Ok(Json(Page { items, next: None }))
}

/// Makes a link; the addresses in this answer hold its secret, which is told nowhere else.
///
/// It opens what the caller is offered, to whoever has it, until it is withdrawn.
#[utoipa::path(post, path = "/api/feeds", tag = "feeds", security(("bearer" = [])),
    request_body = CreateFeed,
    responses((status = 201, body = CreatedFeed), CallerProblems, Conflict, BodyProblems, Limited))]
pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Json(request): Json<CreateFeed>,
) -> Result<(StatusCode, Json<CreatedFeed>)> {
    let made = make::make(&app, Who::Account(actor.account), &request.name).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Withdraws a link of the caller's: it opens nothing any more.
#[utoipa::path(delete, path = "/api/feeds/{feed}", tag = "feeds",
    params(("feed" = FeedId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It is withdrawn"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    actor: Actor,
    path: Result<Path<FeedPath>>,
) -> Result<StatusCode> {
    let Path(FeedPath { feed }) = path.map_err(|_| NO_SUCH_FEED)?;
    make::withdraw(&app, Who::Account(actor.account), feed).await?;
    Ok(StatusCode::NO_CONTENT)
}
