//! Deletes what is stored and named by nothing: it was deleted, or a crash came between storing
//! and committing. Which that is, each feature asks its own table.

use chrono::{TimeDelta, Utc};
use securevox_core::{Result, jobs::Faults, storage::Key};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::App;

/// Younger files may belong to something that is about to commit: a large package takes its time
/// to a bucket.
pub(crate) const OLD_ENOUGH: TimeDelta = TimeDelta::hours(24);
/// Files that are asked about at once.
const AT_ONCE: usize = 500;

/// Deletes what is named no more. It has been answered, or will be, that it is gone: what fails here
/// is left to the sweep.
pub(crate) async fn forget(app: &App, key: Key) {
    if let Err(error) = app.storage.delete(key).await {
        tracing::warn!(error = format!("{error:#}"), "a stored file is left to the sweep");
    }
}

/// Deletes what has lain in `place` for longer than `older` and whose id is among the `unknown`.
pub(crate) async fn orphans(
    app: &App,
    place: &'static str,
    older: TimeDelta,
    unknown: impl AsyncFn(&mut PgConnection, &[Uuid]) -> Result<Vec<Uuid>>,
) -> Result<()> {
    let moment = Utc::now() - older;
    let abandoned = app.storage.abandon_begun_before(place, moment).await?;
    if abandoned > 0 {
        tracing::info!(place, abandoned, "freed what was never stored to its end");
    }
    let (mut deleted, mut faults) = (0, Faults::default());
    let stored = app.storage.stored_before(place, moment).await?;
    for ids in stored.chunks(AT_ONCE) {
        let mut conn = app.db.acquire().await?;
        let orphans = unknown(&mut conn, ids).await?;
        drop(conn);
        for id in orphans {
            let gone = faults.note(app.storage.delete(Key::new(place, id)).await);
            deleted += usize::from(gone.is_some());
        }
    }
    if deleted > 0 {
        tracing::info!(place, deleted, "deleted what nothing names");
    }
    faults.finish()
}
