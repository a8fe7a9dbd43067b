//! The tokens of a client.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use securevox_protocol::auth::Tokens;
use tokio::sync::watch;

/// An access token with less than this left is renewed before something that cannot be repeated.
const SPARE: Duration = Duration::from_mins(1);

/// What a client proves itself with.
#[derive(Default)]
pub(crate) struct Session {
    pub(crate) tokens: watch::Sender<Option<Tokens>>,
    /// When the access token ends; unknown for one that was kept elsewhere.
    ends: Mutex<Option<Instant>>,
    api_token: Option<String>,
    /// Held by whoever renews the tokens.
    pub(crate) renewing: tokio::sync::Mutex<()>,
}

impl Session {
    pub(crate) fn of_api_token(token: String) -> Self {
        Self { api_token: Some(token), ..Self::default() }
    }

    /// What to send as proof: the session's token, else the API token.
    pub(crate) fn token(&self) -> Option<String> {
        let access = self.tokens.borrow().as_ref().map(|tokens| tokens.access_token.clone());
        access.or_else(|| self.api_token.clone())
    }

    /// Begins a session, or ends it.
    pub(crate) fn set(&self, tokens: Option<Tokens>, ends: Option<Instant>) {
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner) = ends;
        self.tokens.send_replace(tokens);
    }

    pub(crate) fn refresh_token(&self) -> Option<String> {
        self.tokens.borrow().as_ref().map(|tokens| tokens.refresh_token.clone())
    }

    pub(crate) fn ends_soon(&self) -> bool {
        let ends = *self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.is_none_or(|ends| ends.saturating_duration_since(Instant::now()) < SPARE)
    }
}
