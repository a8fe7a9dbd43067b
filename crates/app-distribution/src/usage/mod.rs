//! Counting downloads and installs when they happen, in the transaction that notes them. What was
//! counted outlives the builds; who downloaded goes with them.
//!
//! An install is an installation of the app that says so of itself, by a random id in its update
//! check. That is for the app to do or not: whoever knows the app's id can say it, so what one
//! address and all together are believed is limited.

mod store;

use chrono::{DateTime, Utc};
use securevox_core::{Error, Result, http::ClientAddress};
use securevox_protocol::{
    AppId, BuildId,
    builds::{InstalledBuild, Platform},
};
use sqlx::PgConnection;

pub(crate) use self::store::are_one;
use crate::{
    agent::{Agent, Coarse},
    app::{App, Who},
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
struct Once {
    app: AppId,
    build: BuildId,
    at: DateTime<Utc>,
    agent: Coarse,
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
