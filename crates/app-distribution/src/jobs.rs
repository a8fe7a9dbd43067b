//! Work in the background: uploads that came to their end, and scheduled clean-ups.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use securevox_core::{
    Result,
    jobs::{Failure, Job, Worker},
    mail,
    metrics::Metrics,
    process::Base,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    builds, enrolment, events, feedback, install,
    life::{self, retention::MakeRoom},
    people,
    uploads::{self, FinishUpload},
};

/// Deletes stored packages that no build names, and pieces of no upload: a crash came between
/// storing and committing. Forgets uploads that were given up, and the builds that retention takes.
#[derive(Debug, Serialize, Deserialize)]
struct SweepStorage {}

impl Job for SweepStorage {
    const KIND: &'static str = "sweep-storage";
    const EVERY: Option<Duration> = Some(Duration::from_hours(1));
}

/// Starts the worker and makes sure that the clean-ups are scheduled.
pub(crate) async fn start(app: &App, base: &Base, metrics: &Metrics) -> Result<()> {
    let sweeping = app.clone();
    let worker =
        Worker::new(app.db.clone(), metrics.jobs.clone()).on::<SweepStorage, _, _>(move |_| {
            let app = sweeping.clone();
            async move {
                life::retention::retain(&app).await?;
                builds::sweep(&app).await?;
                builds::sweep_symbols(&app).await?;
                feedback::sweep(&app).await?;
                let late = Utc::now() - TimeDelta::days(1);
                install::store::sweep(&mut *app.db.acquire().await?, late).await?;
                people::store::sweep(&mut *app.db.acquire().await?, Utc::now()).await?;
                enrolment::sweep(&mut *app.db.acquire().await?, Utc::now()).await?;
                uploads::sweep::sweep(&app).await.map_err(Failure::from)
            }
        });
    let making_room = app.clone();
    let worker = worker.on::<MakeRoom, _, _>(move |_| {
        let app = making_room.clone();
        async move { life::retention::retain(&app).await.map_err(Failure::from) }
    });
    let finishing = app.clone();
    let worker = worker.on::<FinishUpload, _, _>(move |job| {
        let app = finishing.clone();
        async move { uploads::finish(&app, job).await }
    });
    worker.schedule(&SweepStorage {}).await?;
    worker.start(&base.tasks);
    events::start(app, base, metrics).await?;
    mail::start(base, metrics);
    Ok(())
}
