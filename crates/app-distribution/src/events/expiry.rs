//! Warnings before the signature of a build ends.

use chrono::Utc;
use securevox_core::Result;
use securevox_protocol::{apps::AppRole, webhooks::WebhookExpiry};

use super::{
    announce::{Event, announce},
    mails::{self, letters},
    store::{self, Ending},
};
use crate::app::App;

/// Gives the warnings that are due, each once.
pub(super) async fn warn(app: &App) -> Result<()> {
    let ending = store::ending(&mut *app.db.acquire().await?, Utc::now()).await?;
    for ending in ending {
        warn_of(app, &ending).await?;
    }
    Ok(())
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
    let about = mails::store::about(&mut tx, ending.id).await?;
    if let Some(about) = about.filter(|_| app.mailer.is_on()) {
        let people = mails::store::members(&mut tx, ending.app, AppRole::Developer).await?;
        for person in people {
            let end = app.end_of_mails(person.id, ending.app);
            let page = app.addresses.page(ending.id.0);
            let letter = letters::expiring(&about, (&person.email, &page, &end), ending.expires);
            app.mailer.post(&mut tx, letter).await?;
        }
    }
    tx.commit().await?;
    tracing::info!(build.id = %ending.id, days = ending.days, "warned of the end of a signature");
    Ok(())
}
