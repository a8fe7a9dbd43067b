//! What a handler can reach.

use std::sync::Arc;

use anyhow::Result;
use axum::extract::FromRef;
use securevox_core::{
    auth::Gate,
    metrics::Metrics,
    process::Base,
    storage::{Links, Spool, Storage},
    tasks::Tasks,
};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::config::Uploads;

/// The state of the service.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    pub(crate) db: PgPool,
    pub(crate) gate: Gate,
    pub(crate) storage: Storage,
    pub(crate) spool: Spool,
    pub(crate) downloads: Links,
    pub(crate) places: Arc<Places>,
    pub(crate) urls: Urls,
    pub(crate) tasks: Tasks,
    pub(crate) config: Arc<Uploads>,
}

/// How much happens at once.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) inspections: Arc<Semaphore>,
}

/// The links that are given out.
#[derive(Clone, Debug)]
pub(crate) struct Urls {
    base: Arc<str>,
}

impl Urls {
    /// Where the package of a build is downloaded by who may see it.
    pub(crate) fn download(&self, build: Uuid) -> String {
        format!("{}api/builds/{build}/download/", self.base)
    }
}

impl App {
    /// The state on `base`, as `config` says.
    pub(crate) fn new(base: &Base, metrics: &Metrics, config: Uploads) -> Result<Self> {
        let places = Places {
            uploads: Arc::new(Semaphore::new(config.concurrency.max(1))),
            inspections: Arc::new(Semaphore::new(config.inspections.max(1))),
        };
        Ok(Self {
            db: base.db.clone(),
            gate: base.gate(metrics),
            storage: base.storage.clone(),
            // Beside a storage in the data folder: files move from one to the other without being copied.
            spool: Spool::open(base.data.join("spool"))?,
            downloads: Links::new(&base.secret, "download-build"),
            places: Arc::new(places),
            urls: Urls { base: base.urls.distribution.as_str().into() },
            tasks: base.tasks.clone(),
            config: Arc::new(config),
        })
    }
}
