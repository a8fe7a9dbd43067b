//! Answers that readers keep: with an entity tag, and nothing where they have it.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use securevox_core::{
    auth::{digest, hex},
    storage,
};

use super::link::Reader;

/// How long a reader may do without asking.
const FRESH: &str = "max-age=300";

/// `body` for a reader, who is asked to come back no sooner than in five minutes.
pub(super) fn kept(
    (reader, headers): (&Reader, &HeaderMap),
    media_type: &'static str,
    body: Vec<u8>,
) -> Response {
    answer((reader, headers), FRESH, media_type, body.into())
}

/// `body`, which fits to others that are fetched with it: it is asked for each time.
pub(super) fn checked(
    (reader, headers): (&Reader, &HeaderMap),
    media_type: &'static str,
    body: Bytes,
) -> Response {
    answer((reader, headers), "no-cache", media_type, body)
}

fn answer(
    (reader, headers): (&Reader, &HeaderMap),
    freshness: &str,
    media_type: &'static str,
    body: Bytes,
) -> Response {
    let etag = format!("\"{}\"", hex(&digest(&body)[..16]));
    let mut response = if storage::has(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type)], body).into_response()
    };
    let whose = if reader.link.is_none() { "public" } else { "private" };
    let control = HeaderValue::try_from(format!("{whose}, {freshness}")).expect("it is ASCII");
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, control);
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    headers.insert(header::ETAG, HeaderValue::try_from(etag).expect("it is ASCII"));
    response
}
