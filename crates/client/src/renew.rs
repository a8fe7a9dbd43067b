//! How the tokens of a client are renewed: by one of several requests that need it at once.

use std::time::{Duration, Instant};

use reqwest::Method;
use securevox_protocol::auth::{Refresh, Tokens};
use tokio::sync::watch;

use crate::{Error, Result, client::Client, exchange::exchange};

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
