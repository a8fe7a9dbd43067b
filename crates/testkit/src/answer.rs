//! A response, read to its end.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;

/// A response, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body as JSON; null where it is none.
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { status: parts.status, headers: parts.headers, body, bytes }
    }

    /// The text at a JSON pointer, `/items/0/id`.
    pub fn text(&self, pointer: &str) -> &str {
        let value = self.body.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no text at {pointer} of {self:?}"))
    }

    /// The value of a header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The status, and the last part of the problem's type: `(404, "no-such-build")`.
    pub fn problem(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        (self.status.as_u16(), self.text("/type").trim_start_matches("/problems/"))
    }

    /// The pointers of the fields that were not accepted.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect()
    }

    /// The body as text, of a page for example.
    pub fn html(&self) -> &str {
        str::from_utf8(&self.bytes).unwrap()
    }

    /// The value of a hidden field of a page's first form that has it.
    pub fn hidden(&self, name: &str) -> &str {
        self.between(&format!("name=\"{name}\" value=\""), "\"")
    }

    /// The text between two others.
    pub fn between(&self, before: &str, after: &str) -> &str {
        let start = self.html().find(before);
        let start =
            start.unwrap_or_else(|| panic!("no {before} in {}", self.html())) + before.len();
        self.html()[start..].split(after).next().unwrap()
    }
}
