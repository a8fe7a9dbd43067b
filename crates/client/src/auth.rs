//! `/v1/auth`: coming in and going out.

use std::time::Instant;

use reqwest::Method;
use securevox_protocol::auth::{Login, Register, Tokens};
use serde::Serialize;

use crate::{Client, Result, exchange::exchange};

impl Client {
    /// Makes an account and signs in; the client keeps the tokens.
    pub async fn register(&self, request: &Register) -> Result<Tokens> {
        self.enter("/v1/auth/register", request).await
    }

    /// Signs in; the client keeps the tokens.
    pub async fn login(&self, request: &Login) -> Result<Tokens> {
        self.enter("/v1/auth/login", request).await
    }

    async fn enter(&self, path: &str, request: &impl Serialize) -> Result<Tokens> {
        let since = Instant::now();
        let answer = exchange(self.api(Method::POST, path).json(request)).await?;
        Ok(self.keep(answer.json().await?, since))
    }

    /// Ends the session on the server, and forgets it here; also where it had ended already.
    pub async fn logout(&self) -> Result<()> {
        match self.send(self.api(Method::POST, "/v1/auth/logout")).await {
            Err(error) if !error.is_unauthenticated() => Err(error),
            _ => {
                self.session.set(None, None);
                Ok(())
            }
        }
    }
}
