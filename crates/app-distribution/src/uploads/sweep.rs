//! Forgets uploads that were given up, and deletes stored pieces that belong to none.

use chrono::{TimeDelta, Utc};
use securevox_core::Result;

use super::{PLACE, pieces, problem::UPLOAD_FAILED, store};
use crate::app::App;

/// Younger pieces may belong to a request that is about to tell Postgres.
const OLD_ENOUGH: TimeDelta = TimeDelta::hours(1);

pub(crate) async fn sweep(app: &App) -> Result<()> {
    let now = Utc::now();
    let mut tx = app.db.begin().await?;
    let given_up = store::delete_expired(&mut tx, now).await?;
    let words = "It failed on the server, again and again, and was given up. Send it once more.";
    let refused = store::refuse_unread(&mut tx, &UPLOAD_FAILED.with_detail(words)).await?;
    tx.commit().await?;
    if given_up > 0 {
        tracing::info!(given_up, "forgot uploads that never came to their end");
    }
    if refused > 0 {
        tracing::warn!(refused, "gave up uploads of which no build could be made");
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
