//! How people come in besides passwords, as the operator set it.

use std::sync::Arc;

use securevox_core::{Result, config, error::NOT_FOUND};
use url::Url;

use crate::provider::Provider;

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
    pub(crate) fn provider(&self) -> Result<&Provider> {
        Ok(self.provider.as_deref().ok_or(NOT_FOUND)?)
    }
}
