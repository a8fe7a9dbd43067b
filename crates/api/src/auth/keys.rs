//! The public keys behind access tokens, for whoever wants to check one alone.

use axum::{extract::State, http::header, response::IntoResponse};
use securevox_core::extract::Json;

use crate::app::App;

/// The keys that sign access tokens (RFC 7517). Anybody may read them.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "auth",
    responses((status = 200, description = "A JSON Web Key Set", body = Object)))]
pub(super) async fn show(State(app): State<App>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(app.gate.tokens.keys().jwks()))
}
