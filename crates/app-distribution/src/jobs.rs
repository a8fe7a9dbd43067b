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
    builds, enrolment, events, feedback, install, people,
    quota::MakeRoom,
    retention,
    uploads::{self, FinishUpload},
};

/// Clean-ups, each an hourly job of its own: one that fails holds up no other.
macro_rules! clean_ups {
    ($($(#[$doc:meta])* $job:ident = $kind:literal: $run:path;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Serialize, Deserialize)]
            struct $job {}

            impl Job for $job {
                const KIND: &'static str = $kind;
                const EVERY: Option<Duration> = Some(Duration::from_hours(1));
            }
        )+

        /// Has `worker` run all of them, and makes sure that they are scheduled.
        async fn clean_ups(worker: Worker, app: &App) -> Result<Worker> {
            $(
                let cleaning = app.clone();
                let worker = worker.on::<$job, _, _>(move |_| {
                    let app = cleaning.clone();
                    async move { $run(&app).await.map_err(Failure::from) }
                });
                worker.schedule(&$job {}).await?;
            )+
            Ok(worker)
        }
    };
}

clean_ups! {
    /// Deletes the builds that retention takes.
    RetainBuilds = "retain-builds": retention::retain;
    /// Deletes stored packages and icons that no build names: a crash came between storing and
    /// committing.
    SweepBuilds = "sweep-builds": builds::sweep;
    /// Deletes stored symbols that no build names.
    SweepSymbols = "sweep-symbols": builds::sweep_symbols;
    /// Deletes stored screenshots that no feedback names.
    SweepScreenshots = "sweep-screenshots": feedback::sweep;
    /// Forgets screenshots that are too old.
    ForgetScreenshots = "forget-screenshots": feedback::forget_screenshots;
    /// Forgets uploads that were given up, and deletes pieces of none.
    SweepUploads = "sweep-uploads": uploads::sweep::sweep;
    /// Deletes public copies that no build names.
    SweepPublicCopies = "sweep-public-copies": builds::sweep_public_copies;
    /// Forgets codes, sessions and questions that are over.
    ForgetCodes = "forget-codes": forget_codes;
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
    builds::start_public_copies(app, worker()).await?.start(&base.tasks);
    events::start(app, base, metrics).await?;
    mail::start(&app.mailer, &app.db, &app.tasks, metrics);
    Ok(())
}

async fn forget_codes(app: &App) -> Result<()> {
    let now = Utc::now();
    let mut faults = Faults::default();
    let mut conn = app.db.acquire().await?;
    faults.note(install::sweep(&mut conn, now - TimeDelta::days(1)).await);
    faults.note(builds::sweep_shares(&mut conn, now).await);
    faults.note(people::sweep(&mut conn, now).await);
    faults.note(enrolment::sweep(&mut conn, now).await);
    faults.finish()
}
