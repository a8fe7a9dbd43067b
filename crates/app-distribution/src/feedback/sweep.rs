//! Deletes stored screenshots that no feedback names: a crash came between, or its app was deleted.

use chrono::{TimeDelta, Utc};
use securevox_core::{Result, storage::Key};

use super::{PLACE, store};
use crate::app::App;

/// Younger ones may belong to feedback that is about to commit.
const OLD_ENOUGH: TimeDelta = TimeDelta::hours(24);

pub(crate) async fn sweep(app: &App) -> Result<()> {
    let moment = Utc::now() - OLD_ENOUGH;
    app.storage.abandon_begun_before(PLACE, moment).await?;
    let stored = app.storage.stored_before(PLACE, moment).await?;
    for ids in stored.chunks(500) {
        let mut conn = app.db.acquire().await?;
        let orphans = store::unknown(&mut conn, ids).await?;
        drop(conn);
        for id in orphans {
            app.storage.delete(Key::new(PLACE, id)).await?;
            tracing::info!(%id, "deleted a screenshot that no feedback names");
        }
    }
    Ok(())
}
