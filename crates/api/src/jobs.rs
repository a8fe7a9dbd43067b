//! Scheduled clean-ups.

use std::time::Duration;

use chrono::Utc;
use securevox_core::{
    Result,
    auth::single_use,
    jobs::{Failure, Job, Worker},
    metrics::Metrics,
    process::Base,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::{app::App, invites, sessions, sso};

/// Deletes what is long over: sessions, refresh tokens, invitations, codes.
#[derive(Debug, Serialize, Deserialize)]
struct Sweep {}

impl Job for Sweep {
    const KIND: &'static str = "sweep-accounts";
    const EVERY: Option<Duration> = Some(Duration::from_hours(1));
}

/// Starts the worker and makes sure that the clean-ups are scheduled.
pub(crate) async fn start(app: &App, base: &Base, metrics: &Metrics) -> Result<()> {
    let db = app.db.clone();
    let worker = Worker::new(app.db.clone(), metrics.jobs.clone())
        .on::<Sweep, _, _>(move |_| sweep(db.clone()));
    worker.schedule(&Sweep {}).await?;
    worker.start(&base.tasks);
    Ok(())
}

async fn sweep(db: PgPool) -> Result<(), Failure> {
    let now = Utc::now();
    let mut tx = db.begin().await?;
    sessions::store::sweep(&mut tx, now).await?;
    invites::store::sweep(&mut tx, now).await?;
    single_use::sweep(&mut tx, now).await?;
    sso::store::sweep(&mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}
