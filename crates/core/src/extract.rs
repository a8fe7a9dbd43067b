//! axum's extractors, with rejections that speak problem+json, and checks of values.

#![expect(clippy::disallowed_types, reason = "axum's own are wrapped here")]

use std::{error::Error as StdError, fmt};

use axum::{
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{BytesRejection, PathRejection},
    },
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use securevox_protocol::{FieldError, Page, Problem};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    Error, Result,
    error::{INVALID_REQUEST, NOT_FOUND},
};

/// The sender fell below the minimum rate.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the body came more slowly than the minimum rate")]
pub(crate) struct TooSlow;

/// The body is not JSON.
const NOT_JSON: Problem = Problem::new(400, "/problems/not-json", "The body is not JSON");
const WRONG_MEDIA_TYPE: Problem = Problem::new(415, "about:blank", "Unsupported Media Type");
const TOO_LARGE: Problem = Problem::new(413, "/problems/too-large", "The body is too large");
const TOO_SLOW: Problem = Problem::new(408, "/problems/too-slow", "The body came too slowly");
const BROKEN_OFF: Problem = Problem::new(400, "/problems/broken-off", "The body broke off");

/// A JSON body. Not JSON is 400 with line and column; a wrong type 422 with its pointer.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

/// Parameters of the path. A value that cannot be one is a 404.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

/// Parameters of the query. A wrong type is 422.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let media_type = request.headers().get(header::CONTENT_TYPE);
        if !media_type.is_some_and(|value| is_json(value.as_bytes())) {
            let detail = "Send the body as Content-Type: application/json.";
            return Err(WRONG_MEDIA_TYPE.with_detail(detail).into());
        }
        let bytes = Bytes::from_request(request, state).await?;
        parse(&bytes).map(Self)
    }
}

fn is_json(media_type: &[u8]) -> bool {
    let essence = media_type.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // serde would take `[1, 2]` for a struct of two fields.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Error::invalid_field("#", "must be an object"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = pointer(error.path());
        let cause = error.into_inner();
        if cause.is_data() {
            Error::invalid_field(&path, without_position(&cause))
        } else {
            not_json(&cause)
        }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

/// What a client said in JSON elsewhere than in a body. A wrong type is 422 with its pointer.
pub fn object<T: DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    if !value.is_object() {
        return Err(Error::invalid_field("#", "must be an object"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = pointer(error.path());
        Error::invalid_field(&path, error.into_inner().to_string())
    })
}

fn not_json(error: &serde_json::Error) -> Error {
    NOT_JSON.with_detail(error.to_string()).into()
}

/// serde's words, without "at line 1 column 20": the pointer says where.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(words, _)| words.to_owned())
}

/// serde's path as a JSON pointer (RFC 6901) in a URI fragment.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::from("#");
    for segment in path {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer += &index.to_string(),
            Segment::Map { key } => pointer += &key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => pointer += variant,
            Segment::Unknown => {}
        }
    }
    pointer
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let parameters = serde_urlencoded::Deserializer::new(pairs);
        let value = serde_path_to_error::deserialize(parameters).map_err(|error| {
            // Of the whole query, a parameter that comes twice for example, the path is ".".
            let name = error.path().to_string();
            let pointer = format!("?{}", name.trim_matches('.'));
            Error::invalid_field(&pointer, error.into_inner().to_string())
        })?;
        Ok(Self(value))
    }
}

impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Self {
        NOT_FOUND.into()
    }
}

impl From<BytesRejection> for Error {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return TOO_LARGE.into();
        }
        broken_body(&rejection)
    }
}

/// The problem of a body that could not be read to its end.
pub fn broken_body(error: &(dyn StdError + 'static)) -> Error {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<TooSlow>() {
            return TOO_SLOW.into();
        }
        cause = error.source();
    }
    BROKEN_OFF.into()
}

/// The problem of a body larger than `limit`.
pub fn too_large(limit: impl fmt::Display) -> Error {
    TOO_LARGE.with_detail(format!("At most {limit} are accepted.")).into()
}

/// Collects the values that were not accepted, so that all are told at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes `detail` about the field at `pointer` unless `accepted`.
    pub fn require(&mut self, accepted: bool, pointer: &str, detail: &str) {
        if !accepted {
            self.0.push(FieldError::new(pointer, detail));
        }
    }

    /// Notes a text that is not `min` to `max` characters long, or has control characters.
    pub fn text(&mut self, text: &str, pointer: &str, (min, max): (usize, usize)) {
        let length = text.chars().count();
        if length < min || length > max {
            self.0
                .push(FieldError::new(pointer, format!("must be {min} to {max} characters long")));
        }
        self.require(text.is_empty() || !text.trim().is_empty(), pointer, "must not be blank");
        self.require(
            !text.chars().any(char::is_control),
            pointer,
            "must not hold control characters",
        );
    }

    /// 422 with everything that was noted, if anything was.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(INVALID_REQUEST.with_errors(self.0).into()) }
    }
}

/// `?limit=&after=` of a list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Entries on a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<Uuid>,
}

impl Paging {
    /// Of a list that has parameters of its own beside these two.
    pub fn new(limit: Option<u32>, after: Option<Uuid>) -> Self {
        Self { limit, after }
    }

    /// Entries on the page, for SQL: one more than shown, to see whether there is a next page.
    pub fn limit(&self) -> Result<i64> {
        let limit = self.limit.unwrap_or(50);
        if !(1..=100).contains(&limit) {
            return Err(Error::invalid_field("?limit", "must be 1 to 100"));
        }
        Ok(i64::from(limit) + 1)
    }

    /// The id after which the page begins.
    pub fn after(&self) -> Option<Uuid> {
        self.after
    }

    /// The page of `rows`, which were read with [`Paging::limit`].
    pub fn page<T>(&self, mut rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> Page<T> {
        let shown = self.limit.unwrap_or(50) as usize;
        let more = rows.len() > shown;
        rows.truncate(shown);
        let next = rows.last().filter(|_| more).map(|row| id(row).to_string());
        Page { items: rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its errors are looked at")]
    struct Wanted {
        names: Vec<String>,
    }

    fn problem(body: &str) -> Problem {
        match parse::<Wanted>(body.as_bytes()) {
            Err(Error::Problem(problem)) => *problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn broken_json_has_line_and_column() {
        let broken = problem("{\n  \"names\": oops");
        assert_eq!(broken.status, 400);
        assert_eq!(broken.detail.as_deref(), Some("expected value at line 2 column 12"));
        assert_eq!(problem("{\"names\":[]} x").status, 400);
    }

    #[test]
    fn a_wrong_type_has_a_pointer() {
        let wrong = problem(r#"{"names":["a", 7]}"#);
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.errors[0].pointer, "#/names/1");
        assert_eq!(wrong.errors[0].detail, "invalid type: integer `7`, expected a string");
        assert_eq!(problem("[[]]").status, 422);
    }
}
