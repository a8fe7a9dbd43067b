//! What a handler can reach.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use axum::extract::FromRef;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use securevox_core::{
    auth::{Gate, Opaque, Passwords, SecretKey},
    mail::Mailer,
    metrics::Metrics,
    process::Base,
    rate_limit::Limiter,
    storage::{Links, Spool, Storage},
    tasks::Tasks,
    web::{CodeTries, Site},
};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    config::{Feeds, People, Settings, Uploads},
    people::{self, Cookies, Who},
};

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
    /// Seals the keys of repositories.
    pub(crate) secret: SecretKey,
    pub(crate) mailer: Mailer,
    pub(crate) passwords: Passwords,
    pub(crate) cookies: Cookies,
}

/// How often things may be done.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) uploads_of: Limiter,
    pub(crate) downloads_by: Limiter,
    pub(crate) of_strangers: people::Limits,
    pub(crate) feeds_by: Limiter,
}

/// How much happens at once.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) inspections: Arc<Semaphore>,
}

/// The links that open one build for whoever holds them, each kind for one thing.
#[derive(Clone, Debug)]
pub(crate) struct BuildLinks {
    /// The package.
    pub(crate) downloads: Links,
    /// What iOS reads before it fetches the package.
    pub(crate) manifests: Links,
    /// The page to install from.
    pub(crate) installs: Links,
}

impl BuildLinks {
    fn new(secret: &SecretKey) -> Self {
        Self {
            downloads: Links::new(secret, "download-build"),
            manifests: Links::new(secret, "manifest-of-build"),
            installs: Links::new(secret, "install-build"),
        }
    }
}

/// The addresses that are given out.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    base: Arc<str>,
    links: BuildLinks,
    config: Arc<Uploads>,
}

impl Addresses {
    /// The start page.
    pub(crate) fn root(&self) -> &str {
        &self.base
    }

    /// Where the package of a build is downloaded by who may see it.
    pub(crate) fn download(&self, build: Uuid) -> String {
        format!("{}api/builds/{build}/download/", self.base)
    }

    /// The page to install from and its QR code, which open to whoever holds these links.
    pub(crate) fn install(&self, build: Uuid, now: DateTime<Utc>) -> (String, String) {
        let token = self.links.installs.sign(build, self.install_expiry(now));
        (self.install_page(build, &token), self.qr_code(build, &token))
    }

    /// The page to install from, for whoever holds `token`.
    pub(crate) fn install_page(&self, build: Uuid, token: &str) -> String {
        format!("{}builds/{build}?link={token}", self.base)
    }

    /// The page of a build, for whoever may see it.
    pub(crate) fn page(&self, build: Uuid) -> String {
        format!("{}builds/{build}", self.base)
    }

    /// The icon of a build, for whoever holds this link.
    pub(crate) fn icon(&self, build: Uuid, now: DateTime<Utc>) -> String {
        let token = self.links.installs.sign(build, self.install_expiry(now));
        format!("{}builds/{build}/icon.png?link={token}", self.base)
    }

    fn qr_code(&self, build: Uuid, token: &str) -> String {
        format!("{}builds/{build}/qr.svg?link={token}", self.base)
    }

    /// To the full day, so that the same build is told with the same address for a while.
    fn install_expiry(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let expiry = now + self.config.install_link_lifetime.delta();
        expiry.duration_trunc(TimeDelta::days(1)).map_or(expiry, |day| day + TimeDelta::days(1))
    }

    /// What the installer of iOS fetches, without cookies, for `who`.
    pub(crate) fn manifest(&self, build: Uuid, who: Who, now: DateTime<Utc>) -> String {
        let expires = now + self.config.manifest_lifetime.delta();
        let token = self.links.manifests.sign_with(build, &who.to_bytes(), expires);
        format!("{}i/{token}/manifest.plist", self.base)
    }

    /// The package itself, without cookies, for `who`.
    pub(crate) fn package(&self, build: Uuid, who: Who, now: DateTime<Utc>) -> String {
        let expires = now + self.config.download_lifetime.delta();
        let token = self.links.downloads.sign_with(build, &who.to_bytes(), expires);
        format!("{}api/downloads/{token}", self.base)
    }

    /// The page that signs a tester in.
    pub(crate) fn sign_in(&self, code: &Opaque) -> String {
        format!("{}t/{code}", self.base)
    }

    /// The page by which people join a group.
    pub(crate) fn join(&self, code: &Opaque) -> String {
        format!("{}join/{code}", self.base)
    }

    /// What people call this installation.
    pub(crate) fn host(&self) -> &str {
        let rest = self.base.split_once("://").map_or(&*self.base, |(_, rest)| rest);
        rest.split_once('/').map_or(rest, |(host, _)| host)
    }

    /// Whether iOS installs from here: it insists on HTTPS.
    pub(crate) fn is_secure(&self) -> bool {
        self.base.starts_with("https://")
    }
}

impl App {
    /// The state on `base`, as `config` says.
    pub(crate) fn new(base: &Base, metrics: &Metrics, settings: Settings) -> Result<Self> {
        let Settings { uploads: config, people, feeds } = settings;
        let places = Places {
            uploads: Arc::new(Semaphore::new(config.concurrency.max(1))),
            inspections: Arc::new(Semaphore::new(config.inspections.max(1))),
        };
        let limiter = |name, count| Limiter::new(&base.bus, name, count, Duration::from_hours(1));
        let limits = Limits {
            uploads_of: limiter("uploads-of", config.per_account),
            downloads_by: limiter("downloads-by", config.downloads_per_link),
            of_strangers: people::Limits::new(&base.bus, &people),
            feeds_by: limiter("feeds-by", feeds.per_link),
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
            addresses: Addresses {
                base: base.urls.distribution.as_str().into(),
                links,
                config: Arc::clone(&config),
            },
            code_tries: CodeTries::new(&base.bus, &base.network),
            limits: Arc::new(limits),
            mailer: base.mailer.clone(),
            passwords: Passwords::bounded(1, 16),
            cookies: Cookies::new(&base.secret, &site),
            people: Arc::new(people),
            feeds: Arc::new(feeds),
            secret: base.secret.clone(),
            site,
            tasks: base.tasks.clone(),
            config,
        })
    }
}
