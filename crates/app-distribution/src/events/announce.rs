//! What happened is written down for whoever is to be told of it.

use chrono::Utc;
use securevox_core::{Result, jobs};
use securevox_protocol::{
    BuildId,
    webhooks::{WebhookEvent, WebhookExpiry, WebhookFeedback, WebhookPayload},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    store,
    webhooks::{self, deliver::DeliverWebhook},
};
use crate::app::App;

/// What the payload of a webhook is.
pub(super) const VERSION: u32 = 1;

/// Something that happened to a build.
pub(crate) struct Event {
    pub(crate) kind: WebhookEvent,
    pub(crate) expiring: Option<WebhookExpiry>,
    pub(crate) feedback: Option<WebhookFeedback>,
}

impl From<WebhookEvent> for Event {
    fn from(kind: WebhookEvent) -> Self {
        Self { kind, expiring: None, feedback: None }
    }
}

/// Tells the webhooks of the build's app, if the transaction of `conn` commits. Of a build that
/// is to be deleted: before it is.
pub(crate) async fn announce(
    conn: &mut PgConnection,
    app: &App,
    build: BuildId,
    event: impl Into<Event>,
) -> Result<()> {
    let Event { kind, expiring, feedback } = event.into();
    let listeners =
        webhooks::store::listeners(&mut *conn, build, kind, app.events.settings.webhook_backlog)
            .await?;
    if listeners.is_empty() {
        return Ok(());
    }
    let page = app.addresses.page(build.0);
    let now = Utc::now();
    let facts = store::facts(&mut *conn, build, page, now).await?;
    let Some((app, build)) = facts else { return Ok(()) };
    let payload = WebhookPayload {
        version: VERSION,
        id: Uuid::now_v7(),
        kind,
        created_at: now,
        app,
        build: Some(build),
        expiring,
        feedback,
    };
    for webhook in listeners {
        let delivery = webhooks::store::insert_delivery(&mut *conn, webhook, &payload).await?;
        jobs::enqueue(&mut *conn, &DeliverWebhook { delivery }).await?;
    }
    Ok(())
}
