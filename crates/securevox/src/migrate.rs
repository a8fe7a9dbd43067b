//! `securevox migrate`: the only thing that changes the schema.

use std::path::Path;

use anyhow::Context as _;
use securevox_core::{db::MIGRATOR, process, telemetry};
use sqlx::Connection as _;

use crate::{
    database::{self, Database},
    settings,
};

/// Migrates the configured database, or the one in the data folder.
pub(crate) fn migrate(data: Option<&Path>) -> anyhow::Result<()> {
    let settings = settings::read(data)?;
    telemetry::init(&settings.common.telemetry)?;
    let database = Database::open(&settings)?;
    let url = settings.common.database.migrations().unwrap_or(&database.url);
    let migrated = process::runtime()?.block_on(apply(url));
    database.close();
    migrated
}

/// Applies what is missing. Several at once wait for each other.
pub(crate) async fn apply(url: &str) -> anyhow::Result<()> {
    let mut conn = database::connect(url).await?;
    MIGRATOR.run(&mut conn).await.context("migrating the database")?;
    conn.close().await?;
    tracing::info!("the database has the schema of this version");
    Ok(())
}
