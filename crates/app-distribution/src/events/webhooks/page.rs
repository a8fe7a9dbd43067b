//! The page of one webhook: what it is told, and what came of it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Form, SignedInView, View, see_other},
};
use securevox_protocol::{
    apps::AppDetails,
    webhooks::{DeliveryState, UpdateWebhook, Webhook, WebhookDelivery, WebhookFormat},
};
use serde::Deserialize;

use super::{
    change,
    managed::{Managed, WebhookPath},
    pages::{self, Sent},
    store,
};
use crate::{
    app::App,
    apps::{Actor, Belonging, NO_SUCH_APP, find_details, sender, wrong},
    events::words::EventWords,
    words::DistributionWords,
};

/// Deliveries on the page.
const SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "events/webhook.html")]
struct WebhookPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    events: &'static EventWords,
    app: &'a AppDetails,
    webhook: &'a Webhook,
    deliveries: &'a [WebhookDelivery],
    shown: &'a Shown,
    uploads: bool,
}

impl WebhookPage<'_> {
    /// Where its forms are sent.
    fn home(&self) -> String {
        format!("/admin/apps/{}/webhooks/{}", self.app.id, self.webhook.id)
    }
}

/// What is told at the top.
#[derive(Default)]
pub(super) struct Shown {
    /// A new secret, this once.
    secret: Option<String>,
    problem: Option<String>,
    saved: bool,
    sent: bool,
}

impl Shown {
    pub(super) fn with_secret(secret: Option<String>) -> Self {
        Self { secret, ..Self::default() }
    }
}

#[derive(Deserialize)]
pub(in crate::events) struct Nothing {}

/// What was just done.
#[derive(Deserialize)]
pub(in crate::events) struct Told {
    sent: Option<String>,
}

pub(in crate::events) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<WebhookPath>>,
    Query(told): Query<Told>,
) -> Result<Response> {
    let Path(path) = path.map_err(|_| NO_SUCH_APP)?;
    let mut conn = app.db.acquire().await?;
    let belonging = Actor::of(&signed_in).in_app(&mut conn, path.app).await?;
    let managed = Managed::of(&mut conn, belonging, path).await?;
    drop(conn);
    let shown = Shown { sent: told.sent.is_some(), ..Shown::default() };
    of(&app, &signed_in.view, &managed.belonging, (&managed.webhook, &shown)).await
}

/// The page of `webhook`, whose app `belonging` manages.
pub(super) async fn of(
    app: &App,
    view: &View,
    belonging: &Belonging,
    (webhook, shown): (&Webhook, &Shown),
) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let details = find_details(&mut conn, belonging.app, belonging.standing).await?;
    let deliveries = store::deliveries(&mut conn, webhook.id, None, (None, SHOWN)).await?;
    let page = WebhookPage {
        words: DistributionWords::of(view.language),
        events: EventWords::of(view.language),
        app: &details.ok_or(NO_SUCH_APP)?,
        webhook,
        deliveries: &deliveries,
        shown,
        uploads: true,
        view,
    };
    let refused = shown.problem.is_some();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = view.page_with(status, &page);
    if shown.secret.is_some() {
        response = crate::people::unreferred(response);
    }
    Ok(response)
}

async fn managed(app: &App, view: &View, path: WebhookPath) -> Result<Managed> {
    let mut conn = app.db.acquire().await?;
    let belonging = sender(view)?.in_app(&mut conn, path.app).await?;
    Managed::of(&mut conn, belonging, path).await
}

pub(in crate::events) async fn update(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    Form(view, sent): Form<Sent>,
) -> Result<Response> {
    let managed = managed(&app, &view, path).await?;
    let request = UpdateWebhook {
        events: Some(sent.events()),
        url: Some(sent.url),
        format: sent.format,
        channel: Some(sent.channel),
        enabled: Some(sent.enabled.is_some()),
    };
    let mut tx = app.db.begin().await?;
    let (webhook, shown) = match change::update(&mut tx, &app, &managed, request).await {
        Ok(webhook) => {
            tx.commit().await?;
            (webhook, Shown { saved: true, ..Shown::default() })
        }
        Err(error) => {
            drop(tx);
            let problem = Some(wrong(error)?);
            (managed.webhook.clone(), Shown { problem, ..Shown::default() })
        }
    };
    of(&app, &view, &managed.belonging, (&webhook, &shown)).await
}

pub(in crate::events) async fn delete(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &view, path).await?;
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &managed).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/admin/apps/{}/webhooks", managed.belonging.app)))
}

pub(in crate::events) async fn rotate(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &view, path).await?;
    let mut tx = app.db.begin().await?;
    let rotated = change::rotate(&mut tx, &app, &managed, Utc::now()).await?;
    tx.commit().await?;
    let shown = Shown { secret: Some(rotated.secret), ..Shown::default() };
    of(&app, &view, &managed.belonging, (&managed.webhook, &shown)).await
}

pub(in crate::events) async fn test(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &view, path).await?;
    let mut tx = app.db.begin().await?;
    change::test(&mut tx, &app, &managed).await?;
    tx.commit().await?;
    Ok(sent(&managed))
}

/// Whoever loads the page again sees what came of it, and sends nothing more.
fn sent(managed: &Managed) -> Response {
    let (app, webhook) = (managed.belonging.app, managed.webhook.id);
    see_other(&format!("/admin/apps/{app}/webhooks/{webhook}?sent=1"))
}

pub(in crate::events) async fn send_again(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &view, path).await?;
    let delivery = managed.delivery()?;
    let mut tx = app.db.begin().await?;
    match change::send_again(&mut tx, &app, &managed, delivery).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(sent(&managed))
        }
        Err(error) => {
            drop(tx);
            let shown = Shown { problem: Some(wrong(error)?), ..Shown::default() };
            of(&app, &view, &managed.belonging, (&managed.webhook, &shown)).await
        }
    }
}
