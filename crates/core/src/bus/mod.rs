//! What may be lost and has to be shared between copies: live events, presence, counters, limits.
//!
//! In one process it lives in memory; otherwise in Redis or Valkey, single or cluster. Nothing
//! here is a promise: what must happen is a job. A subscriber that may have missed something
//! hears a [`Heard::Gap`] and asks Postgres.

mod examine;
mod local;
mod news;
mod remote;
mod scripts;

use std::{collections::BTreeMap, marker::PhantomData, time::Duration};

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::broadcast::{self, error::RecvError};

pub use examine::{Examined, Kind, examine};
pub use news::AccountNews;

use crate::{config::Redis, tasks::Tasks};

/// Something that happened, told to whoever listens now.
pub trait Event: Serialize + DeserializeOwned + Send + 'static {
    /// Kebab-case, unique in the house: `session-revoked`.
    const TOPIC: &'static str;
}

/// What a subscriber hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard<E> {
    /// Something happened.
    Event(E),
    /// Something may have happened that was not heard: ask Postgres.
    Gap,
}

/// How long to wait until there is room under a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Duration);

/// A limit: `count` in each `period`, all at once if one likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: u32,
    /// In how long.
    pub period: Duration,
}

impl Limit {
    /// The time in which there is room for `amount` again.
    fn of(self, amount: u32) -> Duration {
        (self.period / self.count.max(1)).saturating_mul(amount)
    }
}

/// Who is in a group: members, each with what it said of itself.
pub type Members = BTreeMap<String, String>;

/// Whether somebody got into a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    /// Everybody who is in it now.
    In(Members),
    /// All its places are taken.
    Full,
}

#[derive(Clone, Debug)]
enum Signal {
    Event(Bytes),
    Gap,
}

/// The bus. Clones are the same bus.
#[derive(Clone, Debug)]
pub struct Bus {
    local: local::Local,
    remote: Option<remote::Remote>,
}

impl Bus {
    /// A bus for one process.
    pub fn in_process() -> Self {
        Self { local: local::Local::default(), remote: None }
    }

    /// A bus over Redis. Fails if Redis does not answer; later it may go and come back.
    pub async fn connect(config: &Redis, tasks: &Tasks) -> anyhow::Result<Self> {
        let local = local::Local::default();
        let remote = remote::Remote::connect(config, local.clone(), tasks).await?;
        Ok(Self { local, remote: Some(remote) })
    }

    /// Tells everybody who listens now, in every process. Call it after the commit.
    pub async fn publish<E: Event>(&self, event: &E) {
        let payload = serde_json::to_vec(event).expect("an event is plain data");
        match &self.remote {
            None => self.local.tell(E::TOPIC, Signal::Event(payload.into())),
            Some(remote) => remote.publish(E::TOPIC, &payload).await,
        }
    }

    /// Hears what is told from now on; over Redis first a gap, for the time until it listens.
    pub fn subscribe<E: Event>(&self) -> Subscription<E> {
        let signals = self.local.listen(E::TOPIC);
        if let Some(remote) = &self.remote {
            remote.listen(E::TOPIC);
        }
        Subscription { signals, event: PhantomData }
    }

    /// Hears only that something may have been missed.
    pub fn gaps(&self) -> Gaps {
        Gaps { signals: self.local.listen("gap") }
    }

    /// Whether there is room under `limit` for one more of `key`. Where Redis does not answer
    /// each process counts alone.
    pub async fn take(&self, key: &str, limit: Limit) -> Result<(), Wait> {
        self.take_many(key, limit, 1).await
    }

    /// The same for `amount` of them: all or none.
    pub async fn take_many(&self, key: &str, limit: Limit, amount: u32) -> Result<(), Wait> {
        if let Some(remote) = &self.remote
            && let Some(verdict) = remote.take(key, limit, amount).await
        {
            return verdict;
        }
        self.local.take(key, limit, amount)
    }

    /// Whether other processes are on it too, and asking it costs a way over the network.
    pub fn is_shared(&self) -> bool {
        self.remote.is_some()
    }

