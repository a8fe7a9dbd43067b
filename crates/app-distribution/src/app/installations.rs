//! How installations of apps are known again, without knowing them.

use std::time::Duration;

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use securevox_core::{
    auth::{SecretKey, digest},
    bus::Bus,
    http::ClientAddress,
    rate_limit::Limiter,
};
use securevox_protocol::{AppId, BuildId};
use uuid::Uuid;

use crate::config::Insights;

/// How many installs are believed, and how installations are remembered.
#[derive(Debug)]
pub(crate) struct Installations {
    key: hmac::Key,
    viewers: hmac::Key,
    pub(crate) from_address: Limiter,
    pub(crate) of_app: Limiter,
}

impl Installations {
    pub(super) fn new(secret: &SecretKey, bus: &Bus, config: &Insights) -> Self {
        let limiter =
            |name, count, hours| Limiter::new(bus, name, count, Duration::from_hours(hours));
        Self {
            key: secret.mac("installations"),
            viewers: secret.mac("public-viewers"),
            from_address: limiter("installs-from", config.installs_per_address, 1),
            of_app: limiter("installs-of", config.installs_per_app, 24),
        }
    }

    /// The same for the same installation of an app, and for nothing else.
    pub(crate) fn mark(&self, app: AppId, installation: Uuid) -> Vec<u8> {
        let told = [&app.0.as_bytes()[..], installation.as_bytes()].concat();
        hmac::sign(&self.key, &told).as_ref().to_vec()
    }

    /// Under what a download is noted of whom nothing is known but the address: the same for the
    /// same build and day, whatever links they make. The address cannot be told by it.
    pub(crate) fn viewer(
        &self,
        address: ClientAddress,
        build: BuildId,
        at: DateTime<Utc>,
    ) -> [u8; 32] {
        let told = format!("{address} {build} {}", at.date_naive());
        digest(hmac::sign(&self.viewers, told.as_bytes()).as_ref())
    }
}
