//! Work in the background: uploads that came to their end, and scheduled clean-ups. They have
//! workers of their own: a long clean-up holds up no upload, nor the other way round.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use securevox_core::{
    Result,
    jobs::{Failure, Faults, Job, Worker},
    mail,
    metrics::Metrics,
    process::Base,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    builds, enrolment, events, feedback, install,
    life::retention::{self, MakeRoom},
    people,
    uploads::{self, FinishUpload},
};

/// Clean-ups, each an hourly job of its own: one that fails holds up no other.
macro_rules! clean_ups {
    ($($(#[$doc:meta])* $job:ident = $kind:literal: $run:path;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Serialize, Deserialize)]
            struct $job {}

impl Job for SweepStorage {
    const KIND: &'static str = "sweep-storage";
    const EVERY: Option<Duration> = Some(Duration::from_hours(1));
}

/// Starts the workers.
pub(crate) async fn start(app: &App, base: &Base, metrics: &Metrics) -> Result<()> {
    let worker = || Worker::new(app.db.clone(), metrics.jobs.clone());
    let cleaning = clean_ups(worker(), app).await?;
    let making_room = app.clone();
    let cleaning = cleaning.on::<MakeRoom, _, _>(move |_| {
        let app = making_room.clone();
        async move { retention::retain(&app).await.map_err(Failure::from) }
    });
    cleaning.start(&base.tasks);
    let finishing = app.clone();
    let finishing = worker().on::<FinishUpload, _, _>(move |job| {
        let app = finishing.clone();
        async move { uploads::finish(&app, job).await }
    });
    finishing.start(&base.tasks);
    events::start(app, base, metrics).await?;
    mail::start(base, metrics);
    Ok(())
}

async fn forget_codes(app: &App) -> Result<()> {
    let now = Utc::now();
    let mut faults = Faults::default();
    let mut conn = app.db.acquire().await?;
    faults.note(install::store::sweep(&mut conn, now - TimeDelta::days(1)).await);
    faults.note(people::store::sweep(&mut conn, now).await);
    faults.note(enrolment::sweep(&mut conn, now).await);
    faults.finish()
}
