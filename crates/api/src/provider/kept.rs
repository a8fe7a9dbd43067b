//! What the provider says that holds for a while.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use super::Fault;

/// How long the provider is left alone after it did not answer.
const PAUSE: Duration = Duration::from_secs(5);

/// Something the provider says. One asks, the others wait and are told the same: a provider that
/// is silent is not asked by a queue of people, one after the other.
#[derive(Debug)]
pub(super) struct Kept<T>(Mutex<State<T>>);

#[derive(Debug)]
struct State<T> {
    found: Option<(Instant, Arc<T>)>,
    failed: Option<(Instant, Fault)>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(State { found: None, failed: None }))
    }
}

impl<T> Kept<T> {
    /// What is kept, if it is `fresh` at its age; else what `fetch` brings.
    pub(super) async fn get(
        &self,
        fresh: impl Fn(&T, Duration) -> bool,
        fetch: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<Arc<T>, Fault> {
        let mut state = self.0.lock().await;
        if let Some((since, found)) = &state.found
            && fresh(found, since.elapsed())
        {
            return Ok(Arc::clone(found));
        }
        if let Some((since, fault)) = &state.failed
            && since.elapsed() < PAUSE
        {
            return Err(fault.clone());
        }
        match fetch().await {
            Ok(found) => {
                let found = Arc::new(found);
                *state = State { found: Some((Instant::now(), Arc::clone(&found))), failed: None };
                Ok(found)
            }
            Err(fault) => {
                state.failed = Some((Instant::now(), fault.clone()));
                Err(fault)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_asks_and_all_are_told() {
        let kept = Kept::default();
        let (mut asked, hour) = (0, Duration::from_hours(1));
        for _ in 0..3 {
            let fetch = async || {
                asked += 1;
                Ok(7)
            };
            assert_eq!(*kept.get(|_, age| age < hour, fetch).await.unwrap(), 7);
        }
        assert_eq!(asked, 1);
        assert_eq!(*kept.get(|_, _| false, async || Ok(8)).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn who_does_not_answer_is_left_alone() {
        let kept = Kept::<()>::default();
        let silent = async || Err(Fault::Away("silent".to_owned()));
        assert!(kept.get(|(), _| true, silent).await.is_err());
        let again = kept.get(|(), _| true, async || Ok(())).await;
        assert_eq!(again.unwrap_err().to_string(), "silent");
    }
}
