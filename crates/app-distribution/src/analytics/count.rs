//! Counting, when it happens.

use std::time::Duration;

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use securevox_core::{
    Error, Result,
    auth::{SecretKey, digest},
    bus::Bus,
    http::ClientAddress,
    rate_limit::Limiter,
};
use securevox_protocol::{
    AppId, BuildId,
    builds::{InstalledBuild, Platform},
};
use sqlx::PgConnection;

use super::store;
use crate::{
    agent::{Agent, Coarse},
    app::App,
    config::Insights,
    people::Who,
};

/// A package that is fetched by a link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fetched<'a> {
    pub(crate) app: AppId,
    pub(crate) build: BuildId,
    /// What it is noted under: that of the link, or of a viewer whom nobody knows.
    pub(crate) link_hash: [u8; 32],
    pub(crate) who: Who,
    /// `User-Agent`.
    pub(crate) agent: Option<&'a str>,
}

/// What is counted once.
#[derive(Clone, Debug)]
pub(super) struct Once {
    pub(super) app: AppId,
    pub(super) build: BuildId,
    pub(super) at: DateTime<Utc>,
    pub(super) agent: Coarse,
}

/// Notes and counts a download, once for each link; whether it was the first by it.
pub(crate) async fn note_download(
    conn: &mut PgConnection,
    fetched: &Fetched<'_>,
    at: DateTime<Utc>,
) -> Result<bool> {
    let person = store::insert_download(&mut *conn, fetched).await?;
    let Some(person) = person else { return Ok(false) };
    let agent = Agent::read(fetched.agent.unwrap_or_default()).coarse();
    let once = Once { app: fetched.app, build: fetched.build, at, agent };
    store::count(&mut *conn, &once, (1, 0)).await?;
    if let Some(person) = person {
        store::see(conn, &once, person).await?;
    }
    Ok(true)
}

/// How many installs are believed, and how installations are remembered.
#[derive(Debug)]
pub(crate) struct Installations {
    key: hmac::Key,
    viewers: hmac::Key,
    from_address: Limiter,
    of_app: Limiter,
}

impl Installations {
    pub(crate) fn new(secret: &SecretKey, bus: &Bus, config: &Insights) -> Self {
        let limiter =
            |name, count, hours| Limiter::new(bus, name, count, Duration::from_hours(hours));
        Self {
            key: secret.mac("installations"),
            viewers: secret.mac("public-viewers"),
            from_address: limiter("installs-from", config.installs_per_address, 1),
            of_app: limiter("installs-of", config.installs_per_app, 24),
        }
    }

    /// The same for the same installation of an app, and for nothing else.
    fn mark(&self, app: AppId, installation: uuid::Uuid) -> Vec<u8> {
        let told = [&app.0.as_bytes()[..], installation.as_bytes()].concat();
        hmac::sign(&self.key, &told).as_ref().to_vec()
    }

    /// Under what a download is noted of whom nothing is known but the address: the same for the
    /// same build and day, whatever links they make. The address cannot be told by it.
    pub(crate) fn viewer(
        &self,
        address: ClientAddress,
        build: BuildId,
        at: DateTime<Utc>,
    ) -> [u8; 32] {
        let told = format!("{address} {build} {}", at.date_naive());
        digest(hmac::sign(&self.viewers, told.as_bytes()).as_ref())
    }
}

/// Counts an installation that says of itself what it is, once for each build. Too many of them
/// are not counted, and not told.
pub(crate) async fn note_install(
    conn: &mut PgConnection,
    app: &App,
    (id, platform, installed): (AppId, Platform, &InstalledBuild),
    address: ClientAddress,
) -> Result<()> {
    let Some(installation) = installed.installation.filter(|id| !id.is_nil()) else {
        return Ok(());
    };
    let theirs = (installed.version.as_deref(), installed.build.as_deref());
    let Some(build) = store::build_of(&mut *conn, id, theirs).await? else { return Ok(()) };
    let mark = app.installations.mark(id, installation);
    if store::is_counted(&mut *conn, build, &mark).await? {
        return Ok(());
    }
    let believed = async {
        app.installations.from_address.check(address).await?;
        app.installations.of_app.check(id).await
    };
    match believed.await {
        Ok(()) => {}
        Err(Error::Problem(_)) => return Ok(()),
        Err(error) => return Err(error),
    }
    if !store::insert_install(&mut *conn, build, &mark).await? {
        return Ok(());
    }
    let (os, model) = (installed.os.as_deref(), installed.model.as_deref());
    let agent = Agent::installed(platform, os, model).coarse();
    store::count(conn, &Once { app: id, build, at: Utc::now(), agent }, (0, 1)).await?;
    app.counters.installs.with_label_values(&[platform.as_str()]).inc();
    Ok(())
}
