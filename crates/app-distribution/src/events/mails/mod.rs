//! Mails about builds: who gets them, what they say, and how they end.

pub(super) mod address;
pub(super) mod fan_out;
pub(super) mod letters;
pub(super) mod member;
pub(super) mod settings;
pub(super) mod store;
pub(super) mod unsubscribe;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use securevox_protocol::{AppId, TesterId};

use crate::app::App;

/// How long somebody waits for a mail who got as many as they may in an hour.
const FULL: Duration = Duration::from_mins(10);

/// How long the link works that ends mails: for as long as somebody may find an old one.
const ENDS_FOR: TimeDelta = TimeDelta::days(3_650);

impl App {
    /// Where a POST ends the mails to `tester` about `app`.
    pub(super) fn end_of_mails(&self, tester: TesterId, app: AppId) -> String {
        let expires = Utc::now() + ENDS_FOR;
        let token = self.telling.unsubscribing.sign_with(tester.0, app.0.as_bytes(), expires);
        self.addresses.unsubscribe(&token)
    }
}
