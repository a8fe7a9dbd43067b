//! The Engine.IO and Socket.IO of others, and how a connection to it is ended from here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body, http::Request, response::Response};
use socketioxide::{ParserConfig, SocketIo, service::SocketIoService, socket::Sid};
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt as _};

use super::{
    PATH,
    line::{Line, Wire},
    registry::Sockets,
};
use crate::app::App;

/// The largest message, or request body, that a client may send.
const INBOUND_BYTES: usize = 128 << 10;
/// The library's own 128 KiB for each connection are too much for many idle ones.
const BUFFER_BYTES: usize = 1 << 10;
/// How long somebody may be connected without saying who it is.
const ANONYMOUS: Duration = Duration::from_secs(10);
/// Nothing here is sent as an attachment; some are read, so that it can be told.
const ATTACHMENTS: usize = 4;

/// What serves the connections. What hangs on a socket holds it weakly: else they would hold each
/// other for ever.
pub(super) struct Engine {
    pub(super) app: Arc<App>,
    pub(super) sockets: Sockets,
    service: SocketIoService<Router>,
    /// What cuts each WebSocket that took over from polling.
    upgraded: Mutex<HashMap<Sid, CancellationToken>>,
}

impl Engine {
    pub(super) fn new(app: Arc<App>, sockets: Sockets) -> (Self, SocketIo) {
        let parser = ParserConfig::common()
            .max_incoming_binaries(ATTACHMENTS)
            .max_incoming_binary_buf_size(INBOUND_BYTES)
            .packet_completion_timeout(ANONYMOUS);
        let (service, io) = SocketIo::builder()
            .req_path(PATH)
            .with_parser(parser)
            .connect_timeout(ANONYMOUS)
            .max_payload(INBOUND_BYTES as u64)
            .ws_max_message_size(INBOUND_BYTES)
            .ws_max_frame_size(INBOUND_BYTES)
            .ws_read_buffer_size(BUFFER_BYTES)
            .build_with_inner_svc(Router::new());
        (Self { app, sockets, service, upgraded: Mutex::default() }, io)
    }

    /// Answers a request as Engine.IO does.
    pub(super) async fn answer(&self, request: Request<Body>) -> Response {
        let answer = self.service.clone().oneshot(request).await;
        answer.unwrap_or_else(|never| match never {}).map(Body::new)
    }

    /// Serves a WebSocket; the engine knows by `request` whether it takes over from polling.
    pub(super) fn converse(&self, wire: Wire, request: Request<()>) {
        let service = &mut self.service.clone();
        let conversing = Service::<(Wire, Request<()>)>::call(service, (wire, request));
        // It was asked the same before, when it agreed to the upgrade.
        let _begun = conversing.into_inner();
    }

    /// Remembers what cuts the WebSocket that took over the connection `sid`.
    pub(super) fn upgrade(&self, sid: Sid, cut: CancellationToken) {
        self.upgraded().insert(sid, cut);
    }

    /// The WebSocket that took over, or failed to, is gone, and the connection with it.
    pub(super) async fn downgrade(&self, sid: Sid) {
        self.upgraded().remove(&sid);
        self.hang_up(sid).await;
    }

    /// Ends the connection under a socket, whatever it is made of.
    pub(super) async fn cut(&self, sid: Sid, line: &Line) {
        line.cut.cancel();
        if let Some(upgraded) = self.upgraded().get(&sid) {
            upgraded.cancel();
        }
        self.hang_up(sid).await;
    }

    /// Says in the client's place that it closes, which works while it is polling alone.
    async fn hang_up(&self, sid: Sid) {
        let uri = format!("{PATH}?EIO=4&transport=polling&sid={sid}");
        let close = Request::post(uri).body(Body::from("1")).expect("an id is fit for a URI");
        self.answer(close).await;
    }

    fn upgraded(&self) -> MutexGuard<'_, HashMap<Sid, CancellationToken>> {
        self.upgraded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
