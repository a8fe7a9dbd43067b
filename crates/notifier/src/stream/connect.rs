//! Who opens a stream, and how.

use axum::{
    extract::{
        FromRequestParts, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, header, request::Parts},
    response::Response,
};
use securevox_core::{Error, Result, auth::SignedIn, openapi::CallerProblems};
use securevox_protocol::{Problem, stream::SUBPROTOCOL};

use super::converse::converse;
use crate::app::App;

const NOT_A_WEBSOCKET: Problem =
    Problem::new(426, "/problems/not-a-websocket", "This address speaks WebSocket");
/// The largest message a client may send.
const INBOUND_BYTES: usize = 128 << 10;
/// The library's own 128 KiB for each connection are too much for many idle ones.
const BUFFER_BYTES: usize = 4 << 10;

/// A caller whose token comes in the `Authorization` header, or, because browsers can send
/// none, as the subprotocol `token.<access token>`. Never in the URL: URLs are logged.
pub(super) struct Listener(SignedIn);

impl FromRequestParts<App> for Listener {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if let Some(token) = token_of(&parts.headers)
            && let Some(caller) = app.gate.prove(token).await
        {
            return Ok(Self(caller));
        }
        SignedIn::from_request_parts(parts, app).await.map(Self)
    }
}

fn token_of(headers: &HeaderMap) -> Option<&str> {
    let offers = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offers =
        offers.filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    offers.find_map(|offer| offer.trim().strip_prefix("token."))
}

/// Opens the stream of the caller's session: frames as in `securevox_protocol::stream`.
/// Of one device only the newest stream stays open.
#[utoipa::path(get, path = "/v1/stream", tag = "stream", security(("bearer" = [])),
    responses((status = 101, description = "The stream is open"),
        (status = 426, description = "Not a WebSocket", body = Problem, content_type = "application/problem+json"),
        CallerProblems))]
pub(super) async fn connect(
    State(app): State<App>,
    Listener(caller): Listener,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let upgrade =
        upgrade.map_err(|rejection| NOT_A_WEBSOCKET.with_detail(rejection.body_text()))?;
    let response = upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(INBOUND_BYTES)
        .max_frame_size(INBOUND_BYTES)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .on_upgrade(move |socket| converse(app, caller, socket));
    Ok(response)
}
