//! Sockets of devices: Socket.IO at `/socket.io/`, namespace `/`, by WebSocket or polling.
//!
//! A socket lives as long as its session, and of one device the newest stays. What is said over
//! it is heard one after another ([`converse`]) and understood elsewhere (`crate::signal`).

mod admit;
mod converse;
mod dispatch;
mod engine;
mod enter;
mod line;
mod registry;
mod settle;

use std::sync::{Arc, Weak};

use axum::{Router, routing::any};
use securevox_core::{metrics::Metrics, process::Base};
use socketioxide::{
    SocketIo,
    extract::{Extension, SocketRef, TryData},
    handler::ConnectHandler as _,
};
use utoipa::openapi::{OpenApiBuilder, tag::TagBuilder};
use utoipa_axum::router::OpenApiRouter;

use self::{converse::Talk, engine::Engine, registry::Sockets};
use crate::app::App;

/// Where the sockets are; `/socket.io/` means the same.
const PATH: &str = "/socket.io";

const ABOUT: &str = "\
Not described below, because it is not REST: `/socket.io/`, Socket.IO (protocol 5, default parser), \
namespace `/`, by WebSocket or polling (which needs a sticky cookie where there are several copies).

- The access token of a device comes as `auth: { token }` or in the `Authorization` header. Who is \
refused gets `connect_error`, whose `message` is a problem as JSON.
- A client says `call:join` and `call:leave` with `{ call_id }`, and `webrtc:offer`, \
`webrtc:answer` and `webrtc:candidate` with `{ call_id, to, sealed }`: `to` a device in the same \
call, `sealed` base64 that nobody else can read, at most 64 KiB of it (4 KiB for a candidate). \
Each is acknowledged: `{ ok: true, … }`, for `call:join` with `participants`, or \
`{ ok: false, problem }`.
- It hears the same `webrtc:` events with `{ call_id, from: { account, device }, sealed }`; \
`participant:joined` and `participant:left` with `{ call_id, participant }`; `server:draining` \
with `{ reconnect_in_ms }`; and `server:closing` with `{ reason }`, `session_ended` or `replaced`.";

/// What the API document says of the sockets.
pub(crate) fn described() -> OpenApiRouter {
    let about = TagBuilder::new().name("signalling").description(Some(ABOUT)).build();
    OpenApiRouter::with_openapi(OpenApiBuilder::new().tags(Some([about])).build())
}

/// The way in, and all that goes on behind it.
pub(crate) fn routes(app: &Arc<App>, base: &Base, metrics: &Metrics) -> Router {
    let (engine, io) = Engine::new(Arc::clone(app), Sockets::new(metrics));
    let engine = Arc::new(engine);
    let (admitting, settling) = (Arc::downgrade(app), Arc::downgrade(&engine));
    let admit =
        async move |socket: SocketRef, said: TryData<admit::Credentials>| match Weak::upgrade(
            &admitting,
        ) {
            Some(app) => admit::admit(&app, socket, said.0).await,
            None => Err(admit::Refusal::of_the_end()),
        };
    let settle = async move |socket: SocketRef, io: SocketIo, talk: Extension<Arc<Talk>>| {
        if let Some(engine) = Weak::upgrade(&settling) {
            settle::settle(engine, io, socket, talk.0).await;
        }
    };
    io.ns("/", settle.with(admit));
    dispatch::keep_told(&engine, &io, base);
    Router::new().route_service(PATH, any(enter::enter).with_state(engine))
}
