//! Which database a command works on: the configured one, that of a running `up`, or our own
//! Postgres; and its schema, which nothing but [`migrate`] changes.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use securevox_core::{db::MIGRATOR, process};
use securevox_embedded::postgres::{Cluster, Fault, Options, Running};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};

use crate::settings::Settings;

/// Of the database in a Postgres of ours.
pub(crate) const NAME: &str = "securevox";
/// How long Postgres may take to stop before it is made to.
pub(crate) const STOP_LIMIT: Duration = Duration::from_secs(20);
/// How long a command waits for an `up` that is starting or ending on the same data.
const BUSY_LIMIT: Duration = Duration::from_secs(15);

/// A database that answers, and the Postgres we started for it.
pub(crate) struct Database {
    pub(crate) url: String,
    own: Option<Own>,
}

/// A Postgres of ours, in the data folder.
pub(crate) struct Own {
    pub(crate) cluster: Cluster,
    pub(crate) running: Running,
}

/// A connection to the database at `url`; the error says what to do and repeats no password.
pub(crate) async fn connect(url: &str) -> anyhow::Result<PgConnection> {
    let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    let options = is_postgres.then(|| url.parse::<PgConnectOptions>().ok()).flatten();
    let options =
        options.context("the database URL is not postgres://user:password@host/database")?;
    let connected = options.connect().await;
    connected.context("cannot connect to Postgres: is it running, and is the database URL right?")
}

impl Database {
    /// For a command that runs once.
    pub(crate) fn open(settings: &Settings) -> anyhow::Result<Self> {
        if let Some(url) = &settings.common.database.url {
            return Ok(Self { url: url.expose_secret().to_owned(), own: None });
        }
        let folder = settings.data_folder()?.join("postgres");
        let since = Instant::now();
        loop {
            if let Some(url) = Cluster::url_of_running(&folder, NAME) {
                return Ok(Self { url, own: None });
            }
            match Own::start(&folder) {
                Ok(own) => return Self::of(own),
                Err(Fault::InUse { .. }) if since.elapsed() < BUSY_LIMIT => {
                    thread::sleep(Duration::from_millis(200));
                }
                Err(fault) => return Err(fault.into()),
            }
        }
    }

    fn of(own: Own) -> anyhow::Result<Self> {
        let url = own.running.url(NAME);
        process::runtime()?.block_on(migrate(&url))?;
        Ok(Self { url, own: Some(own) })
    }

    /// Stops the Postgres that was started for the command.
    pub(crate) fn close(self) {
        if let Some(own) = self.own {
            own.stop();
        }
    }
}

impl Own {
    /// Starts Postgres in `folder`, with our database in it.
    pub(crate) fn start(folder: &Path) -> Result<Self, Fault> {
        let cluster = Cluster::open(folder, Options::default())?;
        let running = cluster.start()?;
        running.ensure_database(NAME)?;
        Ok(Self { cluster, running })
    }

    pub(crate) fn url(&self) -> String {
        self.running.url(NAME)
    }

    pub(crate) fn stop(&self) {
        self.running.stop(STOP_LIMIT);
    }
}

/// Applies what is missing. Several at once wait for each other.
pub(crate) async fn migrate(url: &str) -> anyhow::Result<()> {
    let mut conn = connect(url).await?;
    MIGRATOR.run(&mut conn).await.context("migrating the database")?;
    conn.close().await?;
    tracing::info!("the database has the schema of this version");
    Ok(())
}
