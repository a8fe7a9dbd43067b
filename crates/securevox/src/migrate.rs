//! `securevox migrate`: the only thing that changes the schema.

use std::path::PathBuf;

use anyhow::Context as _;
use securevox_core::{db::MIGRATOR, process, telemetry};
use sqlx::{Connection as _, PgConnection};

use crate::{database::Database, settings};

/// Migrates the configured database, or the one in the data folder.
pub(crate) fn migrate(data: Option<PathBuf>) -> anyhow::Result<()> {
    let settings = settings::read(data.as_deref())?;
    telemetry::init(&settings.common.telemetry)?;
    // Opening our own database migrates it.
    let database = Database::open(&settings)?;
    if let Ok(url) = process::migrate_url(&settings.common.database) {
        process::runtime()?.block_on(apply(&url))?;
    }
    database.close();
    Ok(())
}

/// Applies what is missing. Several at once wait for each other.
pub(crate) async fn apply(url: &str) -> anyhow::Result<()> {
    let mut conn = PgConnection::connect(url)
        .await
        .context("cannot connect to Postgres: is it running, and is the database URL right?")?;
    MIGRATOR.run(&mut conn).await.context("migrating the database")?;
    conn.close().await?;
    tracing::info!("the database has the schema of this version");
    Ok(())
}
