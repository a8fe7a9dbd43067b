//! Single sign-on by OpenID Connect: people sign in at a provider that the operator chose.
//!
//! Somebody is known by the provider's name and its own name for them, never by an address. An
//! identity is linked with an account by its owner, who is signed in, or by an operator; what
//! else has none gets an account of its own, or stays outside.

mod admit;
mod attempt;
mod enter;
mod handles;
mod pages;
mod problem;
mod provider;
pub(crate) mod store;
mod ways;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use securevox_core::{Result, config, error::NOT_FOUND};
use url::Url;

pub use enter::{link, take};
pub use provider::{Fault, Metadata, Provider};

use crate::app::App;

/// Where the owner of an account sees and changes how they sign in.
pub(crate) const WAYS: &str = "/account/sso";

/// How people come in besides passwords, or instead of them. Clones share the provider.
#[derive(Clone, Debug)]
pub(crate) struct SingleSignOn {
    provider: Option<Arc<Provider>>,
    /// Whether there are no passwords.
    pub(crate) only: bool,
}

impl SingleSignOn {
    /// As `settings` say, for whoever comes back to `api`.
    pub(crate) fn new(settings: &config::Sso, api: &Url) -> anyhow::Result<Self> {
        let provider = settings.provider.as_ref();
        let provider = provider.map(|settings| Provider::new(settings, api)).transpose()?;
        Ok(Self { provider: provider.map(Arc::new), only: settings.only })
    }

    /// What people call the provider, if there is one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.provider.as_ref().map(|provider| provider.settings.name.as_str())
    }

    /// The provider; 404 where there is none.
    fn provider(&self) -> Result<&Provider> {
        Ok(self.provider.as_deref().ok_or(NOT_FOUND)?)
    }
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/login/sso", get(pages::begin))
        .route("/login/sso/callback", get(pages::end))
        .route(WAYS, get(ways::show).post(ways::link))
        .route("/account/sso/unlink", post(ways::unlink))
}
