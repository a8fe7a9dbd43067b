//! What a handler can reach. This is the ground that features stand on: nothing here knows one.

mod addresses;
mod cookies;
mod counters;
mod enrolling;
mod installations;
mod limits;
mod phones;
mod repositories;
mod telling;
mod who;

use std::sync::Arc;

use anyhow::Result;
use axum::extract::FromRef;
use securevox_core::{
    auth::{Gate, Passwords, SecretKey},
    mail::Mailer,
    metrics::Metrics,
    process::Base,
    storage::{Spool, Storage},
    tasks::Tasks,
    web::{CodeTries, Site},
};
use sqlx::PgPool;
use tokio::sync::Semaphore;

pub(crate) use self::{
    addresses::{Addresses, BuildLinks, IconSize},
    cookies::{Claim, Cookies, password_mark},
    counters::Counters,
    enrolling::{Enrolling, Held, read_enrolment},
    installations::Installations,
    limits::Limits,
    phones::Phones,
    repositories::{Repositories, RepositoryFile},
    telling::Telling,
    who::Who,
};

use crate::config::{Feeds, Insights, People, Settings, Uploads};

/// The state of the service.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    pub(crate) db: PgPool,
    pub(crate) gate: Gate,
    pub(crate) storage: Storage,
    pub(crate) spool: Spool,
    pub(crate) links: BuildLinks,
    pub(crate) places: Arc<Places>,
    pub(crate) addresses: Addresses,
    pub(crate) tasks: Tasks,
    pub(crate) config: Arc<Uploads>,
    pub(crate) site: Site,
    pub(crate) code_tries: CodeTries,
    pub(crate) limits: Arc<Limits>,
    pub(crate) people: Arc<People>,
    pub(crate) feeds: Arc<Feeds>,
    pub(crate) repositories: Arc<Repositories>,
    /// Seals what the database must not tell: keys of repositories, secrets of webhooks, join links.
    pub(crate) secret: SecretKey,
    pub(crate) mailer: Mailer,
    pub(crate) passwords: Passwords,
    pub(crate) cookies: Cookies,
    pub(crate) enrolling: Enrolling,
    pub(crate) insights: Arc<Insights>,
    pub(crate) installations: Arc<Installations>,
    pub(crate) counters: Counters,
    pub(crate) telling: Telling,
    pub(crate) phones: Phones,
}

/// How much happens at once.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) inspections: Arc<Semaphore>,
    pub(crate) feedback: Arc<Semaphore>,
    /// Screenshots, which are held in memory while they are read.
    pub(crate) pictures: Arc<Semaphore>,
    pub(crate) icons: Arc<Semaphore>,
}

impl App {
    /// The state on `base`, as `config` says.
    pub(crate) fn new(base: &Base, metrics: &Metrics, settings: Settings) -> Result<Self> {
        let limits = Limits::new(&base.bus, &settings);
        let Settings { uploads: config, people, enrolment, insights, webhooks, feeds } = settings;
        let places = Places {
            uploads: Arc::new(Semaphore::new(config.concurrency.max(1))),
            inspections: Arc::new(Semaphore::new(config.inspections.max(1))),
            feedback: Arc::new(Semaphore::new(insights.feedback_concurrency.max(1))),
            pictures: Arc::new(Semaphore::new(2)),
            icons: Arc::new(Semaphore::new(config.icons.max(1))),
        };
        let links = BuildLinks::new(&base.secret);
        let config = Arc::new(config);
        let site = Site::new("app-distribution", &base.urls.distribution, &base.urls, &base.secret);
        Ok(Self {
            db: base.db.clone(),
            gate: base.gate(metrics),
            storage: base.storage.clone(),
            // Beside a storage in the data folder: files move from one to the other without being copied.
            spool: Spool::open(base.data.join("spool"))?,
            links: links.clone(),
            places: Arc::new(places),
            addresses: Addresses::new(base.urls.distribution.as_str(), links, Arc::clone(&config)),
            code_tries: CodeTries::new(&base.bus, &base.network),
            limits: Arc::new(limits),
            mailer: base.mailer.clone(),
            passwords: Passwords::bounded(1, 16),
            cookies: Cookies::new(&base.secret, &site),
            phones: Phones::new(&base.secret, &site),
            people: Arc::new(people),
            enrolling: Enrolling::new(&base.secret, &base.bus, enrolment)?,
            installations: Arc::new(Installations::new(&base.secret, &base.bus, &insights)),
            insights: Arc::new(insights),
            counters: Counters::new(metrics),
            telling: Telling::new(base, webhooks)?,
            feeds: Arc::new(feeds),
            repositories: Arc::default(),
            secret: base.secret.clone(),
            site,
            tasks: base.tasks.clone(),
            config,
        })
    }
}
