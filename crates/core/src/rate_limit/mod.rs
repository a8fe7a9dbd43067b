//! Limits on how often something may be tried, counted together by all copies.
//!
//! A [`Limiter`] counts each try on the bus; a route states it among its arguments ([`Within`]),
//! or a handler checks it where the key is in the body. What every request is counted by is a
//! [`Tally`], which asks the bus for many at once.

mod tally;
mod within;

use std::{fmt::Display, time::Duration};

use securevox_protocol::{Problem, Quota};

pub use self::{
    tally::Tally,
    within::{Counted, Rule, Within},
};
use crate::{
    Error, Result,
    auth::digest,
    bus::{Bus, Limit, Wait},
    hex::hex,
};

/// Too often. `retry_after` says when it makes sense again.
const TOO_MANY_REQUESTS: Problem =
    Problem::new(429, "/problems/too-many-requests", "Too many requests");

/// A limit of one kind: a token bucket for each key, on the bus.
#[derive(Clone, Debug)]
pub struct Limiter {
    bus: Bus,
    name: &'static str,
    limit: Limit,
}

impl Limiter {
    /// `count` in each `period`, all at once if one likes; 0 counts as 1. `name` tells it apart
    /// from other limits of the house.
    pub fn new(bus: &Bus, name: &'static str, count: u32, period: Duration) -> Self {
        Self { bus: bus.clone(), name, limit: Limit { count: count.max(1), period } }
    }

    /// Takes one from the bucket of `key`; 429 with the time to wait if it is empty.
    pub async fn check(&self, key: impl Display) -> Result<()> {
        self.take(&key.to_string(), 1).await.map_err(|wait| self.refusal(wait))
    }

    /// The bus sees a digest: keys are handles and addresses.
    async fn take(&self, key: &str, amount: u32) -> Result<(), Wait> {
        let digest = hex(&digest(key.as_bytes())[..16]);
        self.bus.take_many(&format!("{}:{digest}", self.name), self.limit, amount).await
    }

    fn refusal(&self, Wait(wait): Wait) -> Error {
        let Limit { count, period } = self.limit;
        let quota = Quota { name: self.name, count, seconds: period.as_secs() };
        TOO_MANY_REQUESTS.with_retry_after(wait.as_secs() + 1).with_quota(quota).into()
    }
}
