use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::SignedIn,
    error::NOT_FOUND,
    extract::{Json, Paging, Path, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{Page, SessionId, history::Action, sessions::Session};

use super::{revoke, store};
use crate::app::App;

/// The sessions of the caller's account that are in force, newest first.
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", params(Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Session>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    caller: SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Session>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let sessions = store::list(&mut conn, &caller, paging.after(), limit).await?;
    Ok(Json(paging.page(sessions, |session| session.id.0)))
}

/// Ends a session of the caller's account. Its access tokens are refused from then on.
#[utoipa::path(delete, path = "/v1/sessions/{session}", tag = "sessions",
    params(("session" = SessionId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Ended"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: SignedIn,
    Path(session): Path<SessionId>,
) -> Result<StatusCode> {
    let now = Utc::now();
    let mut tx = app.db.begin().await?;
    let of = revoke::Of::Session(session);
    let revoked = revoke::revoke(&mut tx, caller.account, of, Action::SessionRevoked, now).await?;
    tx.commit().await?;
    if revoked.is_empty() {
        return Err(NOT_FOUND.into());
    }
    app.forget(caller.account, &revoked, now).await;
    Ok(StatusCode::NO_CONTENT)
}
