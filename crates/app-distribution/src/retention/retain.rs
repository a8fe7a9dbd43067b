//! Deleting what the rules of apps say is superfluous.

use chrono::Utc;
use securevox_core::{Result, jobs::Faults};
use securevox_protocol::{history::Action, webhooks::WebhookEvent};

use super::store;
use crate::{
    app::App,
    builds, events,
    history::{self, Act},
    quota::{self, Superfluous},
};

pub(crate) async fn retain(app: &App) -> Result<()> {
    let mut conn = app.db.acquire().await?;
    let superfluous = quota::superfluous(&mut conn, app, None, None).await?;
    drop(conn);
    let mut faults = Faults::default();
    for build in superfluous {
        faults.note(retire(app, &build).await);
    }
    faults.finish()
}

async fn retire(app: &App, build: &Superfluous) -> Result<()> {
    let (id, wanted) = (build.id, quota::in_use_since(app, Utc::now()));
    let mut tx = app.db.begin().await?;
    // Since it was found, the rules may have been loosened, or it may have become the newest.
    quota::take_turns(&mut tx, Some(build.app_id), false).await?;
    let still = quota::superfluous(&mut tx, app, Some(build.app_id), None).await?;
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
