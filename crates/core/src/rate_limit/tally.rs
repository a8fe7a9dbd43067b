//! Counting what happens at every request.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::Limiter;
use crate::{
    Result,
    bus::{Bus, Wait},
};

/// The part of a limit that a process counts alone before it tells the bus.
const SHARE: u32 = 20;
/// Entries after which those that are over are removed.
const TIDY_ABOVE: usize = 10_000;

/// A limit that every request meets. Clones count together.
///
/// A process counts a twentieth of it alone, for each key, and then takes that many from the bus
/// at once: whoever asks little costs no way over the network, whoever asks much one in many.
/// So a copy may let through a twentieth more than the limit says. On a bus of one process,
/// which costs nothing to ask, each request is counted there.
#[derive(Clone, Debug)]
pub struct Tally {
    limiter: Limiter,
    share: u32,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    keys: HashMap<String, Count>,
    tidy_above: usize,
}

#[derive(Debug)]
struct Count {
    untold: u32,
    since: Instant,
    /// Until when the bus has refused it: else each refused request would ask again.
    refused_until: Option<Instant>,
}

impl Tally {
    /// `count` in each `period`; `name` tells it apart from other limits of the house.
    pub fn new(bus: &Bus, name: &'static str, count: u32, period: Duration) -> Self {
        let limiter = Limiter::new(bus, name, count, period);
        let share = if bus.is_shared() { (count / SHARE).max(1) } else { 1 };
        Self { limiter, share, seen: Arc::default() }
    }

    /// Counts one of `key`; 429 with the time to wait where there were too many.
    pub async fn check(&self, key: impl Display) -> Result<()> {
        let key = key.to_string();
        let told = match self.count(&key, Instant::now()) {
            Ok(0) => return Ok(()),
            Ok(amount) => self.limiter.take(&key, amount).await,
            Err(wait) => Err(wait),
        };
        told.map_err(|wait| {
            self.refuse(&key, Instant::now() + wait.0);
            self.limiter.refusal(wait)
        })
    }

    /// 429 where the bus refused `key` and would do so still, without asking it or counting anything.
    pub fn still(&self, key: impl Display) -> Result<()> {
        let now = Instant::now();
        let until = self.seen().keys.get(&key.to_string()).and_then(|count| count.refused_until);
        match until.filter(|until| *until > now) {
            Some(until) => Err(self.limiter.refusal(Wait(until - now))),
            None => Ok(()),
        }
    }

    /// How many are to be taken from the bus now.
    fn count(&self, key: &str, now: Instant) -> Result<u32, Wait> {
        if self.share == 1 && !self.limiter.bus.is_shared() {
            return Ok(1);
        }
        let mut seen = self.seen();
        seen.tidy(now, self.limiter.limit.period);
        let count = seen.keys.entry(key.to_owned()).or_insert_with(|| Count::from(now));
        if let Some(until) = count.refused_until.filter(|until| *until > now) {
            return Err(Wait(until - now));
        }
        if now.duration_since(count.since) > self.limiter.limit.period {
            *count = Count::from(now);
        }
        count.untold += 1;
        if count.untold < self.share { Ok(0) } else { Ok(std::mem::take(&mut count.untold)) }
    }

    fn refuse(&self, key: &str, until: Instant) {
        let (mut seen, now) = (self.seen(), Instant::now());
        seen.tidy(now, self.limiter.limit.period);
        let count = seen.keys.entry(key.to_owned()).or_insert_with(|| Count::from(now));
        count.refused_until = Some(until);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Count {
    fn from(now: Instant) -> Self {
        Self { untold: 0, since: now, refused_until: None }
    }
}

impl Seen {
    /// Removes what is over, and not again for each new key while they are many.
    fn tidy(&mut self, now: Instant, period: Duration) {
        if self.keys.len() <= self.tidy_above.max(TIDY_ABOVE) {
            return;
        }
        self.keys.retain(|_, count| {
            count.refused_until.is_some_and(|until| until > now)
                || now.duration_since(count.since) <= period
        });
        self.tidy_above = self.keys.len() * 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(count: u32) -> Tally {
        let tally = Tally::new(&Bus::in_process(), "test", count, Duration::from_mins(1));
        Tally { share: count / SHARE, ..tally }
    }

    #[tokio::test]
    async fn a_process_counts_a_twentieth_alone() {
        let (here, now) = (shared(100), Instant::now());
        let told: Vec<u32> = (0..11).map(|_| here.count("ada", now).unwrap()).collect();
        assert_eq!(told, [0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0]);
        assert_eq!(here.count("bob", now), Ok(0));
        // What was not told in a period is over by then.
        let later = now + Duration::from_secs(61);
        assert_eq!((0..4).map(|_| here.count("ada", later).unwrap()).sum::<u32>(), 0);
    }

    #[tokio::test]
    async fn what_the_bus_refused_is_refused_without_asking() {
        let tally = shared(100);
        let mut through = 0;
        while tally.check("ada").await.is_ok() {
            through += 1;
        }
        assert!((100..=104).contains(&through), "{through}");
        assert!(tally.count("ada", Instant::now()).is_err());
        assert!(tally.check("bob").await.is_ok());
    }

    #[tokio::test]
    async fn who_is_refused_still_is_told_without_being_counted() {
        let tally = Tally::new(&Bus::in_process(), "test", 2, Duration::from_mins(1));
        for _ in 0..2 {
            assert!(tally.still("ada").is_ok());
            assert!(tally.check("ada").await.is_ok());
        }
        assert!(tally.still("ada").is_ok(), "nobody has refused it yet");
        assert!(tally.check("ada").await.is_err());
        assert!(tally.still("ada").is_err());
        assert!(tally.still("bob").is_ok());
    }
}
