//! Warnings before the signature of a build ends.

use chrono::Utc;
use securevox_core::{Result, jobs::Faults};
use securevox_protocol::webhooks::WebhookExpiry;

use super::{
    announce::{Event, announce},
    mails::member::{self, News},
    store::{self, Ending},
};
use crate::app::App;

/// Gives the warnings that are due, each once.
pub(super) async fn warn(app: &App) -> Result<()> {
    let ending = store::ending(&mut *app.db.acquire().await?, Utc::now()).await?;
    let mut faults = Faults::default();
    for ending in ending {
        faults.note(warn_of(app, &ending).await);
    }
    faults.finish()
}

async fn warn_of(app: &App, ending: &Ending) -> Result<()> {
    let mut tx = app.db.begin().await?;
    // Another copy may be at it.
    if !store::note_warning(&mut tx, ending).await? {
        return Ok(());
    }
    let expiring = WebhookExpiry { days: ending.days, expires_at: ending.expires };
    let about = (ending.app, Some(ending.id));
    announce(&mut tx, app, about, Event::Expiring(expiring)).await?;
    let news = News::Expiring { build: ending.id, expires: ending.expires };
    member::tell(&mut tx, app, ending.app, news).await?;
    tx.commit().await?;
    tracing::info!(build.id = %ending.id, days = ending.days, "warned of the end of a signature");
    Ok(())
}
