//! What tus says in headers.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use chrono::{DateTime, Utc};
use securevox_core::{Error, Result};

use super::problem::OTHER_TUS;

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const EXTENSIONS: HeaderValue =
    HeaderValue::from_static("creation,creation-with-upload,termination,expiration");
/// The media type of a piece.
pub(super) const PIECE: &str = "application/offset+octet-stream";

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSIONS: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// An answer without a body: its status and headers.
pub(super) type Answer = (StatusCode, HeaderMap);

/// 412 unless the client speaks our version.
pub(super) fn check(headers: &HeaderMap) -> Result<()> {
    match headers.get(&RESUMABLE) {
        Some(version) if *version == VERSION => Ok(()),
        _ => Err(OTHER_TUS.with_detail("Send Tus-Resumable: 1.0.0.").into()),
    }
}

/// `Upload-Length`, in bytes.
pub(super) fn length(headers: &HeaderMap) -> Result<u64> {
    number(headers, &LENGTH)
}

/// `Upload-Offset`, in bytes.
pub(super) fn offset(headers: &HeaderMap) -> Result<u64> {
    number(headers, &OFFSET)
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64> {
    let value = headers.get(name).and_then(|value| value.to_str().ok()?.parse().ok());
    value.ok_or_else(|| {
        Error::invalid_field(&format!("header {name}"), "must be there, a number of bytes")
    })
}

/// Whether the body is a piece.
pub(super) fn is_piece(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value == PIECE)
}

/// What every answer says.
pub(super) fn answer(status: StatusCode) -> Answer {
    let headers =
        [(RESUMABLE, VERSION), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, headers.into_iter().collect())
}

/// What this server can do.
pub(super) fn abilities(max_size: u64) -> Answer {
    let (status, mut headers) = answer(StatusCode::NO_CONTENT);
    headers.insert(VERSIONS, VERSION);
    headers.insert(EXTENSION, EXTENSIONS);
    headers.insert(MAX_SIZE, max_size.into());
    (status, headers)
}

/// How far the upload is, and when it is given up.
pub(super) fn progress(status: StatusCode, offset: u64, expires: DateTime<Utc>) -> Answer {
    let (status, mut headers) = answer(status);
    headers.insert(OFFSET, offset.into());
    let expires = expires.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    headers.insert(EXPIRES, HeaderValue::try_from(expires).expect("a date is ASCII"));
    (status, headers)
}

/// `progress`, and how long the whole is.
pub(super) fn state(offset: u64, length: u64, expires: DateTime<Utc>) -> Answer {
    let (status, mut headers) = progress(StatusCode::OK, offset, expires);
    headers.insert(LENGTH, length.into());
    (status, headers)
}
