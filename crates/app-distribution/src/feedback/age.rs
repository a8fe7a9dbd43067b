//! Screenshots do not stay for ever: what was said of a build does.

use chrono::Utc;
use securevox_core::Result;

use super::store;
use crate::app::App;

/// Forgets the screenshots that are too old; the sweep deletes their files.
pub(crate) async fn forget_screenshots(app: &App) -> Result<()> {
    let moment = Utc::now() - app.insights.keep_screenshots.delta();
    let mut tx = app.db.begin().await?;
    let forgotten = store::forget_screenshots(&mut tx, moment).await?;
    tx.commit().await?;
    if forgotten > 0 {
        tracing::info!(forgotten, "screenshots of feedback were too old");
    }
    Ok(())
}
