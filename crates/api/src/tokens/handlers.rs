use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::SignedIn,
    extract::{Json, Paging, Path, Query},
    openapi::{BodyProblems, CallerProblems, Conflict, Limited, Missing, QueryProblems},
    rate_limit::Within,
};
use securevox_protocol::{
    Page, TokenId,
    tokens::{ApiToken, CreateToken, CreatedToken},
};

use super::{Wanted, revoke, store};
use crate::{app::App, limits::TokenCreations};

/// The API tokens of the caller's account, newest first, without their secrets.
#[utoipa::path(get, path = "/v1/tokens", tag = "tokens", params(Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<ApiToken>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    caller: SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<ApiToken>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let tokens = store::list(&mut conn, caller.account, paging.after(), limit).await?;
    Ok(Json(paging.page(tokens, |token| token.id.0)))
}

/// Makes an API token. The token itself is shown this once. Publishers, developers of an
/// app, and administrators.
#[utoipa::path(post, path = "/v1/tokens", tag = "tokens", security(("bearer" = [])),
    request_body = CreateToken,
    responses((status = 201, body = CreatedToken), CallerProblems, BodyProblems, Conflict, Limited))]
pub(super) async fn create(
    State(app): State<App>,
    Within(caller): Within<TokenCreations>,
    Json(request): Json<CreateToken>,
) -> Result<(StatusCode, Json<CreatedToken>)> {
    let wanted = Wanted::of(request, Utc::now())?;
    let mut tx = app.db.begin().await?;
    let most = app.config.tokens_per_account;
    let token = super::create(&mut tx, caller.account, &wanted, most).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(token)))
}

/// Revokes an API token of the caller's account, at once.
#[utoipa::path(delete, path = "/v1/tokens/{token}", tag = "tokens",
    params(("token" = TokenId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Revoked"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: SignedIn,
    Path(token): Path<TokenId>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    revoke::revoke(&mut tx, caller.account, token).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
