//! What pages of other origins may read (CORS): an allow-list, without credentials.
//!
//! Not `tower-http`'s layer: that one answers the preflight of any stranger, with all that is
//! allowed to others. Here a stranger is answered as if nobody had ever heard of CORS.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::config::Origins;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, tus-resumable, upload-length, upload-metadata, upload-offset, x-http-method-override",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-request-id, retry-after, ratelimit, ratelimit-policy, location, etag, content-range, content-disposition, tus-resumable, tus-version, tus-extension, tus-max-size, upload-offset, upload-length, upload-expires",
);
/// An hour, in seconds: how long a browser need not ask again.
const REMEMBERED: HeaderValue = HeaderValue::from_static("3600");

/// Tells the browser that pages of the listed origins may read the answer, and answers their preflights.
pub(super) async fn share(
    State(origins): State<Origins>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let Some(origin) = origin.filter(|origin| origins.contains(origin)).cloned() else {
        return varying(next.run(request).await, &origins);
    };
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks && request.method() == Method::OPTIONS {
        let mut leave = StatusCode::NO_CONTENT.into_response();
        leave.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        leave.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        leave.headers_mut().insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
        leave
    } else {
        let mut response = next.run(request).await;
        response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        response
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    varying(response, &origins)
}

/// A cache must not give one origin what it keeps for another.
fn varying(mut response: Response, origins: &Origins) -> Response {
    if !origins.is_empty() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    }
    response
}