    /// Sets `key` for `lifetime`: presence.
    pub async fn set(&self, key: &str, value: &str, lifetime: Duration) {
        match &self.remote {
            None => self.local.set(key, value, lifetime),
            Some(remote) => remote.set(key, value, lifetime).await,
        }
    }

    /// The value of `key` while it lives; `None` also where Redis does not answer.
    pub async fn get(&self, key: &str) -> Option<String> {
        match &self.remote {
            None => self.local.get(key),
            Some(remote) => remote.get(key).await,
        }
    }

    /// Forgets `key`.
    pub async fn remove(&self, key: &str) {
        match &self.remote {
            None => self.local.remove(key),
            Some(remote) => remote.remove(key).await,
        }
    }

    /// Adds `by` to the counter `key`, which lives `lifetime` from its last change; the sum.
    pub async fn add(&self, key: &str, by: i64, lifetime: Duration) -> Option<i64> {
        match &self.remote {
            None => Some(self.local.add(key, by, lifetime)),
            Some(remote) => remote.add(key, by, lifetime).await,
        }
    }

    /// Lets `member` into `group` unless `places` others are in it, all at once; who is in it
    /// comes in again and says something new of itself. The group lives `lifetime` from the last
    /// time that somebody entered it or looked at it. `None` where Redis does not answer.
    pub async fn enter(
        &self,
        group: &str,
        (member, saying): (&str, &str),
        places: usize,
        lifetime: Duration,
    ) -> Option<Entered> {
        match &self.remote {
            None => Some(self.local.enter(group, (member, saying), places, lifetime)),
            Some(remote) => remote.enter(group, (member, saying), places, lifetime).await,
        }
    }

    /// Takes `member` out of `group`; who is left. `None` where Redis does not answer.
    pub async fn leave(&self, group: &str, member: &str) -> Option<Members> {
        match &self.remote {
            None => Some(self.local.leave(group, member)),
            Some(remote) => remote.leave(group, member).await,
        }
    }

    /// Who is in `group`, which lives on for `lifetime`. `None` where Redis does not answer.
    pub async fn members(&self, group: &str, lifetime: Duration) -> Option<Members> {
        match &self.remote {
            None => Some(self.local.members(group, lifetime)),
            Some(remote) => remote.members(group, lifetime).await,
        }
    }

    /// Makes every subscriber in every process ask Postgres: somebody changed things from outside.
    pub async fn raise_gap(&self) {
        match &self.remote {
            None => self.local.gap(),
            Some(remote) => remote.raise_gap().await,
        }
    }

    /// Whether other processes are heard now; always so in one process.
    pub fn is_heard(&self) -> bool {
        self.remote.as_ref().is_none_or(remote::Remote::is_heard)
    }

    /// Whether Redis answers; always so in one process.
    pub async fn probe(&self) -> anyhow::Result<()> {
        match &self.remote {
            None => Ok(()),
            Some(remote) => remote.probe().await,
        }
    }
}

/// What a listener hears who only wants to know when to ask Postgres.
#[derive(Debug)]
pub struct Gaps {
    signals: broadcast::Receiver<Signal>,
}

impl Gaps {
    /// Waits for the next gap.
    pub async fn next(&mut self) {
        if let Err(RecvError::Closed) = self.signals.recv().await {
            std::future::pending::<()>().await;
        }
    }
}

/// What one listener hears, in order.
#[derive(Debug)]
pub struct Subscription<E> {
    signals: broadcast::Receiver<Signal>,
    event: PhantomData<fn() -> E>,
}

impl<E: Event> Subscription<E> {
    /// The next thing heard; waits for it. A listener that falls behind hears a gap.
    pub async fn next(&mut self) -> Heard<E> {
        loop {
            match self.signals.recv().await {
                Ok(Signal::Gap) | Err(RecvError::Lagged(_)) => return Heard::Gap,
                Ok(Signal::Event(payload)) => {
                    if let Ok(event) = serde_json::from_slice(&payload) {
                        return Heard::Event(event);
                    }
                    // A newer version's words; it knows that older ones may miss them.
                    tracing::debug!(topic = E::TOPIC, "an event was not understood");
                }
                // The bus is gone: nothing will ever be heard.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
