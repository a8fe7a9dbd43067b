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
use securevox_protocol::AccountId;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    analytics::{Counters, Installations},
    builds::IconSize,
    config::{Feeds, Insights, People, Settings, Uploads},
    enrolment::Enrolling,
    events::Events,
    feedback,
    feeds::KeptRepositories,
    install::Phones,
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
    pub(crate) repositories: Arc<KeptRepositories>,
    /// Seals the keys of repositories.
    pub(crate) secret: SecretKey,
    pub(crate) mailer: Mailer,
    pub(crate) passwords: Passwords,
    pub(crate) cookies: Cookies,
    pub(crate) enrolling: Enrolling,
    pub(crate) insights: Arc<Insights>,
    pub(crate) installations: Arc<Installations>,
    pub(crate) counters: Counters,
    pub(crate) events: Events,
    pub(crate) phones: Phones,
}

/// How often things may be done.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) uploads_of: Limiter,
    pub(crate) downloads_by: Limiter,
    pub(crate) phone_codes_of: Limiter,
    pub(crate) of_strangers: people::Limits,
    pub(crate) feedback: feedback::Limits,
    pub(crate) feeds_by: Limiter,
    /// Feed links that somebody makes.
    pub(crate) feed_links_of: Limiter,
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

/// The links that open one build for whoever holds them, each kind for one thing.
#[derive(Clone, Debug)]
pub(crate) struct BuildLinks {
    /// The package.
    pub(crate) downloads: Links,
    /// What iOS reads before it fetches the package.
    pub(crate) manifests: Links,
    /// What iOS shows while it fetches it: the icon on the home screen, and a large one.
    pub(crate) icons: Arc<[Links; 2]>,
    /// The icon, for programs that show builds.
    pub(crate) pictures: Links,
    /// The page to install from.
    pub(crate) installs: Links,
}

