//! How often feedback is taken.

use std::time::Duration;

use securevox_core::{Result, bus::Bus, http::ClientAddress, rate_limit::Limiter};
use securevox_protocol::AppId;

use super::author::Author;
use crate::config::Insights;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// How often feedback is taken.
#[derive(Debug)]
pub(crate) struct Limits {
    /// From an account or a tester.
    by_person: Limiter,
    /// From a network address, of whoever is neither.
    from_address: Limiter,
    /// About an app, from all of those together.
    of_app: Limiter,
}

impl Limits {
    pub(crate) fn new(bus: &Bus, config: &Insights) -> Self {
        Self {
            by_person: Limiter::new(bus, "feedback-by", config.feedback_per_person, HOUR),
            from_address: Limiter::new(bus, "feedback-from", config.feedback_per_address, HOUR),
            of_app: Limiter::new(bus, "feedback-of", config.feedback_per_app, DAY),
        }
    }

    /// 429 if there was too much of it.
    pub(super) async fn check(
        &self,
        author: Author,
        address: ClientAddress,
        app: AppId,
    ) -> Result<()> {
        if let Some(person) = author.person() {
            return self.by_person.check(person).await;
        }
        self.from_address.check(address).await?;
        self.of_app.check(app).await
    }
}
