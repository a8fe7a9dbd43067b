//! The layers around all routes, outermost first: request id, span, metrics, CORS, panics, pace, limits, size.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, Uri, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use securevox_protocol::Problem;
use tower::Layer as _;
use tower_http::{catch_panic::CatchPanicLayer, normalize_path::NormalizePathLayer};
use tracing::{Instrument as _, field};
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use super::{
    body::{Pace, pace_and_drain},
    cors,
    door::{self, Door},
};
use crate::{
    client_address::Trusted,
    config::Network,
    error::{NOT_FOUND, respond},
    metrics::Metrics,
    request_id::RequestId,
    web,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const METHOD_NOT_ALLOWED: Problem = Problem::new(405, "about:blank", "Method Not Allowed");
const TIMED_OUT: Problem =
    Problem::new(503, "/problems/timed-out", "The request took too long").with_retry_after(5);

/// The routes of a service with everything around them, ready to be served or called by a test.
pub fn dress(routes: Router, network: &Network, door: Door, metrics: &Metrics) -> Router {
    let limit = usize::try_from(network.body_max_bytes.0).unwrap_or(usize::MAX);
    let pace = Pace { rate: network.min_rate, window: network.min_rate_window.duration() };
    let trusted = Trusted(network.trusted_proxies.clone());
    let routes = routes
        .merge(web::routes())
        .fallback(missing)
        .method_not_allowed_fallback(async || respond(METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::max(limit))
        .layer(from_fn_with_state(door, door::admit))
        .layer(from_fn_with_state(pace, pace_and_drain))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(web::problems_as_pages))
        .layer(from_fn(security_headers))
        .layer(axum::Extension(trusted))
        // Around all that refuses, so that a page can read why.
        .layer(from_fn_with_state(network.cors_origins.clone(), cors::share))
        .layer(from_fn_with_state(metrics.clone(), observe));
    Router::new().fallback_service(NormalizePathLayer::trim_trailing_slash().layer(routes))
}

/// A service without pages of its own starts at the page of its API.
async fn missing(method: Method, uri: Uri) -> Response {
    if method == Method::GET && uri.path() == "/" {
        web::see_other("/docs")
    } else {
        respond(NOT_FOUND)
    }
}

/// Answers 503 where a handler takes longer than `limit`. Not for up- and downloads.
pub fn timed<S>(routes: OpenApiRouter<S>, limit: Duration) -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    routes.layer(from_fn(move |request: Request, next: Next| async move {
        let answered = tokio::time::timeout(limit, next.run(request)).await;
        answered.unwrap_or_else(|_| respond(TIMED_OUT))
    }))
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    // The panic hook has logged where; the payload may hold anything.
    tracing::error!("a handler panicked");
    respond(Problem::new(500, "about:blank", "Internal Server Error"))
}

/// Gives the request an id and a span, counts it, and tells the id in problems.
async fn observe(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The template, never the path itself: a path may hold a token.
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "request",
        request.id = id,
        %method,
        route,
        account.id = field::Empty
    );
    let timer = std::time::Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let elapsed = timer.elapsed();
    let status = response.status().as_u16();
    metrics.http.observe((method.as_str(), &route, status), elapsed);
    span.in_scope(|| tracing::debug!(status, elapsed_ms = elapsed.as_millis(), "answered"));
    with_id(response, id)
}

fn with_id(mut response: Response, id: String) -> Response {
    let value = HeaderValue::from_str(&id).expect("a UUID is a header value");
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let headers = std::mem::take(response.headers_mut());
        response = respond(Problem { request_id: Some(id), ..problem });
        // What layers and axum added stays: `allow`, `connection`.
        for (name, value) in headers {
            if let Some(name) = name.filter(|name| name != header::CONTENT_LENGTH) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response.headers_mut().insert(REQUEST_ID, value);
    response
}

/// What every answer says, page or not.
async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    // Answers hold tokens and private data; what may be kept says so itself.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}
