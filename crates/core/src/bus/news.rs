//! Events that one service tells and another hears.

use securevox_protocol::{AccountId, stream::News};
use serde::{Deserialize, Serialize};

use super::Event;

/// Something happened to an account: told by `api`, passed on by `notifier`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct AccountNews {
    /// Which account.
    pub account: AccountId,
    /// What happened.
    pub news: News,
}

impl Event for AccountNews {
    const TOPIC: &'static str = "account-news";
}
