//! Work that must happen: once, again after a failure, and not for ever.

mod failures;
mod leases;
mod queue;

use chrono::{DateTime, Utc};
use securevox_core::{
    jobs::{self, Failure, Job, Worker},
    metrics::Metrics,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

/// A job with a number.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Numbered {
    number: u32,
}

impl Job for Numbered {
    const KIND: &'static str = "numbered";
    const ATTEMPTS: i32 = 3;
}

/// A row of the queue.
#[derive(Debug)]
struct Row {
    attempts: i32,
    run_at: DateTime<Utc>,
    dead_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

async fn rows(db: &PgPool) -> Vec<Row> {
    let rows = sqlx::query_as!(
        Row,
        "select attempts, run_at, dead_at, last_error from jobs order by created_at, id"
    );
    rows.fetch_all(db).await.unwrap()
}

async fn enqueue(db: &PgPool, job: &impl Job) {
    jobs::enqueue(&mut db.acquire().await.unwrap(), job).await.unwrap();
}

fn worker(db: &PgPool) -> Worker {
    Worker::new(db.clone(), Metrics::new("probe").jobs)
}

/// What a job says that does not succeed.
fn failure() -> Failure {
    Failure::Retry(anyhow::anyhow!("the cause").context("doing it"))
}
