//! Deletes stored packages that no build names, and what storing one left behind that never ended.

use chrono::{TimeDelta, Utc};
use securevox_core::{Result, storage::Key};

use super::{ICONS, PLACE, store};
use crate::app::App;

/// Younger files may belong to an upload that is about to commit.
const OLD_ENOUGH: TimeDelta = TimeDelta::hours(24);

pub(crate) async fn sweep(app: &App) -> Result<()> {
    for place in [PLACE, ICONS] {
        sweep_place(app, place).await?;
    }
    Ok(())
}

async fn sweep_place(app: &App, place: &'static str) -> Result<()> {
    let moment = Utc::now() - OLD_ENOUGH;
    let abandoned = app.storage.abandon_begun_before(place, moment).await?;
    if abandoned > 0 {
        tracing::info!(abandoned, "freed what uploads that never ended had stored");
    }
    let stored = app.storage.stored_before(place, moment).await?;
    for ids in stored.chunks(500) {
        let mut conn = app.db.acquire().await?;
        let orphans = store::unknown(&mut conn, ids).await?;
        drop(conn);
        for id in orphans {
            app.storage.delete(Key::new(place, id)).await?;
            tracing::info!(%id, "deleted what no build names");
        }
    }
    Ok(())
}
