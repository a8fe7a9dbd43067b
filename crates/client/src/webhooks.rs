//! `/api/apps/{app}/webhooks`: who is told what happens to an app, and what is mailed about it.

use reqwest::Method;
use securevox_protocol::{
    AppId, DeliveryId, Page, WebhookId,
    webhooks::{
        AppNotifications, CreateWebhook, CreatedWebhook, RotatedSecret, UpdateWebhook, Webhook,
        WebhookDelivery, WebhookPayload,
    },
};

use crate::{Client, Paging, Result};

fn of(app: AppId) -> String {
    format!("/api/apps/{app}/webhooks")
}

impl Client {
    /// The webhooks of an app, newest first.
    pub async fn list_webhooks(&self, app: AppId) -> Result<Page<Webhook>> {
        self.distributed(&of(app), |_| {}).await
    }

    /// Makes a webhook. Its secret is in this answer and nowhere else.
    pub async fn create_webhook(
        &self,
        app: AppId,
        request: &CreateWebhook,
    ) -> Result<CreatedWebhook> {
        self.change_distributed(Method::POST, &of(app), request).await
    }

    /// A webhook.
    pub async fn show_webhook(&self, app: AppId, webhook: WebhookId) -> Result<Webhook> {
        self.distributed(&format!("{}/{webhook}", of(app)), |_| {}).await
    }

    /// Changes a webhook.
    pub async fn update_webhook(
        &self,
        app: AppId,
        webhook: WebhookId,
        request: &UpdateWebhook,
    ) -> Result<Webhook> {
        let path = format!("{}/{webhook}", of(app));
        self.change_distributed(Method::PATCH, &path, request).await
    }

    /// Deletes a webhook.
    pub async fn delete_webhook(&self, app: AppId, webhook: WebhookId) -> Result<()> {
        self.delete_distributed(&format!("{}/{webhook}", of(app))).await
    }

    /// Makes another secret, which is in this answer and nowhere else.
    pub async fn rotate_webhook_secret(
        &self,
        app: AppId,
        webhook: WebhookId,
    ) -> Result<RotatedSecret> {
        let path = format!("{}/{webhook}/secret", of(app));
        self.change_distributed(Method::POST, &path, &()).await
    }

    /// Sends a test event to a webhook.
    pub async fn test_webhook(&self, app: AppId, webhook: WebhookId) -> Result<WebhookDelivery> {
        let path = format!("{}/{webhook}/test", of(app));
        self.change_distributed(Method::POST, &path, &()).await
    }

    /// What was sent to a webhook and what waits for it, newest first.
    pub async fn list_deliveries(
        &self,
        app: AppId,
        webhook: WebhookId,
        paging: &Paging,
    ) -> Result<Page<WebhookDelivery>> {
        let path = format!("{}/{webhook}/deliveries", of(app));
        self.distributed(&path, |url| paging.write(url)).await
    }

    /// What one delivery says.
    pub async fn show_delivery(
        &self,
        app: AppId,
        (webhook, delivery): (WebhookId, DeliveryId),
    ) -> Result<WebhookPayload> {
        let path = format!("{}/{webhook}/deliveries/{delivery}", of(app));
        self.distributed(&path, |_| {}).await
    }

    /// Sends a delivery once more that came to its end.
    pub async fn send_again(
        &self,
        app: AppId,
        (webhook, delivery): (WebhookId, DeliveryId),
    ) -> Result<WebhookDelivery> {
        let path = format!("{}/{webhook}/deliveries/{delivery}", of(app));
        self.change_distributed(Method::POST, &path, &()).await
    }

    /// What people are mailed about an app.
    pub async fn show_notifications(&self, app: AppId) -> Result<AppNotifications> {
        self.distributed(&format!("/api/apps/{app}/notifications"), |_| {}).await
    }

    /// Changes what people are mailed about an app.
    pub async fn set_notifications(
        &self,
        app: AppId,
        request: &AppNotifications,
    ) -> Result<AppNotifications> {
        let path = format!("/api/apps/{app}/notifications");
        self.change_distributed(Method::PUT, &path, request).await
    }
}
