//! Each request to the engine: who opens a connection is counted, and what the engine keeps of it is chosen.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequestParts as _, State},
    http::{HeaderValue, Request, StatusCode, header, request::Parts},
    response::Response,
};
use securevox_core::{Result, http::ClientAddress};
use securevox_protocol::Problem;
use socketioxide::socket::Sid;
use tokio_util::sync::CancellationToken;

use super::{
    engine::Engine,
    line::{Line, Wire},
};

pub(super) const DRAINING: Problem =
    Problem::new(503, "/problems/draining", "The server is about to stop: try again")
        .with_retry_after(1);

/// Opens a connection, or goes on with one.
pub(super) async fn enter(
    State(engine): State<Arc<Engine>>,
    request: Request<Body>,
) -> Result<Response> {
    match sid(&request).map(str::parse) {
        None => open(&engine, request).await,
        Some(sid) => Ok(go_on(&engine, request, sid.ok()).await),
    }
}

async fn open(engine: &Arc<Engine>, request: Request<Body>) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    if let Err(error) = may_open(engine, &mut parts).await {
        let problem = error.into_problem();
        engine.app.counted.refused(&problem);
        return Err(problem.into());
    }
    let authorization = parts.headers.remove(header::AUTHORIZATION);
    let line = Line::new(authorization.map(sensitive));
    let mut request = Request::from_parts(parts, body);
    if is_websocket(&request) {
        let bare = bare(&request, Some(line.clone()), ());
        return Ok(upgrade(engine, request, bare, line.cut, None).await);
    }
    let body = std::mem::take(request.body_mut());
    Ok(engine.answer(bare(&request, Some(line), body)).await)
}

async fn may_open(engine: &Engine, parts: &mut Parts) -> Result<()> {
    if engine.app.lifecycle.is_draining() {
        return Err(DRAINING.into());
    }
    let address = ClientAddress::from_request_parts(parts, &()).await?;
    engine.app.limits.sockets_per_address.check(address).await
}

/// A poll, a message by POST, or a WebSocket that takes over.
async fn go_on(engine: &Arc<Engine>, request: Request<Body>, sid: Option<Sid>) -> Response {
    if is_websocket(&request) {
        let bare = bare(&request, None, ());
        let cut = CancellationToken::new();
        return upgrade(engine, request, bare, cut, sid).await;
    }
    engine.answer(request).await
}

/// Lets the engine say yes or no, and serves the WebSocket itself, so that it can be cut.
async fn upgrade(
    engine: &Arc<Engine>,
    mut request: Request<Body>,
    bare: Request<()>,
    cut: CancellationToken,
    sid: Option<Sid>,
) -> Response {
    // Taken out of the request: the engine finds nothing to upgrade.
    let upgrade = hyper::upgrade::on(&mut request);
    let response = engine.answer(request).await;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return response;
    }
    let serving = Arc::clone(engine);
    engine.app.tasks.spawn_until_stop(async move {
        let Ok(bytes) = upgrade.await else { return };
        let Some(sid) = sid else {
            return serving.converse(Wire::new(bytes, cut, None), bare);
        };
        let gone = CancellationToken::new();
        serving.upgrade(sid, cut.clone());
        serving.converse(Wire::new(bytes, cut, Some(gone.clone().drop_guard())), bare);
        gone.cancelled().await;
        serving.downgrade(sid).await;
    });
    response
}

/// What the engine needs of a request, and the line that it is to keep.
fn bare<B>(request: &Request<Body>, line: Option<Line>, body: B) -> Request<B> {
    let mut bare = Request::new(body);
    *bare.method_mut() = request.method().clone();
    *bare.uri_mut() = request.uri().clone();
    if let Some(line) = line {
        bare.extensions_mut().insert(line);
    }
    bare
}

/// Never shown in what is printed for debugging.
fn sensitive(mut authorization: HeaderValue) -> HeaderValue {
    authorization.set_sensitive(true);
    authorization
}

fn is_websocket<B>(request: &Request<B>) -> bool {
    let transport = parameters(request).find(|parameter| parameter.starts_with("transport="));
    transport == Some("transport=websocket")
}

fn sid<B>(request: &Request<B>) -> Option<&str> {
    parameters(request).find_map(|parameter| parameter.strip_prefix("sid="))
}

/// As the engine reads them, which takes the first of each.
fn parameters<B>(request: &Request<B>) -> impl Iterator<Item = &str> {
    request.uri().query().unwrap_or_default().split('&')
}
