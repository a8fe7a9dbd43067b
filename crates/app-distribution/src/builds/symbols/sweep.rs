//! Deletes stored symbols that no build names: it was deleted, or its upload never ended.

use chrono::{TimeDelta, Utc};
use securevox_core::{Result, storage::Key};

use super::{PLACE, store};
use crate::app::App;

/// Younger files may belong to an upload that is about to commit.
const OLD_ENOUGH: TimeDelta = TimeDelta::hours(1);

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
        }
    }
    Ok(())
}
