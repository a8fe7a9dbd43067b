//! Limits that a route states among its arguments.

use std::fmt;

use axum::{extract::FromRequestParts, http::request::Parts};

use super::Limiter;
use crate::{
    Error, Result,
    auth::{Caller, Grant, SignedIn},
    client_address::ClientAddress,
};

/// A limit that routes can state: `Within<TokenCreations>`.
pub trait Rule: 'static {
    /// The state of the service that has it.
    type State: Send + Sync;
    /// Whom it counts for; the handler is given them.
    type By: FromRequestParts<Self::State, Rejection = Error> + Counted + Send;

    /// The limit.
    fn limiter(state: &Self::State) -> &Limiter;
}

/// Somebody for whom tries are counted.
pub trait Counted {
    /// What tells them apart from others.
    fn key(&self) -> String;
}

/// Whoever asks, after one try was taken from what they have; 429 where nothing is left.
pub struct Within<R: Rule>(pub R::By);

impl<R: Rule> fmt::Debug for Within<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Within")
    }
}

impl<R: Rule> FromRequestParts<R::State> for Within<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &R::State) -> Result<Self> {
        let by = R::By::from_request_parts(parts, state).await?;
        R::limiter(state).check(by.key()).await?;
        Ok(Self(by))
    }
}

impl Counted for ClientAddress {
    fn key(&self) -> String {
        self.to_string()
    }
}

impl Counted for SignedIn {
    fn key(&self) -> String {
        self.account.to_string()
    }
}

impl Counted for Caller {
    /// An API token by itself: a CI that went wild does not shut its owner out.
    fn key(&self) -> String {
        match self.grant {
            Grant::Session { .. } => self.account.to_string(),
            Grant::Token { id, .. } => id.to_string(),
        }
    }
}
