//! What Prometheus is told of what is stored and used.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use securevox_core::{
    Result,
    metrics::{Gauge, Gauges, Metrics},
};
use sqlx::PgPool;

use super::store;
use crate::{app::App, quota};

/// How often the database is asked.
const EVERY: Duration = Duration::from_mins(5);

/// Apps and versions that Prometheus is told of, those that are used most: each is a series.
const MOST_VERSIONS: i64 = 100;
/// How many days back what is used counts.
const RECENT: TimeDelta = TimeDelta::days(30);

/// What is asked of the database every few minutes.
#[derive(Clone, Debug)]
struct Watched {
    stored: Gauge,
    /// By app, version and platform.
    downloads: Gauges,
    /// By app, version and platform.
    installs: Gauges,
}

impl Watched {
    async fn ask(&self, db: &PgPool) -> Result<()> {
        let mut conn = db.acquire().await?;
        self.stored.set(quota::used(&mut conn).await?);
        let since = (Utc::now() - RECENT).date_naive();
        let recent = store::recent(&mut conn, since, MOST_VERSIONS).await?;
        // What is no longer among them is told no more.
        self.downloads.reset();
        self.installs.reset();
        for of in recent {
            let labels = [of.app.as_str(), of.version.as_str(), of.platform.as_str()];
            self.downloads.with_label_values(&labels).set(of.downloads);
            self.installs.with_label_values(&labels).set(of.installs);
        }
        Ok(())
    }
}

/// Keeps Prometheus told how much is stored, and which versions are used. Each copy asks for itself.
pub(crate) fn watch(app: &App, metrics: &Metrics) {
    let labels = ["app", "version", "platform"];
    let watched = Watched {
        stored: metrics.gauge("stored_bytes", "Bytes of all packages and symbol files"),
        downloads: metrics.gauges(
            "recent_downloads",
            "Packages fetched in 30 days, of the versions that are used most",
            &labels,
        ),
        installs: metrics.gauges(
            "recent_installs",
            "Installations that told of themselves in 30 days, of the versions that are used most",
            &labels,
        ),
    };
    let db = app.db.clone();
    app.tasks.every(EVERY, move || {
        let (db, watched) = (db.clone(), watched.clone());
        async move {
            if let Err(error) = watched.ask(&db).await {
                tracing::warn!(%error, "what is stored and used is not known");
            }
        }
    });
}
