//! Who opens a stream, and how.

use axum::{
    extract::{
        FromRequestParts, State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::request::Parts,
    response::Response,
};
use securevox_core::{
    Error, Result,
    auth::SignedIn,
    http::token_in_subprotocol,
    openapi::{CallerProblems, Limited},
    rate_limit::{Counted, Limiter, Rule, Within},
};
use securevox_protocol::{Problem, stream::SUBPROTOCOL};

use super::converse::converse;
use crate::app::App;

const NOT_A_WEBSOCKET: Problem =
    Problem::new(426, "/problems/not-a-websocket", "This address speaks WebSocket");
const TOO_MANY_STREAMS: Problem =
    Problem::new(429, "/problems/too-many-streams", "The account has too many open streams")
        .with_retry_after(60);
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
        if let Some(token) = token_in_subprotocol(&parts.headers)
            && let Some(caller) = app.gate.prove(token).await
        {
            return Ok(Self(caller));
        }
        SignedIn::from_request_parts(parts, app).await.map(Self)
    }
}

impl Counted for Listener {
    fn key(&self) -> String {
        self.0.key()
    }
}

/// How often an account may open a stream.
pub(super) struct Openings;

impl Rule for Openings {
    type State = App;
    type By = Listener;

    fn limiter(app: &App) -> &Limiter {
        &app.openings_of
    }
}

/// Opens the stream of the caller's session: frames as in `securevox_protocol::stream`.
/// Of one device only the newest stream stays open.
#[utoipa::path(get, path = "/v1/stream", tag = "stream", security(("bearer" = [])),
    responses((status = 101, description = "The stream is open"),
        (status = 426, description = "Not a WebSocket", body = Problem, content_type = "application/problem+json"),
        CallerProblems, Limited))]
pub(super) async fn connect(
    State(app): State<App>,
    Within(Listener(caller)): Within<Openings>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let upgrade =
        upgrade.map_err(|rejection| NOT_A_WEBSOCKET.with_detail(rejection.body_text()))?;
    if app.streams.of(caller.account) >= app.config.per_account {
        return Err(TOO_MANY_STREAMS.into());
    }
    let response = upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(INBOUND_BYTES)
        .max_frame_size(INBOUND_BYTES)
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .on_upgrade(move |socket| converse(app, caller, socket));
    Ok(response)
}
