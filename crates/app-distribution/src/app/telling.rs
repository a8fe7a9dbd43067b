//! What it takes to tell others that something happened.

use std::time::Duration;

use securevox_core::{outbound::Client, process::Base, rate_limit::Limiter, storage::Links};

use crate::config::Webhooks;

/// What telling needs.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    pub(crate) outbound: Client,
    /// The links that end mails.
    pub(crate) unsubscribing: Links,
    pub(crate) settings: Webhooks,
    pub(crate) tests_of: Limiter,
    /// How often people are told who were not, when somebody asks for it.
    pub(crate) tells_of: Limiter,
}

impl Telling {
    pub(super) fn new(base: &Base, settings: Webhooks) -> anyhow::Result<Self> {
        let limiter = |name, count| Limiter::new(&base.bus, name, count, Duration::from_hours(1));
        Ok(Self {
            outbound: Client::new(&base.outbound)?,
            unsubscribing: Links::new(&base.secret, "unsubscribe-tester"),
            tests_of: limiter("webhook-tests-of", settings.webhook_tests_per_account),
            tells_of: limiter("build-mails-of", settings.build_mails_per_account),
            settings,
        })
    }
}