impl BuildLinks {
    fn new(secret: &SecretKey) -> Self {
        Self {
            downloads: Links::new(secret, "download-build"),
            manifests: Links::new(secret, "manifest-of-build"),
            icons: Arc::new([
                Links::new(secret, "display-image-of-build"),
                Links::new(secret, "full-size-image-of-build"),
            ]),
            pictures: Links::new(secret, "icon-of-build"),
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

    /// Where a file with symbols is downloaded by who develops the app.
    pub(crate) fn symbols(&self, build: Uuid, symbols: Uuid) -> String {
        format!("{}api/builds/{build}/symbols/{symbols}", self.base)
    }

    /// Where the newest build of an app is, of a channel or branch.
    pub(crate) fn latest(&self, app: Uuid, line: Option<(&str, &str)>) -> String {
        let query = line.map(|(name, value)| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            format!("?{}", query.append_pair(name, value).finish())
        });
        format!("{}apps/{app}/latest{}", self.base, query.unwrap_or_default())
    }

    /// The page to install from and its QR code, which open to whoever holds these links, as long
    /// as `giver` sees the build.
    pub(crate) fn install(
        &self,
        build: Uuid,
        giver: AccountId,
        now: DateTime<Utc>,
    ) -> (String, String) {
        let giver = Who::Holder(giver).to_bytes();
        let token = self.links.installs.sign_with(build, &giver, self.install_expiry(now));
        (self.install_page(build, &token), format!("{}?link={token}", self.qr_code(build)))
    }

    /// The page to install from, for whoever holds `token`.
    pub(crate) fn install_page(&self, build: Uuid, token: &str) -> String {
        format!("{}builds/{build}?link={token}", self.base)
    }

    /// Where a link leads by which a build is shared.
    pub(crate) fn share(&self, code: &Opaque) -> String {
        format!("{}s/{code}", self.base)
    }

    /// The page of a build, for whoever may see it.
    pub(crate) fn page(&self, build: Uuid) -> String {
        format!("{}builds/{build}", self.base)
    }

    /// The icon of a build, as long as `who` sees that.
    pub(crate) fn icon(&self, build: Uuid, who: Who, now: DateTime<Utc>) -> String {
        let expires = self.install_expiry(now);
        let token = self.links.pictures.sign_with(build, &who.to_bytes(), expires);
        format!("{}i/{token}/icon.png", self.base)
    }

    /// The QR code of the page of a build, for whoever may see it.
    pub(crate) fn qr_code(&self, build: Uuid) -> String {
        format!("{}builds/{build}/qr.svg", self.base)
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

    /// The screenshot of feedback about an app, for its developers.
    pub(crate) fn screenshot(&self, app: Uuid, feedback: Uuid) -> String {
        format!("{}api/apps/{app}/feedback/{feedback}/screenshot", self.base)
    }

    /// The page of what was said of an app, for its developers.
    pub(crate) fn said(&self, app: Uuid) -> String {
        format!("{}admin/apps/{app}/feedback", self.base)
    }

    /// Where an app that has this key sends feedback.
    pub(crate) fn feedback(&self, key: &str) -> String {
        format!("{}api/feedback/{key}", self.base)
    }

    /// The icon in a size, without cookies, for `who`.
    pub(crate) fn image(
        &self,
        build: Uuid,
        size: IconSize,
        who: Who,
        now: DateTime<Utc>,
    ) -> String {
        let expires = now + self.config.download_lifetime.delta();
        let links = &self.links.icons[size as usize];
        let token = links.sign_with(build, &who.to_bytes(), expires);
        format!("{}i/{token}/{}", self.base, size.file_name())
    }

    /// The page that opens a build on the phone that scans it.
    pub(crate) fn phone(&self, code: &Opaque) -> String {
        format!("{}p/{code}", self.base)
    }

    /// The page that signs a tester in.
    pub(crate) fn sign_in(&self, code: &Opaque) -> String {
        format!("{}t/{code}", self.base)
    }

    /// Where a tester ends the mails to them.
    pub(crate) fn unsubscribe(&self, token: &str) -> String {
        format!("{}unsubscribe/{token}", self.base)
    }

    /// The page that proves an address.
    pub(crate) fn prove(&self, token: &str) -> String {
        format!("{}mail/{token}", self.base)
    }

    /// The page of a webhook, for those who manage its app.
    pub(crate) fn webhook(&self, app: Uuid, webhook: Uuid) -> String {
        format!("{}admin/apps/{app}/webhooks/{webhook}", self.base)
    }

    /// The page by which people join a group.
    pub(crate) fn join(&self, code: &Opaque) -> String {
        format!("{}join/{code}", self.base)
    }

    /// The page of the devices of an app, for its developers.
    pub(crate) fn devices(&self, app: Uuid) -> String {
        format!("{}admin/apps/{app}/devices", self.base)
    }

    /// Where a device answers to the question with this code.
    pub(crate) fn enrolment(&self, code: &Opaque) -> String {
        format!("{}enrol/{code}", self.base)
    }

    /// The page of a device, for whoever holds `token`.
    pub(crate) fn device_page(&self, token: &str) -> String {
        format!("{}devices/{token}", self.base)
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
        let Settings { uploads: config, people, enrolment, insights, webhooks, feeds } = settings;
        let places = Places {
            uploads: Arc::new(Semaphore::new(config.concurrency.max(1))),
            inspections: Arc::new(Semaphore::new(config.inspections.max(1))),
            feedback: Arc::new(Semaphore::new(insights.feedback_concurrency.max(1))),
            pictures: Arc::new(Semaphore::new(2)),
            icons: Arc::new(Semaphore::new(config.icons.max(1))),
        };
        let limiter = |name, count| Limiter::new(&base.bus, name, count, Duration::from_hours(1));
        let limits = Limits {
            uploads_of: limiter("uploads-of", config.per_account),
            downloads_by: limiter("downloads-by", config.downloads_per_link),
            phone_codes_of: limiter("phone-codes-of", config.phone_codes_per_viewer),
            of_strangers: people::Limits::new(&base.bus, &people),
            feedback: feedback::Limits::new(&base.bus, &insights),
            feeds_by: limiter("feeds-by", feeds.per_link),
            feed_links_of: limiter("feed-links-of", feeds.links_per_hour),
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
            phones: Phones::new(&base.secret, &site),
            people: Arc::new(people),
            enrolling: Enrolling::new(&base.secret, &base.bus, enrolment)?,
            installations: Arc::new(Installations::new(&base.secret, &base.bus, &insights)),
            insights: Arc::new(insights),
            counters: Counters::new(metrics),
            events: Events::new(base, webhooks)?,
            feeds: Arc::new(feeds),
            repositories: Arc::default(),
            secret: base.secret.clone(),
            site,
            tasks: base.tasks.clone(),
            config,
        })
    }
}
