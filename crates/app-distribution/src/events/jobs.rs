//! Work in the background. Webhooks have workers of their own: who answers slowly holds up
//! nobody but webhooks.

use std::time::Duration;

use chrono::Utc;
use securevox_core::{
    Result,
    jobs::{Failure, Job, Worker},
    metrics::Metrics,
    process::Base,
};
use serde::{Deserialize, Serialize};

use super::{
    expiry,
    mails::{
        fan_out::{self, TellTesters},
        member::{self, MailMember},
    },
    webhooks::{
        self,
        deliver::{self, DeliverWebhook},
    },
};
use crate::app::App;

/// Warns of signatures that end.
#[derive(Debug, Serialize, Deserialize)]
struct WarnOfExpiry {}

impl Job for WarnOfExpiry {
    const KIND: &'static str = "warn-of-expiry";
    const EVERY: Option<Duration> = Some(Duration::from_hours(1));
}

/// Forgets what came of old deliveries.
#[derive(Debug, Serialize, Deserialize)]
struct SweepDeliveries {}

impl Job for SweepDeliveries {
    const KIND: &'static str = "sweep-deliveries";
    const EVERY: Option<Duration> = Some(Duration::from_hours(1));
}

/// Starts the workers.
pub(crate) async fn start(app: &App, base: &Base, metrics: &Metrics) -> Result<()> {
    let worker = || Worker::new(app.db.clone(), metrics.jobs.clone());
    let warning = app.clone();
    let people = worker().on::<WarnOfExpiry, _, _>(move |_| {
        let app = warning.clone();
        async move { expiry::warn(&app).await.map_err(Failure::from) }
    });
    let sweeping = app.clone();
    let people = people.on::<SweepDeliveries, _, _>(move |_| {
        let app = sweeping.clone();
        async move {
            let mut conn = app.db.acquire().await?;
            let (keep, now) = (app.telling.settings.webhook_log, Utc::now());
            webhooks::store::sweep(&mut conn, keep, now).await.map_err(Failure::from)
        }
    });
    let telling = app.clone();
    let people = people.on::<TellTesters, _, _>(move |job| {
        let app = telling.clone();
        async move { fan_out::tell(&app, &job).await }
    });
    let mailing = app.clone();
    let people = people.on::<MailMember, _, _>(move |job| {
        let app = mailing.clone();
        async move { member::mail(&app, &job).await }
    });
    people.schedule(&WarnOfExpiry {}).await?;
    people.schedule(&SweepDeliveries {}).await?;
    people.start(&base.tasks);
    let delivering = app.clone();
    let webhooks = worker().on::<DeliverWebhook, _, _>(move |job| {
        let app = delivering.clone();
        async move { deliver::deliver(&app, job).await }
    });
    for _ in 0..app.telling.settings.webhook_concurrency.max(1) {
        webhooks.clone().start(&base.tasks);
    }
    Ok(())
}
