//! The bus in the memory of one process; also where a remote bus hands on what it hears.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::broadcast;

use super::{Entered, Limit, Members, Signal, Wait};

/// Events that a slow listener may be behind before it hears a gap.
const BACKLOG: usize = 1_024;
/// Entries after which those that have expired are removed.
const TIDY_ABOVE: usize = 10_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Local {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    topics: HashMap<&'static str, broadcast::Sender<Signal>>,
    values: HashMap<String, (String, Instant)>,
    groups: HashMap<String, (Members, Instant)>,
    /// When each limit will be untouched again: the theoretical arrival time of GCRA.
    limits: HashMap<String, Instant>,
    tidy_limits_above: usize,
}

impl Local {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, topic: &str, signal: Signal) {
        if let Some(listeners) = self.state().topics.get(topic) {
            // Nobody may be listening any more.
            let _heard = listeners.send(signal);
        }
    }

    /// Tells every listener that something may have been missed.
    pub(super) fn gap(&self) {
        for listeners in self.state().topics.values() {
            let _heard = listeners.send(Signal::Gap);
        }
    }

    pub(super) fn listen(&self, topic: &'static str) -> broadcast::Receiver<Signal> {
        let mut state = self.state();
        let listeners = state.topics.entry(topic);
        listeners.or_insert_with(|| broadcast::channel(BACKLOG).0).subscribe()
    }

    pub(super) fn take(&self, key: &str, limit: Limit, amount: u32) -> Result<(), Wait> {
        let now = Instant::now();
        let mut state = self.state();
        if state.limits.len() > state.tidy_limits_above.max(TIDY_ABOVE) {
            state.limits.retain(|_, free| *free > now);
            // Not again for each of them while they are many.
            state.tidy_limits_above = state.limits.len() * 2;
        }
        let free = state.limits.get(key).copied().unwrap_or(now).max(now) + limit.of(amount);
        let ahead = free - now;
        if let Some(wait) = ahead.checked_sub(limit.period).filter(|wait| !wait.is_zero()) {
            return Err(Wait(wait));
        }
        state.limits.insert(key.to_owned(), free);
        Ok(())
    }

    pub(super) fn set(&self, key: &str, value: &str, lifetime: Duration) {
        let now = Instant::now();
        let mut state = self.state();
        if state.values.len() > TIDY_ABOVE {
            state.values.retain(|_, (_, until)| *until > now);
        }
        state.values.insert(key.to_owned(), (value.to_owned(), now + lifetime));
    }

    pub(super) fn get(&self, key: &str) -> Option<String> {
        let state = self.state();
        let (value, until) = state.values.get(key)?;
        (*until > Instant::now()).then(|| value.clone())
    }

    pub(super) fn remove(&self, key: &str) {
        self.state().values.remove(key);
    }

    pub(super) fn add(&self, key: &str, by: i64, lifetime: Duration) -> i64 {
        let now = Instant::now();
        let mut state = self.state();
        let (value, until) =
            state.values.entry(key.to_owned()).or_insert_with(|| ("0".into(), now));
        let before = if *until > now { value.parse().unwrap_or(0) } else { 0 };
        let sum = before + by;
        (*value, *until) = (sum.to_string(), now + lifetime);
        sum
    }

    pub(super) fn enter(
        &self,
        group: &str,
        (member, saying): (&str, &str),
        places: usize,
        lifetime: Duration,
    ) -> Entered {
        let now = Instant::now();
        let mut state = self.state();
        if state.groups.len() > TIDY_ABOVE {
            state.groups.retain(|_, (_, until)| *until > now);
        }
        let (members, until) =
            state.groups.entry(group.to_owned()).or_insert_with(|| (Members::new(), now));
        if *until <= now {
            members.clear();
        }
        if !members.contains_key(member) && members.len() >= places {
            return Entered::Full;
        }
        members.insert(member.to_owned(), saying.to_owned());
        *until = now + lifetime;
        Entered::In(members.clone())
    }

    pub(super) fn leave(&self, group: &str, member: &str) -> Members {
        let mut state = self.state();
        let Some((members, until)) = state.groups.get_mut(group) else { return Members::new() };
        members.remove(member);
        let left = if *until > Instant::now() { members.clone() } else { Members::new() };
        if left.is_empty() {
            state.groups.remove(group);
        }
        left
    }

    pub(super) fn members(&self, group: &str, lifetime: Duration) -> Members {
        let now = Instant::now();
        match self.state().groups.get_mut(group) {
            Some((members, until)) if *until > now => {
                *until = now + lifetime;
                members.clone()
            }
            Some(_) | None => Members::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_lets_a_burst_through_and_then_says_how_long_to_wait() {
        let local = Local::default();
        let limit = Limit { count: 3, period: Duration::from_mins(1) };
        for _ in 0..3 {
            assert_eq!(local.take("ada", limit, 1), Ok(()));
        }
        let Err(Wait(wait)) = local.take("ada", limit, 1) else { panic!("the fourth got through") };
        assert!(wait > Duration::from_secs(15) && wait <= Duration::from_secs(20), "{wait:?}");
        assert_eq!(local.take("bob", limit, 2), Ok(()));
        assert!(local.take("bob", limit, 2).is_err(), "half of it was taken");
        assert_eq!(local.take("bob", limit, 1), Ok(()));
    }

    #[test]
    fn values_and_counters_live_as_long_as_they_should() {
        let local = Local::default();
        local.set("a", "1", Duration::from_mins(1));
        local.set("b", "1", Duration::ZERO);
        assert_eq!((local.get("a").as_deref(), local.get("b")), (Some("1"), None));
        assert_eq!(local.add("n", 2, Duration::from_mins(1)), 2);
        assert_eq!(local.add("n", -1, Duration::from_mins(1)), 1);
        local.remove("a");
        assert_eq!(local.get("a"), None);
    }

    #[test]
    fn a_group_that_is_over_is_empty() {
        let (local, minute) = (Local::default(), Duration::from_mins(1));
        assert!(matches!(local.enter("g", ("a", "1"), 1, Duration::ZERO), Entered::In(_)));
        assert!(local.members("g", minute).is_empty());
        assert!(matches!(local.enter("g", ("b", "2"), 1, minute), Entered::In(_)));
        assert_eq!(local.members("g", minute), Members::from([("b".into(), "2".into())]));
        assert!(local.leave("g", "b").is_empty());
        assert!(local.state().groups.is_empty());
    }
}
