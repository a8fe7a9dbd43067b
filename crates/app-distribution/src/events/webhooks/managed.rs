//! A webhook in the path, and a manager of its app.

use axum::{extract::FromRequestParts, http::request::Parts};
use securevox_core::{Error, Result, extract::Path};
use securevox_protocol::{DeliveryId, Problem, WebhookId, apps::AppRole, webhooks::Webhook};
use serde::Deserialize;
use sqlx::PgConnection;

use super::store;
use crate::{access::Belonging, app::App};

pub(super) const NO_SUCH_WEBHOOK: Problem =
    Problem::new(404, "/problems/no-such-webhook", "The app has no such webhook");
pub(super) const NO_SUCH_DELIVERY: Problem =
    Problem::new(404, "/problems/no-such-delivery", "The webhook has no such delivery");

/// What a path below an app may name.
#[derive(Deserialize)]
pub(in crate::events) struct WebhookPath {
    pub(super) webhook: String,
    #[serde(default)]
    delivery: String,
}

impl WebhookPath {
    pub(super) fn delivery(&self) -> Result<DeliveryId> {
        Ok(self.delivery.parse().map_err(|_| NO_SUCH_DELIVERY)?)
    }
}

/// The webhook, and who manages its app. To developers and testers of the app webhooks are
/// none of theirs (403), to everybody else there is no app (404).
pub(in crate::events) struct Managed {
    pub(super) belonging: Belonging,
    pub(super) webhook: Webhook,
    path: WebhookPath,
}

impl Managed {
    /// The webhook that `path` names, if `belonging` may manage it.
    pub(super) async fn of(
        conn: &mut PgConnection,
        belonging: Belonging,
        path: WebhookPath,
    ) -> Result<Self> {
        belonging.require(AppRole::Manager)?;
        let webhook: WebhookId = path.webhook.parse().map_err(|_| NO_SUCH_WEBHOOK)?;
        let found = store::list(conn, belonging.app, Some(webhook)).await?;
        let webhook = found.into_iter().next().ok_or(NO_SUCH_WEBHOOK)?;
        Ok(Self { belonging, webhook, path })
    }

    pub(super) fn delivery(&self) -> Result<DeliveryId> {
        self.path.delivery()
    }
}

impl FromRequestParts<App> for Managed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let belonging = Belonging::from_request_parts(parts, app).await?;
        let Path(path) = Path::<WebhookPath>::from_request_parts(parts, app).await?;
        Self::of(&mut *app.db.acquire().await?, belonging, path).await
    }
}
