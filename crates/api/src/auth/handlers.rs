use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::SignedIn,
    extract::Json,
    http::ClientAddress,
    openapi::{BodyProblems, CallerProblems, Conflict, Limited},
    rate_limit::Within,
};
use securevox_protocol::{
    auth::{Login, Refresh, Register, Tokens},
    history::Action,
};

use super::{login, problem::SESSION_ENDED, register, start};
use crate::{
    app::App,
    limits::Refreshes,
    sessions::{refresh, revoke},
};

/// Makes an account and signs it in. Who may is a setting: anybody, the invited, or nobody.
#[utoipa::path(post, path = "/v1/auth/register", tag = "auth", request_body = Register,
    responses((status = 201, body = Tokens), (status = 403, description = "Closed, or the invitation does not do", body = securevox_protocol::Problem, content_type = "application/problem+json"),
        BodyProblems, Conflict, Limited))]
pub(super) async fn register(
    State(app): State<App>,
    address: ClientAddress,
    Json(request): Json<Register>,
) -> Result<(StatusCode, Json<Tokens>)> {
    let now = Utc::now();
    let candidate = register::admit(&app, address, request, now).await?;
    let mut tx = app.db.begin().await?;
    let account = register::register(&mut tx, &candidate, now).await?;
    let device = candidate.device.as_ref();
    let started = start::start(&mut tx, &app, account, device, now).await?;
    tx.commit().await?;
    let session = (started.account, started.session, started.device);
    Ok((StatusCode::CREATED, Json(app.tokens(session, &started.refresh_token, now)?)))
}

/// Signs an account in. An unknown handle and a wrong password are told alike, in the same time.
#[utoipa::path(post, path = "/v1/auth/login", tag = "auth", request_body = Login,
    responses((status = 200, body = Tokens), CallerProblems, BodyProblems, Conflict, Limited))]
pub(super) async fn login(
    State(app): State<App>,
    address: ClientAddress,
    Json(request): Json<Login>,
) -> Result<Json<Tokens>> {
    let now = Utc::now();
    let device = request.device.clone();
    let proven = login::prove(&app, address, request).await?;
    let mut tx = app.db.begin().await?;
    let account = login::confirm(&mut tx, &proven).await?;
    let started = start::start(&mut tx, &app, account, device.as_ref(), now).await?;
    tx.commit().await?;
    app.forget(account, &started.ended, now).await;
    app.announce(&started).await;
    let session = (started.account, started.session, started.device);
    Ok(Json(app.tokens(session, &started.refresh_token, now)?))
}

/// Exchanges a refresh token for the next pair. If the answer is lost, the same token works
/// again until the new one was used; an older token ends the session.
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "auth", request_body = Refresh,
    responses((status = 200, body = Tokens), (status = 401, description = "Unknown, expired, or used before", body = securevox_protocol::Problem, content_type = "application/problem+json"),
        BodyProblems, Limited))]
pub(super) async fn refresh(
    State(app): State<App>,
    _: Within<Refreshes>,
    Json(request): Json<Refresh>,
) -> Result<Json<Tokens>> {
    let now = Utc::now();
    let token = request.refresh_token.parse().map_err(|()| SESSION_ENDED)?;
    let expires = now + app.config.refresh_lifetime.delta();
    let mut tx = app.db.begin().await?;
    let outcome = refresh::refresh(&mut tx, &token, expires, now).await?;
    tx.commit().await?;
    match outcome {
        refresh::Outcome::Refreshed { account, session, device, refresh_token } => {
            Ok(Json(app.tokens((account, session, device), &refresh_token, now)?))
        }
        refresh::Outcome::Ended { account, sessions } => {
            app.forget(account, &sessions, now).await;
            Err(SESSION_ENDED.into())
        }
        refresh::Outcome::Unknown => Err(SESSION_ENDED.into()),
    }
}

/// Ends the caller's session, and with it its device.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "auth", security(("bearer" = [])),
    responses((status = 204, description = "Ended"), CallerProblems))]
pub(super) async fn logout(State(app): State<App>, caller: SignedIn) -> Result<StatusCode> {
    let now = Utc::now();
    let of = revoke::Of::Session(caller.session);
    let mut tx = app.db.begin().await?;
    let ended = revoke::revoke(&mut tx, caller.account, of, Action::SessionEnded, now).await?;
    tx.commit().await?;
    app.forget(caller.account, &ended, now).await;
    Ok(StatusCode::NO_CONTENT)
}
