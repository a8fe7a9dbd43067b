//! The one error type of all handlers.
//!
//! An error is either a [`Problem`], which the caller is told in full, or an
//! internal failure, which is logged in full and told as "500" alone. Use a
//! problem for what a caller can do something about, `anyhow` with a context
//! for the rest; store functions pass `sqlx::Error` on with `?`.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use securevox_protocol::{FieldError, Problem, Quota};

/// The result of handlers, extractors, operations and stores.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Some value that was not accepted; the fields are in `errors`.
pub const INVALID_REQUEST: Problem =
    Problem::new(422, "/problems/invalid-request", "The request is not valid");
/// No resource at that path, or none that the caller may know of.
pub const NOT_FOUND: Problem = Problem::new(404, "about:blank", "Not Found");
/// Postgres does not answer, is starting or stopping, or has no connection left.
pub const DATABASE_UNAVAILABLE: Problem =
    Problem::new(503, "/problems/database-unavailable", "The database is not available")
        .with_retry_after(2);
/// The object storage does not answer, or says that it cannot just now.
pub const STORAGE_UNAVAILABLE: Problem =
    Problem::new(503, "/problems/storage-unavailable", "The storage is not available")
        .with_retry_after(5);
/// A disk, the database's or the storage's, is full.
pub const DISK_FULL: Problem =
    Problem::new(507, "/problems/disk-full", "No space left").with_retry_after(60);

/// An error with its causes, each told once: for an operator, never for a caller.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words.extend([": ", &more]);
        }
        cause = error.source();
    }
    words
}

/// What can go wrong in a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Expected: told to the caller in full.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// Unexpected: logged, and told as a bare 500.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// 422 with the fields that were not accepted.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        INVALID_REQUEST.with_errors(errors).into()
    }

    /// 422 because of one field.
    pub fn invalid_field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, detail)])
    }

    /// What the caller is told; an internal error is logged here, once.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => *problem,
            Self::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "request failed");
                Problem::new(500, "about:blank", "Internal Server Error")
            }
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let expected = match &error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                Some(DATABASE_UNAVAILABLE)
            }
            sqlx::Error::Database(cause) => problem_of_sqlstate(cause.code().as_deref()),
            _ => None,
        };
        let Some(problem) = expected else { return Self::Internal(error.into()) };
        if problem.status >= 500 {
            tracing::warn!(error = format!("{error:#}"), "the database did not answer");
        }
        problem.into()
    }
}

/// The states in which Postgres is there and does not serve, or cannot take what a caller sent
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn problem_of_sqlstate(code: Option<&str>) -> Option<Problem> {
    match code? {
        // Shutting down, crashed, starting, read-only standby, too many connections.
        "57P01" | "57P02" | "57P03" | "25006" | "53300" => Some(DATABASE_UNAVAILABLE),
        code if code.starts_with("08") => Some(DATABASE_UNAVAILABLE),
        "53100" => Some(DISK_FULL),
        // Text, and text in JSON, with the one character that Postgres cannot keep.
        "22021" | "22P05" => {
            Some(INVALID_REQUEST.with_detail("Text must not hold NUL characters."))
        }
        // Numbers and dates that no column takes: each should have been refused with its name.
        code @ ("22003" | "22008") => {
            tracing::warn!(code, "a value did not fit its column and was not refused before");
            Some(INVALID_REQUEST.with_detail("A number or date is out of range."))
        }
        _ => None,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        respond(self.into_problem())
    }
}

/// A response with `problem` as its body, and in its extensions for the layers that
/// add the request id or render it as a page.
pub fn respond(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).expect("a problem is plain data");
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
        if let Some(Quota { name, count, seconds: period }) = problem.quota {
            let mut tell = |header, value: String| {
                let value = HeaderValue::try_from(value).expect("names and digits are ASCII");
                headers.insert(HeaderName::from_static(header), value);
            };
            tell("ratelimit", format!("\"{name}\";r=0;t={seconds}"));
            tell("ratelimit-policy", format!("\"{name}\";q={count};w={period}"));
        }
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response.extensions_mut().insert(problem);
    response
}
