use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Json, Paging, Query},
    openapi::{BodyProblems, CallerProblems, Conflict, Limited, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{
    AppId, DeliveryId, Page, WebhookId,
    apps::AppRole,
    webhooks::{
        CreateWebhook, CreatedWebhook, RotatedSecret, UpdateWebhook, Webhook, WebhookDelivery,
        WebhookPayload,
    },
};

use super::{
    change,
    managed::{Managed, NO_SUCH_DELIVERY},
    store,
};
use crate::{access::Belonging, app::App};

/// The webhooks of an app, newest first. Its managers and owners.
#[utoipa::path(get, path = "/api/apps/{app}/webhooks", tag = "webhooks",
    params(("app" = AppId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Page<Webhook>), CallerProblems, Missing))]
pub(in crate::events) async fn list(
    State(app): State<App>,
    belonging: Belonging,
) -> Result<Json<Page<Webhook>>> {
    belonging.require(AppRole::Manager)?;
    let items = store::list(&mut *app.db.acquire().await?, belonging.app, None).await?;
    Ok(Json(Page { items, next: None }))
}

/// Makes a webhook; its secret is in this answer and nowhere else but in that to the same request again.
///
/// What it is sent is a `WebhookPayload`, with the headers `webhook-id`, `webhook-timestamp` and
/// `webhook-signature` of Standard Webhooks. Any 2xx takes it. All else, and no answer, is tried
/// again for about three days, with pauses that grow to two hours; 410 turns the webhook off.
/// Things may arrive twice, and in another order than they happened: `webhook-id` tells.
#[utoipa::path(post, path = "/api/apps/{app}/webhooks", tag = "webhooks",
    params(("app" = AppId, Path)), security(("bearer" = [])), request_body = CreateWebhook,
    responses((status = 201, body = CreatedWebhook), (status = 200, description = "It was made before, with this id", body = CreatedWebhook), CallerProblems, Missing, Conflict, BodyProblems))]
pub(in crate::events) async fn create(
    State(app): State<App>,
    belonging: Belonging,
    Json(request): Json<CreateWebhook>,
) -> Result<(StatusCode, Json<CreatedWebhook>)> {
    let mut tx = app.db.begin().await?;
    let (written, created) = change::create(&mut tx, &app, &belonging, &request).await?;
    tx.commit().await?;
    Ok((written.status(), Json(created)))
}

/// A webhook.
#[utoipa::path(get, path = "/api/apps/{app}/webhooks/{webhook}", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Webhook), CallerProblems, Missing))]
pub(in crate::events) async fn show(managed: Managed) -> Json<Webhook> {
    Json(managed.webhook)
}

/// Changes a webhook. One that is turned on again is told what happens from then on.
#[utoipa::path(patch, path = "/api/apps/{app}/webhooks/{webhook}", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path)), security(("bearer" = [])),
    request_body = UpdateWebhook,
    responses((status = 200, body = Webhook), CallerProblems, Missing, BodyProblems))]
pub(in crate::events) async fn update(
    State(app): State<App>,
    managed: Managed,
    Json(request): Json<UpdateWebhook>,
) -> Result<Json<Webhook>> {
    let mut tx = app.db.begin().await?;
    let webhook = change::update(&mut tx, &app, &managed, request).await?;
    tx.commit().await?;
    Ok(Json(webhook))
}

/// Deletes a webhook; what is on its way to it is not sent any more.
#[utoipa::path(delete, path = "/api/apps/{app}/webhooks/{webhook}", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It is gone"), CallerProblems, Missing))]
pub(in crate::events) async fn delete(
    State(app): State<App>,
    managed: Managed,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &managed).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes another secret. For 24 hours requests carry two signatures, one with each.
#[utoipa::path(post, path = "/api/apps/{app}/webhooks/{webhook}/secret", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path)), security(("bearer" = [])),
    responses((status = 200, body = RotatedSecret), CallerProblems, Missing))]
pub(in crate::events) async fn rotate(
    State(app): State<App>,
    managed: Managed,
) -> Result<Json<RotatedSecret>> {
    let mut tx = app.db.begin().await?;
    let rotated = change::rotate(&mut tx, &app, &managed, Utc::now()).await?;
    tx.commit().await?;
    Ok(Json(rotated))
}

/// Sends a `webhook.test`, once.
#[utoipa::path(post, path = "/api/apps/{app}/webhooks/{webhook}/test", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path)), security(("bearer" = [])),
    responses((status = 202, body = WebhookDelivery), CallerProblems, Missing, Limited))]
pub(in crate::events) async fn test(
    State(app): State<App>,
    managed: Managed,
) -> Result<(StatusCode, Json<WebhookDelivery>)> {
    let mut tx = app.db.begin().await?;
    let delivery = change::test(&mut tx, &app, &managed).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}

/// What was sent to a webhook and what waits for it, newest first; the last hundred.
#[utoipa::path(get, path = "/api/apps/{app}/webhooks/{webhook}/deliveries", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path), Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<WebhookDelivery>), CallerProblems, Missing, QueryProblems))]
pub(in crate::events) async fn deliveries(
    State(app): State<App>,
    managed: Managed,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<WebhookDelivery>>> {
    let window = Span::after(paging.after(), paging.limit()?);
    let mut conn = app.db.acquire().await?;
    let items = store::deliveries(&mut conn, managed.webhook.id, None, window).await?;
    Ok(Json(paging.page(items, |delivery| delivery.id.0)))
}

/// Sends once more what was delivered or given up, with the same `webhook-id`.
#[utoipa::path(post, path = "/api/apps/{app}/webhooks/{webhook}/deliveries/{delivery}", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path), ("delivery" = DeliveryId, Path)),
    security(("bearer" = [])),
    responses((status = 202, body = WebhookDelivery), CallerProblems, Missing, Conflict, Limited))]
pub(in crate::events) async fn send_again(
    State(app): State<App>,
    managed: Managed,
) -> Result<(StatusCode, Json<WebhookDelivery>)> {
    let delivery = managed.delivery()?;
    let mut tx = app.db.begin().await?;
    let delivery = change::send_again(&mut tx, &app, &managed, delivery).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}

/// What was, or will be, sent: the body of a webhook whose format is `generic`.
#[utoipa::path(get, path = "/api/apps/{app}/webhooks/{webhook}/deliveries/{delivery}", tag = "webhooks",
    params(("app" = AppId, Path), ("webhook" = WebhookId, Path), ("delivery" = DeliveryId, Path)),
    security(("bearer" = [])),
    responses((status = 200, body = WebhookPayload), CallerProblems, Missing))]
pub(in crate::events) async fn payload(
    State(app): State<App>,
    managed: Managed,
) -> Result<Json<WebhookPayload>> {
    let delivery = managed.delivery()?;
    let mut conn = app.db.acquire().await?;
    let payload = store::payload(&mut conn, managed.webhook.id, delivery).await?;
    Ok(Json(payload.ok_or(NO_SUCH_DELIVERY)?))
}
