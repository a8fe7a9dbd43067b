//! `securevox migrate`: brings the schema to this version.

use std::path::Path;

use securevox_core::{process, telemetry};

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
    let migrated = process::runtime()?.block_on(database::migrate(url));
    database.close();
    migrated
}
