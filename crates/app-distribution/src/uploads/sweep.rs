//! Forgets uploads that were given up, and deletes stored pieces that belong to none.

use chrono::{TimeDelta, Utc};
use securevox_core::Result;

use super::{PLACE, pieces, store};
use crate::app::App;

/// Younger pieces may belong to a request that is about to tell Postgres.
const OLD_ENOUGH: TimeDelta = TimeDelta::hours(1);

pub(crate) async fn sweep(app: &App) -> Result<()> {
    let now = Utc::now();
    let mut conn = app.db.acquire().await?;
    let given_up = store::delete_expired(&mut conn, now).await?;
    drop(conn);
    if given_up > 0 {
        tracing::info!(given_up, "forgot uploads that never came to their end");
    }
    let moment = now - OLD_ENOUGH;
    app.storage.abandon_begun_before(PLACE, moment).await?;
    let stored = app.storage.stored_before(PLACE, moment).await?;
    for ids in stored.chunks(500) {
        let mut conn = app.db.acquire().await?;
        let orphans = store::unknown(&mut conn, ids).await?;
        drop(conn);
        for id in orphans {
            app.storage.delete(pieces::key(id)).await?;
        }
    }
    Ok(())
}
