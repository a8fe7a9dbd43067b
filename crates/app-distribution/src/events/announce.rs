//! What happened is written down for whoever is to be told of it.

use chrono::Utc;
use securevox_core::{Result, jobs};
use securevox_protocol::{
    AppId, BuildId, builds,
    webhooks::{
        WebhookBuild, WebhookDevice, WebhookEvent, WebhookExpiry, WebhookFeedback, WebhookPayload,
    },
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    store,
    webhooks::{self, deliver::DeliverWebhook},
};
use crate::app::App;

/// What the payload of a webhook is.
const VERSION: u32 = 1;

/// What happened to a build, or else to its app.
pub(crate) enum Event {
    /// There is nothing more to say of it.
    Plain(WebhookEvent),
    Expiring(WebhookExpiry),
    Feedback(WebhookFeedback),
    Enrolled(WebhookDevice),
}

impl From<WebhookEvent> for Event {
    fn from(kind: WebhookEvent) -> Self {
        Self::Plain(kind)
    }
}

impl Event {
    fn kind(&self) -> WebhookEvent {
        match self {
            Self::Plain(kind) => *kind,
            Self::Expiring(_) => WebhookEvent::BuildExpiring,
            Self::Feedback(_) => WebhookEvent::FeedbackCreated,
            Self::Enrolled(_) => WebhookEvent::DeviceEnrolled,
        }
    }

    /// What is told of it.
    pub(super) fn payload(self, app: builds::App, build: Option<WebhookBuild>) -> WebhookPayload {
        let kind = self.kind();
        let (mut expiring, mut feedback, mut device) = (None, None, None);
        match self {
            Self::Plain(_) => {}
            Self::Expiring(told) => expiring = Some(told),
            Self::Feedback(told) => feedback = Some(told),
            Self::Enrolled(told) => device = Some(told),
        }
        let (id, created_at) = (Uuid::now_v7(), Utc::now());
        WebhookPayload {
            version: VERSION,
            id,
            kind,
            created_at,
            app,
            build,
            expiring,
            feedback,
            device,
        }
    }
}

/// Tells the webhooks of the app `of`, if the transaction of `conn` commits. Of a build that is
/// to be deleted: before it is.
pub(crate) async fn announce(
    conn: &mut PgConnection,
    app: &App,
    (of, build): (AppId, Option<BuildId>),
    event: impl Into<Event>,
) -> Result<()> {
    let (event, backlog) = (event.into(), app.telling.settings.webhook_backlog);
    let about = (of, build);
    let listeners = webhooks::store::listeners(&mut *conn, about, event.kind(), backlog).await?;
    if listeners.is_empty() {
        return Ok(());
    }
    let told = match build {
        Some(build) => {
            let facts =
                store::facts(&mut *conn, build, app.addresses.page(build.0), Utc::now()).await?;
            facts.map(|(named, build)| (named, Some(build)))
        }
        None => store::named(&mut *conn, of).await?.map(|named| (named, None)),
    };
    let Some((named, build)) = told else { return Ok(()) };
    let payload = event.payload(named, build);
    for webhook in listeners {
        let delivery = webhooks::store::insert_delivery(&mut *conn, webhook, &payload).await?;
        jobs::enqueue(&mut *conn, &DeliverWebhook { delivery }).await?;
    }
    Ok(())
}
