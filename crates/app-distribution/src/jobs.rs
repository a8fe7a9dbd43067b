//! Scheduled clean-ups.

use std::time::Duration;

use securevox_core::{
    Result,
    jobs::{Failure, Job, Worker},
    metrics::Metrics,
    process::Base,
};
use serde::{Deserialize, Serialize};

use crate::{app::App, builds};

/// Deletes stored packages that no build names: a crash came between storing and committing.
#[derive(Debug, Serialize, Deserialize)]
struct SweepStorage {}

impl Job for SweepStorage {
    const KIND: &'static str = "sweep-storage";
    const EVERY: Option<Duration> = Some(Duration::from_hours(6));
}

/// Starts the worker and makes sure that the clean-ups are scheduled.
pub(crate) async fn start(app: &App, base: &Base, metrics: &Metrics) -> Result<()> {
    let sweeping = app.clone();
    let worker =
        Worker::new(app.db.clone(), metrics.jobs.clone()).on::<SweepStorage, _, _>(move |_| {
            let app = sweeping.clone();
            async move { builds::sweep::sweep(&app).await.map_err(Failure::from) }
        });
    worker.schedule(&SweepStorage {}).await?;
    worker.start(&base.tasks);
    Ok(())
}
