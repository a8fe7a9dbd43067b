//! Deletes the builds that an app's retention says are too many, too old or too large together.

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{
    Result,
    jobs::{Faults, Job},
};
use securevox_protocol::{
    AppId, history::Action, retention::RetentionRules, webhooks::WebhookEvent,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::store::{self, Superfluous};
use crate::{
    app::App,
    builds, events,
    history::{self, Act},
};

/// A download that began with the last moment of its link may take this long.
const TRANSFER: TimeDelta = TimeDelta::hours(1);
/// No link holds a build for longer, however long links work here.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// Makes room soon: somebody uploaded more than a quota leaves.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MakeRoom {}

impl Job for MakeRoom {
    const KIND: &'static str = "make-room";
}

/// A link that was made or used after this may still be in use.
pub(super) fn in_use_since(app: &App, now: DateTime<Utc>) -> DateTime<Utc> {
    now - (app.config.download_lifetime.delta() + TRANSFER).min(LONGEST)
}

/// What it takes of an app now, by these rules instead of those of the app if they are given.
pub(crate) async fn superfluous(
    conn: &mut PgConnection,
    app: &App,
    only: AppId,
    rules: Option<RetentionRules>,
) -> Result<Vec<Superfluous>> {
    let now = Utc::now();
    store::superfluous(conn, (Some(only), rules), now, in_use_since(app, now)).await
}

pub(crate) async fn retain(app: &App) -> Result<()> {
    let now = Utc::now();
    let wanted = in_use_since(app, now);
    let mut conn = app.db.acquire().await?;
    let superfluous = store::superfluous(&mut conn, (None, None), now, wanted).await?;
    drop(conn);
    let mut faults = Faults::default();
    for build in superfluous {
        faults.note(retire(app, &build, wanted).await);
    }
    faults.finish()
}

async fn retire(app: &App, build: &Superfluous, wanted: DateTime<Utc>) -> Result<()> {
    let id = build.id;
    let mut tx = app.db.begin().await?;
    // Since it was found, the rules may have been loosened, or it may have become the newest.
    store::take_turns(&mut tx, Some(build.app_id), false).await?;
    let of = (Some(build.app_id), None);
    let still = store::superfluous(&mut tx, of, Utc::now(), wanted).await?;
    if still.iter().all(|superfluous| superfluous.id != id) {
        return Ok(());
    }
    let about = (build.app_id, Some(id));
    events::announce(&mut tx, app, about, WebhookEvent::BuildDeleted).await?;
    let act = Act { action: Action::BuildRetired, actor: None, account: None, target: id.0 };
    history::record(&mut tx, &[build.app_id], act).await?;
    if !store::retire(&mut tx, id, wanted).await? {
        return Ok(());
    }
    tx.commit().await?;
    builds::delete_files(app, id).await;
    tracing::info!(build.id = %id, "retention deleted a build");
    Ok(())
}
