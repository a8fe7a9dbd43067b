//! Deletes the builds that an app's retention says are too many, too old or too large together.

use chrono::{TimeDelta, Utc};
use securevox_core::{
    Result,
    audit::{self, Entry},
};

use securevox_protocol::webhooks::WebhookEvent;

use super::store;
use crate::{app::App, builds, events};

/// A download may take this long, and its build must not go meanwhile.
const FETCHED_LATELY: TimeDelta = TimeDelta::hours(3);

pub(crate) async fn retain(app: &App) -> Result<()> {
    let now = Utc::now();
    let mut conn = app.db.acquire().await?;
    let superfluous = store::superfluous(&mut conn, now, now - FETCHED_LATELY).await?;
    drop(conn);
    for build in superfluous {
        let mut tx = app.db.begin().await?;
        events::announce(&mut tx, app, build, WebhookEvent::BuildDeleted).await?;
        if !builds::delete_row(&mut tx, build).await? {
            continue;
        }
        let target = Some(build.0);
        audit::record(
            &mut tx,
            Entry { actor: None, account: None, action: "build.retired", target },
        )
        .await?;
        tx.commit().await?;
        builds::delete_files(app, build).await?;
        tracing::info!(build.id = %build, "retention deleted a build");
    }
    Ok(())
}
