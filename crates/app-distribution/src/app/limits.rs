//! How often things may be done.

use std::time::Duration;

use securevox_core::{
    Result,
    bus::Bus,
    http::ClientAddress,
    rate_limit::{Limiter, Tally},
};
use securevox_protocol::AppId;
use uuid::Uuid;

use crate::config::{Insights, People, Settings};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// How often things may be done.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) uploads_of: Limiter,
    pub(crate) downloads_by: Limiter,
    pub(crate) phone_codes_of: Limiter,
    pub(crate) of_strangers: OfStrangers,
    pub(crate) feedback: OfFeedback,
    pub(crate) feeds_by: Limiter,
    /// Feed links that somebody makes.
    pub(crate) feed_links_of: Limiter,
}

impl Limits {
    pub(super) fn new(bus: &Bus, settings: &Settings) -> Self {
        let Settings { uploads, people, insights, feeds, .. } = settings;
        let limiter = |name, count| Limiter::new(bus, name, count, HOUR);
        Self {
            uploads_of: limiter("uploads-of", uploads.per_account),
            downloads_by: limiter("downloads-by", uploads.downloads_per_link),
            phone_codes_of: limiter("phone-codes-of", uploads.phone_codes_per_viewer),
            of_strangers: OfStrangers::new(bus, people),
            feedback: OfFeedback::new(bus, insights),
            feeds_by: limiter("feeds-by", feeds.per_link),
            feed_links_of: limiter("feed-links-of", feeds.links_per_hour),
        }
    }
}

/// How often strangers may try.
#[derive(Clone, Debug)]
pub(crate) struct OfStrangers {
    /// Mails that somebody asks for, from one network address.
    pub(crate) asked_from: Limiter,
    /// Sign-ins and passwords that are tried, from one network address.
    pub(crate) tried_from: Limiter,
    /// Wrong passwords for one app from one network address.
    pub(crate) wrong_passwords: Tally,
    /// Addresses that an account invites.
    pub(crate) invited_by: Limiter,
}

impl OfStrangers {
    fn new(bus: &Bus, people: &People) -> Self {
        Self {
            asked_from: Limiter::new(bus, "tester-mails-from", people.mails_per_address, HOUR),
            tried_from: Limiter::new(
                bus,
                "tester-tries-from",
                people.tries_per_address,
                Duration::from_mins(1),
            ),
            wrong_passwords: Tally::new(
                bus,
                "app-passwords-of",
                people.passwords_per_app,
                Duration::from_mins(1),
            ),
            invited_by: Limiter::new(bus, "testers-invited-by", people.invites_per_account, HOUR),
        }
    }
}

/// How often feedback is taken.
#[derive(Debug)]
pub(crate) struct OfFeedback {
    /// From an account or a tester.
    by_person: Limiter,
    /// From a network address, of whoever is neither.
    from_address: Limiter,
    /// About an app, from all of those together.
    of_app: Limiter,
}

impl OfFeedback {
    fn new(bus: &Bus, config: &Insights) -> Self {
        Self {
            by_person: Limiter::new(bus, "feedback-by", config.feedback_per_person, HOUR),
            from_address: Limiter::new(bus, "feedback-from", config.feedback_per_address, HOUR),
            of_app: Limiter::new(bus, "feedback-of", config.feedback_per_app, DAY),
        }
    }

    /// 429 if there was too much of it, from a `person` as far as one is known.
    pub(crate) async fn check(
        &self,
        person: Option<Uuid>,
        address: ClientAddress,
        app: AppId,
    ) -> Result<()> {
        if let Some(person) = person {
            return self.by_person.check(person).await;
        }
        self.from_address.check(address).await?;
        self.of_app.check(app).await
    }
}
