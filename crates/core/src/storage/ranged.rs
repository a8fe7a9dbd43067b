//! Downloads with ranges, entity tags and conditions (RFC 9110, sections 13 and 14).

use std::fmt::Write as _;

use anyhow::Context as _;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use http_range_header::parse_range_header;
use tokio_util::io::ReaderStream;

use super::Stored;
use crate::Result;

/// Bytes read at once.
const READ_SIZE: usize = 64 << 10;

/// What is downloaded.
#[derive(Debug)]
pub struct Download {
    /// The bytes.
    pub stored: Stored,
    /// A strong entity tag, without quotes: their SHA-256.
    pub etag: String,
    /// Their media type.
    pub media_type: &'static str,
    /// The name to save them under.
    pub file_name: String,
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    NotModified,
    Whole,
    Part { first: u64, last: u64 },
    NotSatisfiable,
}

/// The response to a request with `headers` for `download`.
pub async fn download(headers: &HeaderMap, download: Download) -> Result<Response> {
    let etag = format!("\"{}\"", download.etag);
    let size = download.stored.size();
    let mut response = match answer(headers, &etag, size) {
        Answer::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Answer::NotSatisfiable => {
            let range = format!("bytes */{size}");
            (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, range)]).into_response()
        }
        Answer::Whole => {
            let body = body(download.stored, 0, size).await?;
            ([(header::CONTENT_LENGTH, size.to_string())], body).into_response()
        }
        Answer::Part { first, last } => {
            let length = last - first + 1;
            let headers = [
                (header::CONTENT_LENGTH, length.to_string()),
                (header::CONTENT_RANGE, format!("bytes {first}-{last}/{size}")),
            ];
            let body = body(download.stored, first, length).await?;
            (StatusCode::PARTIAL_CONTENT, headers, body).into_response()
        }
    };
    let disposition = HeaderValue::try_from(attachment(&download.file_name));
    let disposition = disposition.expect("only ASCII is left");
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::ETAG, HeaderValue::try_from(etag).context("a hash is a header value")?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-transform"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(download.media_type));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

async fn body(stored: Stored, first: u64, length: u64) -> Result<Body> {
    let reader = stored.read(first, length).await?;
    Ok(Body::from_stream(ReaderStream::with_capacity(reader, READ_SIZE)))
}

fn answer(headers: &HeaderMap, etag: &str, size: u64) -> Answer {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if has(headers, etag) {
        return Answer::NotModified;
    }
    // A tag that differs means that the client has the beginning of something else.
    if text(header::IF_RANGE).is_some_and(|tag| tag != etag) {
        return Answer::Whole;
    }
    let Some(range) = text(header::RANGE) else { return Answer::Whole };
    // A header we cannot read is ignored, and so are several ranges: both are allowed.
    let Ok(ranges) = parse_range_header(range) else { return Answer::Whole };
    match ranges.validate(size).as_deref() {
        Ok([range]) => Answer::Part { first: *range.start(), last: *range.end() },
        Ok(_) => Answer::Whole,
        Err(_) => Answer::NotSatisfiable,
    }
}

/// Whether whoever asks has what `etag` names already.
pub fn has(headers: &HeaderMap, etag: &str) -> bool {
    let tags = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    tags.is_some_and(|tags| names(tags, etag))
}

/// Whether the list of an `If-None-Match` names `etag`, compared weakly.
fn names(tags: &str, etag: &str) -> bool {
    let mut tags = tags.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|tag| tag == "*" || tag == etag)
}

/// `attachment` with an ASCII name for everybody and the real one for who can read it (RFC 6266, RFC 8187).
pub(super) fn attachment(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+ ".contains(c);
    let ascii: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(byte));
            }
            _ => write!(encoded, "%{byte:02X}").expect("a string takes everything"),
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(pairs: &[(header::HeaderName, &'static str)]) -> Answer {
        let headers =
            pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        answer(&headers.collect(), "\"abc\"", 100)
    }

    #[test]
    fn ranges() {
        assert_eq!(ask(&[]), Answer::Whole);
        assert_eq!(ask(&[(header::RANGE, "bytes=0-9")]), Answer::Part { first: 0, last: 9 });
        assert_eq!(ask(&[(header::RANGE, "bytes=90-")]), Answer::Part { first: 90, last: 99 });
        assert_eq!(ask(&[(header::RANGE, "bytes=-5")]), Answer::Part { first: 95, last: 99 });
        assert_eq!(ask(&[(header::RANGE, "bytes=50-500")]), Answer::Part { first: 50, last: 99 });
        assert_eq!(ask(&[(header::RANGE, "bytes=100-")]), Answer::NotSatisfiable);
        assert_eq!(ask(&[(header::RANGE, "bytes=0-1,5-6")]), Answer::Whole);
        assert_eq!(ask(&[(header::RANGE, "pages=1")]), Answer::Whole);
    }

    #[test]
    fn conditions() {
        assert_eq!(ask(&[(header::IF_NONE_MATCH, "\"x\", W/\"abc\"")]), Answer::NotModified);
        let part = (header::RANGE, "bytes=0-9");
        assert_eq!(ask(&[part.clone(), (header::IF_RANGE, "\"old\"")]), Answer::Whole);
        let same = ask(&[part, (header::IF_RANGE, "\"abc\"")]);
        assert_eq!(same, Answer::Part { first: 0, last: 9 });
    }

    #[test]
    fn names_are_told_twice() {
        let value = attachment("Caffè \"1\".apk");
        assert_eq!(
            value,
            "attachment; filename=\"Caff_ _1_.apk\"; filename*=UTF-8''Caff%C3%A8%20%221%22.apk"
        );
    }
}
