//! Limits on how often something may be tried, kept in the memory of this process.

use std::{hash::Hash, num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter, clock::Clock as _, clock::DefaultClock, state::keyed::DashMapStateStore,
};
use securevox_protocol::Problem;

use crate::Result;

/// Too often. `retry_after` says when it makes sense again.
const TOO_MANY_REQUESTS: Problem =
    Problem::new(429, "/problems/too-many-requests", "Too many requests");
/// Keys after which those that are idle are forgotten.
const FORGET_ABOVE: usize = 10_000;

/// A token bucket for each key.
#[derive(Debug)]
pub struct Limiter<K: Hash + Eq + Clone> {
    buckets: RateLimiter<K, DashMapStateStore<K>, DefaultClock>,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// `count` in each `period`, all at once if one likes; 0 counts as 1.
    pub fn new(count: u32, period: Duration) -> Self {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period / count.get())
            .unwrap_or(Quota::per_second(NonZeroU32::MAX))
            .allow_burst(count);
        Self { buckets: RateLimiter::keyed(quota) }
    }

    /// Takes one from the bucket of `key`; 429 with the time to wait if it is empty.
    pub fn check(&self, key: &K) -> Result<()> {
        if self.buckets.len() > FORGET_ABOVE {
            self.buckets.retain_recent();
        }
        self.buckets.check_key(key).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            TOO_MANY_REQUESTS.with_retry_after(wait.as_secs() + 1).into()
        })
    }
}
