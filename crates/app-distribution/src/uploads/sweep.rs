//! Forgets uploads that were given up, and deletes stored pieces that belong to none.

use chrono::Utc;
use securevox_core::Result;

use super::{PLACE, store};
use crate::{
    app::App,
    sweep::{OLD_ENOUGH, orphans},
};

pub(crate) async fn sweep(app: &App) -> Result<()> {
    let mut conn = app.db.acquire().await?;
    let given_up = store::delete_expired(&mut conn, Utc::now()).await?;
    drop(conn);
    if given_up > 0 {
        tracing::info!(given_up, "forgot uploads that never came to their end");
    }
    orphans(app, PLACE, OLD_ENOUGH, store::unknown).await
}
