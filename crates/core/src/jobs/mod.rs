//! Work that outlives a request: rows in `jobs`, written in the caller's transaction.
//!
//! A worker leases one job in a short transaction, holds none while it works, and settles
//! it in another. A crash or an expired lease gives the job to another worker, so a job
//! runs at least once and must be idempotent.

mod faults;
mod store;
mod worker;

use std::time::Duration;

use anyhow::Context as _;
use chrono::Utc;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;

pub use faults::Faults;
pub use worker::Worker;

use crate::{Error, Result};

/// A kind of background work. The payload is small and self-contained: ids, not rows.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// Kebab-case, unique in the house: `delete-stored-build`.
    const KIND: &'static str;
    /// Tries before it is given up. With the default backoff 12 tries take about 9 hours.
    const ATTEMPTS: i32 = 12;
    /// How long one try may take; then it is cut off, and another worker may take the job.
    const LEASE: Duration = Duration::from_mins(5);
    /// Set for scheduled work: how long after one run the next is due.
    const EVERY: Option<Duration> = None;
}

/// Why a job did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// It may succeed later.
    Retry(anyhow::Error),
    /// It has to wait for its turn, this long or a little longer. That is no try.
    Wait(Duration),
    /// It never will.
    GiveUp(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Retry(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Retry(error.into())
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Retry(error.into())
    }
}

/// Queues `job`. It exists only if the transaction of `conn` commits.
pub async fn enqueue<J: Job>(conn: &mut PgConnection, job: &J) -> Result<()> {
    let payload = serde_json::to_value(job).context("a job must serialize")?;
    store::insert(conn, J::KIND, payload, None, Utc::now()).await
}

/// Queues `job` unless one of its kind with the same `key` waits already.
pub async fn enqueue_unique<J: Job>(conn: &mut PgConnection, job: &J, key: &str) -> Result<()> {
    let payload = serde_json::to_value(job).context("a job must serialize")?;
    store::insert(conn, J::KIND, payload, Some(key), Utc::now()).await
}
