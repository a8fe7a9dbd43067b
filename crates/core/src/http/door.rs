//! The limits that every request meets: by its account if it proves one, else by its address.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use chrono::Utc;
use sqlx::PgPool;

use super::ClientAddress;
use crate::{
    Result,
    auth::{Gate, prove, shows_api_token},
    bus::Bus,
    config::Network,
    rate_limit::{Counted, Tally},
    web::{ASSETS, Site},
};

const MINUTE: Duration = Duration::from_mins(1);

/// What has to be known to let a request in.
#[derive(Clone, Debug)]
pub struct Door {
    gate: Gate,
    db: PgPool,
    /// Of a service that has pages, whose cookies it knows.
    site: Option<Site>,
    addresses: Tally,
    callers: Tally,
    failed_tokens: Tally,
}

impl Door {
    /// The door of one service; all of them count together.
    pub fn new(
        network: &Network,
        bus: &Bus,
        (db, gate): (PgPool, Gate),
        site: Option<Site>,
    ) -> Self {
        let tally = |name, count| Tally::new(bus, name, count, MINUTE);
        Self {
            gate,
            db,
            site,
            addresses: tally("requests-from", network.requests_per_address),
            callers: tally("requests-of", network.requests_per_account),
            failed_tokens: tally("failed-tokens-from", network.failed_tokens_per_address),
        }
    }

    /// Counts the request; 429 where there were too many. What it proves is remembered for
    /// the extractors: a credential is looked at once.
    async fn count(&self, address: ClientAddress, request: &mut Request) -> Result<()> {
        // Looking for a token asks Postgres: not for an address that has shown many that are none.
        let shows_token = shows_api_token(request.headers());
        if shows_token {
            self.failed_tokens.still(address)?;
        }
        if let Some(shown) = prove(request.headers(), &self.db, &self.gate).await? {
            let key = shown.caller().map(Counted::key);
            request.extensions_mut().insert(shown);
            if let Some(key) = key {
                return self.callers.check(key).await;
            }
            if shows_token {
                self.failed_tokens.check(address).await?;
            }
        } else if let Some(key) = self.elsewhere(request.headers()).await {
            return self.callers.check(key).await;
        }
        self.addresses.check(address).await
    }

    /// Whoever is proven by other means than the header of programs: the cookie of a browser,
    /// or the subprotocol of a stream that a browser opens.
    async fn elsewhere(&self, headers: &HeaderMap) -> Option<String> {
        let cookie = self.site.as_ref().and_then(|site| site.session(headers, Utc::now()));
        if let Some(session) = cookie {
            return Some(session.to_string());
        }
        let token = token_in_subprotocol(headers)?;
        Some(self.gate.prove(token).await?.key())
    }
}

/// The access token that a browser sends with a WebSocket, as the subprotocol
/// `token.<access token>`: it can send no `Authorization`.
pub fn token_in_subprotocol(headers: &HeaderMap) -> Option<&str> {
    let offers = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let mut offers =
        offers.filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
    offers.find_map(|offer| offer.trim().strip_prefix("token."))
}

/// The layer.
pub(super) async fn admit(
    State(door): State<Door>,
    address: ClientAddress,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    // A page brings several of them, which browsers keep for ever.
    if !request.uri().path().starts_with(ASSETS) {
        door.count(address, &mut request).await?;
    }
    Ok(next.run(request).await)
}
