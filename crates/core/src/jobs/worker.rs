//! The loop that leases jobs and runs them.

use std::{
    collections::HashMap, future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration,
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use futures_util::{FutureExt as _, future::BoxFuture};
use prometheus::IntCounterVec;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Failure, Job, store};
use crate::{Result, tasks::Tasks};

/// How often an idle worker looks.
const POLL_EVERY: Duration = Duration::from_secs(1);

type Run = dyn Fn(Value) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync;

#[derive(Clone)]
struct Kind {
    run: Arc<Run>,
    attempts: i32,
    lease: Duration,
    every: Option<Duration>,
}

/// Runs the kinds of jobs it was told of, one at a time.
#[derive(Clone)]
pub struct Worker {
    db: PgPool,
    outcomes: IntCounterVec,
    kinds: HashMap<&'static str, Kind>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.kinds.keys()).finish()
    }
}

impl Worker {
    /// A worker that knows no job yet; `outcomes` counts by kind and outcome.
    pub fn new(db: PgPool, outcomes: IntCounterVec) -> Self {
        Self { db, outcomes, kinds: HashMap::new() }
    }

    /// Jobs of kind `J` are run by `run`.
    #[must_use]
    pub fn on<J, F, Fut>(mut self, run: F) -> Self
    where
        J: Job,
        F: Fn(J) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let run = Arc::new(run);
        let run: Arc<Run> = Arc::new(move |payload| {
            let run = Arc::clone(&run);
            Box::pin(async move {
                let job = serde_json::from_value(payload).context("reading the payload of a job");
                run(job.map_err(Failure::GiveUp)?).await
            })
        });
        let (attempts, lease, every) = (J::ATTEMPTS, J::LEASE, J::EVERY);
        self.kinds.insert(J::KIND, Kind { run, attempts, lease, every });
        self
    }

    /// Works in the background until `tasks` stop; a job that runs then is finished.
    pub fn start(self, tasks: &Tasks) {
        let stopping = tasks.stopping();
        tasks.spawn(async move {
            tokio::pin!(stopping);
            loop {
                let worked = match self.run_one(Utc::now()).await {
                    Ok(worked) => worked,
                    Err(error) => {
                        tracing::warn!(error = format!("{error:#}"), "no job could be taken");
                        false
                    }
                };
                let pause = if worked { Duration::ZERO } else { POLL_EVERY };
                tokio::select! {
                    () = &mut stopping => break,
                    () = tokio::time::sleep(pause) => {}
                }
            }
        });
    }

    /// Makes sure that the scheduled job `J` is in the queue.
    pub async fn schedule<J: Job>(&self, job: &J) -> Result<()> {
        let mut conn = self.db.acquire().await?;
        super::enqueue_unique(&mut conn, job, "scheduled").await
    }

    /// Runs one job that is due at `now`; false if there was none.
    pub async fn run_one(&self, now: DateTime<Utc>) -> Result<bool> {
        let seconds = |lease: Duration| i64::try_from(lease.as_secs()).unwrap_or(i64::MAX);
        let (kinds, durations): (Vec<String>, Vec<i64>) =
            self.kinds.iter().map(|(name, kind)| ((*name).to_owned(), seconds(kind.lease))).unzip();
        let lease = Uuid::now_v7();
        let mut conn = self.db.acquire().await?;
        let leased = store::lease(&mut conn, (&kinds, &durations), lease, now).await?;
        drop(conn);
        let Some(job) = leased else { return Ok(false) };
        let kind = &self.kinds[job.kind.as_str()];
        // Only a process that ended while it ran leaves a job with all its attempts used up.
        let outcome = if job.attempts > kind.attempts && kind.every.is_none() {
            Err(Failure::GiveUp(anyhow::anyhow!("it never came to its end")))
        } else {
            run(kind, job.payload).await
        };
        let word = self.settle((job.id, lease), kind, job.attempts, outcome).await?;
        self.outcomes.with_label_values(&[job.kind.as_str(), word]).inc();
        Ok(true)
    }

    async fn settle(
        &self,
        (id, lease): (Uuid, Uuid),
        kind: &Kind,
        attempts: i32,
        outcome: Result<(), Failure>,
    ) -> Result<&'static str> {
        let now = Utc::now();
        let mut conn = self.db.acquire().await?;
        match outcome {
            Ok(()) => {
                match kind.every {
                    Some(period) => {
                        store::run_again(&mut conn, (id, lease), (now + period, 0), None).await?;
                    }
                    None => store::finish(&mut conn, id, lease).await?,
                }
                Ok("done")
            }
            Err(Failure::Wait(wait)) => {
                let next = (now + jittered(wait), attempts - 1);
                store::run_again(&mut conn, (id, lease), next, None).await?;
                Ok("waits")
            }
            Err(Failure::Retry(error)) if attempts < kind.attempts => {
                let error = format!("{error:#}");
                tracing::warn!(job.id = %id, attempts, error, "a job failed and will be tried again");
                let again = (now + backoff(attempts), attempts);
                store::run_again(&mut conn, (id, lease), again, Some(&error)).await?;
                Ok("retried")
            }
            // Scheduled work is never dead: nobody would schedule it again before the next start.
            Err(Failure::Retry(error)) if let Some(period) = kind.every => {
                let error = format!("{error:#}");
                tracing::error!(job.id = %id, attempts, error, "scheduled work fails");
                let again = (now + period, attempts);
                store::run_again(&mut conn, (id, lease), again, Some(&error)).await?;
                Ok("retried")
            }
            Err(Failure::Retry(error) | Failure::GiveUp(error)) => {
                let error = format!("{error:#}");
                tracing::error!(job.id = %id, attempts, error, "a job was given up");
                store::give_up(&mut conn, (id, lease), now, &error).await?;
                Ok("dead")
            }
        }
    }
}

/// Runs a job within its lease. One that panics has failed, and harms no other.
async fn run(kind: &Kind, payload: Value) -> Result<(), Failure> {
    let running = AssertUnwindSafe((kind.run)(payload)).catch_unwind();
    match tokio::time::timeout(kind.lease, running).await {
        Ok(Ok(outcome)) => outcome,
        // The panic hook has logged where; the payload may hold anything.
        Ok(Err(_)) => Err(Failure::Retry(anyhow::anyhow!("it panicked"))),
        Err(_) => Err(Failure::Retry(anyhow::anyhow!("it took longer than its lease"))),
    }
}

/// 10 s, 20 s, 40 s … up to 2 h, or a little longer.
fn backoff(attempts: i32) -> Duration {
    let exponent = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    jittered(Duration::from_secs((10_u64 << exponent).min(7_200)))
}

/// Up to a quarter longer, so that jobs do not march in step.
fn jittered(wait: Duration) -> Duration {
    let jitter = Uuid::new_v4().as_u128() % (wait.as_millis() / 4).max(1);
    wait + Duration::from_millis(u64::try_from(jitter).unwrap_or(0))
}
