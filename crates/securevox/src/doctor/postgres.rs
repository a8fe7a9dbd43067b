//! The database: reached, new enough, writable, migrated, and of the same opinion about the time.

use std::path::Path;

use anyhow::Context as _;
use chrono::{TimeDelta, Utc};
use secrecy::ExposeSecret as _;
use securevox_core::{db, error::chain};
use securevox_embedded::postgres::{Cluster, OLDEST_MAJOR};
use sqlx::PgConnection;
use tokio::time::timeout;

use super::{PATIENCE, Report, store};
use crate::{
    database::{self, NAME},
    settings::Settings,
};

const SUBJECT: &str = "postgres";
/// A difference that tokens survive.
const SKEW: TimeDelta = TimeDelta::seconds(2);
/// One with which they end too early, or too late.
const GREAT_SKEW: TimeDelta = TimeDelta::seconds(30);

/// A connection to the database, if it answers and has our tables.
pub(super) async fn check(settings: &Settings, report: &mut Report) -> Option<PgConnection> {
    let configured = &settings.common.database;
    let url = match &configured.url {
        Some(url) => url.expose_secret().to_owned(),
        None => own(settings, report)?,
    };
    let mut conn = match connect(&url).await {
        Ok(conn) => conn,
        Err(error) => {
            report.fail(SUBJECT, format!("{error:#}"));
            return None;
        }
    };
    if let Some(url) = &configured.migrate_url
        && let Err(error) = connect(url.expose_secret()).await
    {
        report.fail(SUBJECT, format!("SECUREVOX_MIGRATE_DATABASE_URL: {error:#}"));
    }
    version(&conn, report);
    state(&mut conn, report).await;
    match db::check_schema(&mut conn).await {
        Ok(()) => {
            report.ok(SUBJECT, "it has the tables of this version");
            Some(conn)
        }
        Err(error) => {
            report.fail(SUBJECT, format!("{error:#}"));
            None
        }
    }
}

/// The address of our own Postgres, if it runs; starting it would change the data.
fn own(settings: &Settings, report: &mut Report) -> Option<String> {
    // The data folder's own check has said what is wrong with it.
    let folder = settings.common.data_folder().ok()?.join("postgres");
    let running = Cluster::url_of_running(&folder, NAME);
    if running.is_none() {
        not_running(&folder, report);
    }
    running
}

fn not_running(folder: &Path, report: &mut Report) {
    match Cluster::check(folder) {
        Ok(()) if folder.join("data").exists() => report.warn(
            SUBJECT,
            "our own does not run: its tables and the keys in them are checked beside a running `securevox up`",
        ),
        Ok(()) => report.ok(SUBJECT, "our own is made at the first `securevox up`"),
        Err(fault) => report.fail(SUBJECT, fault),
    }
}

async fn connect(url: &str) -> anyhow::Result<PgConnection> {
    let connecting = timeout(PATIENCE, database::connect(url));
    connecting.await.with_context(|| {
        format!("Postgres does not answer within {} s: is the host in the database URL right, and does a firewall let this machine through?", PATIENCE.as_secs())
    })?
}

fn version(conn: &PgConnection, report: &mut Report) {
    match conn.server_version_num() {
        Some(number) if number / 10_000 < OLDEST_MAJOR => {
            let major = number / 10_000;
            report.fail(
                SUBJECT,
                format!("it is Postgres {major}: upgrade it to {OLDEST_MAJOR} or newer"),
            );
        }
        Some(number) => {
            let (major, minor) = (number / 10_000, number % 10_000);
            report.ok(SUBJECT, format!("Postgres {major}.{minor} answers"));
        }
        None => report.warn(SUBJECT, "it answers and does not say which version it is"),
    }
}

async fn state(conn: &mut PgConnection, report: &mut Report) {
    let before = Utc::now();
    let state = match store::state(conn).await {
        Ok(state) => state,
        Err(error) => return report.fail(SUBJECT, chain(&error)),
    };
    // The moment in the middle of asking.
    let here = before + (Utc::now() - before) / 2;
    let skew = (state.now - here).abs();
    let words = format!(
        "its clock and this machine's differ by {} s: let both ask a time server (`timedatectl set-ntp true`)",
        skew.num_seconds()
    );
    if skew > GREAT_SKEW {
        report.fail(SUBJECT, words);
    } else if skew > SKEW {
        report.warn(SUBJECT, words);
    } else {
        report.ok(SUBJECT, "its clock agrees with this machine's");
    }
    if state.standby {
        report.fail(SUBJECT, "it is a standby, which only reads: name the primary in the URL");
    }
    if state.encoding != "UTF8" {
        let encoding = state.encoding;
        let words = format!(
            "the database is encoded as {encoding}: make another one with `create database … encoding 'UTF8' template template0`"
        );
        report.fail(SUBJECT, words);
    }
}
