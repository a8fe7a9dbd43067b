//! A request put together by hand, for what a [`Person`] would never send.

use axum::{
    Router,
    body::{Body, Bytes},
};
use http::{HeaderValue, Request};
use serde_json::Value;

use crate::{Answer, Person, call};

/// A request put together by hand; without [`Ask::by`] it comes from a stranger.
#[derive(Debug)]
pub struct Ask(Request<Body>);

impl Ask {
    pub fn new(method: &str, path: &str) -> Self {
        Self(Request::builder().method(method).uri(path).body(Body::empty()).unwrap())
    }

    /// Sent with the person's token.
    #[must_use]
    pub fn by(self, person: &Person) -> Self {
        self.header("authorization", &format!("Bearer {}", person.token))
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.0.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        *self.0.body_mut() = Body::from(body.into());
        self.header("content-type", media_type)
    }

    /// The answer of `router`.
    pub async fn of(self, router: &Router) -> Answer {
        call(router, self.0).await
    }
}
