//! Deletes stored packages that no build names.

use std::time::Duration;

use securevox_core::{Result, storage::Key};

use super::{PLACE, store};
use crate::app::App;

/// Younger files may belong to an upload that is about to commit.
const OLD_ENOUGH: Duration = Duration::from_hours(24);

pub(crate) async fn sweep(app: &App) -> Result<()> {
    let stored = app.storage.older_than(PLACE, OLD_ENOUGH).await?;
    for ids in stored.chunks(500) {
        let mut conn = app.db.acquire().await?;
        let orphans = store::unknown(&mut conn, ids).await?;
        drop(conn);
        for id in orphans {
            app.storage.delete(Key::new(PLACE, id)).await?;
            tracing::info!(%id, "deleted a stored package that no build names");
        }
    }
    Ok(())
}
