//! The tokens of a client, and how they are renewed: by one of several requests that need it at once.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use reqwest::Method;
use securevox_protocol::auth::{Refresh, Tokens};
use tokio::sync::watch;

use crate::{Client, Error, Result, exchange::exchange};

/// An access token with less than this left is renewed before something that cannot be repeated.
const SPARE: Duration = Duration::from_mins(1);

/// What a client proves itself with.
#[derive(Default)]
pub(crate) struct Session {
    tokens: watch::Sender<Option<Tokens>>,
    /// When the access token ends; unknown for one that was kept elsewhere.
    ends: Mutex<Option<Instant>>,
    api_token: Option<String>,
    renewing: tokio::sync::Mutex<()>,
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

    fn refresh_token(&self) -> Option<String> {
        self.tokens.borrow().as_ref().map(|tokens| tokens.refresh_token.clone())
    }

    fn ends_soon(&self) -> bool {
        let ends = *self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.is_none_or(|ends| ends.saturating_duration_since(Instant::now()) < SPARE)
    }
}

impl Client {
    /// Goes on with a session whose tokens were kept from an earlier run.
    pub fn resume(&self, tokens: Tokens) {
        self.session.set(Some(tokens), None);
    }

    /// The tokens of the session, to be kept for a later run.
    pub fn tokens(&self) -> Option<Tokens> {
        self.session.tokens.borrow().clone()
    }

    /// Tells of new tokens, and of the end of the session: whoever keeps them keeps the newest.
    pub fn watch(&self) -> watch::Receiver<Option<Tokens>> {
        self.session.tokens.subscribe()
    }

    /// Keeps what a registration, a login or a refresh brought.
    pub(crate) fn keep(&self, tokens: Tokens, since: Instant) -> Tokens {
        let ends = since + Duration::from_secs(tokens.expires_in);
        self.session.set(Some(tokens.clone()), Some(ends));
        tokens
    }

    /// Gets new tokens unless somebody else just did, where `refused` no longer does; `error`
    /// where there is nothing to renew.
    pub(crate) async fn renew(&self, refused: Option<&str>, error: Error) -> Result<()> {
        let _turn = self.session.renewing.lock().await;
        if self.session.token().as_deref() != refused {
            return Ok(());
        }
        match self.session.refresh_token() {
            Some(refresh_token) => self.refresh(refresh_token).await,
            None => Err(error),
        }
    }

    /// Makes sure that the access token lasts for a while.
    pub(crate) async fn renew_early(&self) -> Result<()> {
        let _turn = self.session.renewing.lock().await;
        match self.session.refresh_token().filter(|_| self.session.ends_soon()) {
            Some(refresh_token) => self.refresh(refresh_token).await,
            None => Ok(()),
        }
    }

    async fn refresh(&self, refresh_token: String) -> Result<()> {
        let since = Instant::now();
        let request = self.api(Method::POST, "/v1/auth/refresh").json(&Refresh { refresh_token });
        // Should the answer get lost, the old token works once more.
        match exchange(request).await {
            Ok(answer) => {
                self.keep(answer.json().await?, since);
                Ok(())
            }
            Err(error) => {
                if error.is_unauthenticated() {
                    self.session.set(None, None);
                }
                Err(error)
            }
        }
    }
}
