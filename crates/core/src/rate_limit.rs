//! Limits on how often something may be tried, counted together by all copies.

use std::{fmt::Display, time::Duration};

use securevox_protocol::Problem;

use crate::{
    Result,
    auth::{digest, hex},
    bus::{Bus, Limit, Wait},
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
        Self { bus: bus.clone(), name, limit: Limit { count, period } }
    }

    /// Takes one from the bucket of `key`; 429 with the time to wait if it is empty.
    ///
    /// The bus sees a digest: keys are handles and addresses.
    pub async fn check(&self, key: impl Display) -> Result<()> {
        let digest = hex(&digest(key.to_string().as_bytes())[..16]);
        let taken = self.bus.take(&format!("{}:{digest}", self.name), self.limit).await;
        taken.map_err(|Wait(wait)| TOO_MANY_REQUESTS.with_retry_after(wait.as_secs() + 1).into())
    }
}
