//! Forgets uploads that were given up, and deletes stored pieces that belong to none.

use chrono::Utc;
use securevox_core::Result;

use super::{PLACE, problem::UPLOAD_FAILED, store};
use crate::{
    app::App,
    sweep::{OLD_ENOUGH, orphans},
};

pub(crate) async fn sweep(app: &App) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let given_up = store::delete_expired(&mut tx, Utc::now()).await?;
    let words = "It failed on the server, again and again, and was given up. Send it once more.";
    let refused = store::refuse_unread(&mut tx, &UPLOAD_FAILED.with_detail(words)).await?;
    tx.commit().await?;
    if given_up > 0 {
        tracing::info!(given_up, "forgot uploads that never came to their end");
    }
    if refused > 0 {
        tracing::warn!(refused, "gave up uploads of which no build could be made");
    }
    orphans(app, PLACE, OLD_ENOUGH, store::unknown).await
}
