//! The connection to Postgres, and the schema.

use std::{str::FromStr as _, time::Duration};

use anyhow::Context as _;
use sqlx::{
    PgConnection, PgPool,
    migrate::{Migrate as _, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// All migrations of the workspace, embedded in the binary.
pub static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// How long a request waits for a connection before it is told 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A pool of at most `max_connections` connections to the database at `url`, none opened yet.
///
/// Fails only if `url` is no address of a database.
pub fn pool(url: &str, max_connections: u32) -> anyhow::Result<PgPool> {
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let options = PgConnectOptions::from_str(url).ok().filter(|_| postgres);
    let options = options
        .context("SECUREVOX_DATABASE_URL is not postgres://user:password@host/database")?
        .application_name("securevox");
    let pool = PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(Duration::from_mins(5))
        .connect_lazy_with(options);
    Ok(pool)
}

/// Whether the database has exactly the migrations this binary was built with, or newer ones.
///
/// The error says what an operator has to do.
pub async fn check_schema(conn: &mut PgConnection) -> anyhow::Result<()> {
    let applied = match conn.list_applied_migrations(&MIGRATOR.table_name).await {
        Ok(applied) => applied,
        Err(error) => {
            tracing::debug!(error = format!("{error:#}"), "no migration was ever applied");
            Vec::new()
        }
    };
    let missing = MIGRATOR
        .iter()
        .filter(|migration| applied.iter().all(|done| done.version != migration.version))
        .count();
    anyhow::ensure!(
        missing == 0,
        "the database lacks {missing} migration(s): run `securevox migrate` with the same settings first"
    );
    Ok(())
}
