//! The page of one webhook: what it is told, and what came of it.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Beside, Faults, Nothing, Turn, View, see_other, unkept},
};
use securevox_protocol::{
    apps::AppDetails,
    webhooks::{DeliveryState, UpdateWebhook, Webhook, WebhookDelivery, WebhookFormat},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    change,
    managed::{Managed, WebhookPath},
    pages::{self, Sent, Typed},
    store,
};
use crate::{
    access::{AppForm, AppView},
    app::App,
    done::{Done, done},
    events::words::EventWords,
    words::{DistributionWords, faults},
};

/// Deliveries on the page.
const SHOWN: u16 = 50;

#[derive(Template)]
#[template(path = "events/webhook.html")]
struct WebhookPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    events: &'static EventWords,
    app: &'a AppDetails,
    webhook: &'a Webhook,
    deliveries: &'a [WebhookDelivery],
    beside: Beside,
    shown: &'a Shown,
    faults: &'a Faults,
    typed: &'a Typed,
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
    /// Which deliveries.
    turn: Turn,
    /// A new secret, this once.
    secret: Option<String>,
    faults: Faults,
    /// What stands in the form, if it was refused.
    typed: Option<Typed>,
    saved: bool,
    sent: bool,
}

impl Shown {
    pub(super) fn with_secret(secret: Option<String>) -> Self {
        Self { secret, ..Self::default() }
    }
}

/// What was just done.
#[derive(Deserialize)]
pub(in crate::events) struct Told {
    sent: Option<String>,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

pub(in crate::events) async fn show(
    State(app): State<App>,
    at: AppView,
    Path(path): Path<WebhookPath>,
    Query(told): Query<Told>,
) -> Result<Response> {
    let managed = managed(&app, &at, path).await?;
    let turn = Turn { after: told.after, before: told.before };
    let shown = Shown { sent: told.sent.is_some(), turn, ..Shown::default() };
    of(&app, &at, &managed.webhook, &shown).await
}

/// The page of `webhook`, for one of its managers.
pub(super) async fn of(
    app: &App,
    at: &AppView,
    webhook: &Webhook,
    shown: &Shown,
) -> Result<Response> {
    let view = &at.view;
    let mut conn = app.db.acquire().await?;
    let turn = shown.turn;
    let rows = store::deliveries(&mut conn, webhook.id, None, turn.span(SHOWN)).await?;
    let deliveries = turn.part(SHOWN, rows, |delivery| delivery.id.0);
    let home = format!("/admin/apps/{}/webhooks/{}", at.id(), webhook.id);
    let page = WebhookPage {
        words: DistributionWords::of(view.language),
        events: EventWords::of(view.language),
        app: &at.details,
        webhook,
        deliveries: &deliveries.items,
        beside: deliveries.beside(&home, &[]),
        shown,
        faults: &shown.faults,
        typed: &shown.typed.clone().unwrap_or_else(|| Typed::of(webhook)),
        view,
    };
    let mut response = view.page_with(shown.faults.status(), &page);
    if shown.secret.is_some() {
        response = unkept(response);
    }
    Ok(response)
}

async fn managed(app: &App, at: &AppView, path: WebhookPath) -> Result<Managed> {
    Managed::of(&mut *app.db.acquire().await?, at.belonging.clone(), path).await
}

pub(in crate::events) async fn update(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    AppForm(at, sent): AppForm<Sent>,
) -> Result<Response> {
    let managed = managed(&app, &at, path).await?;
    let typed = sent.typed();
    let request = UpdateWebhook {
        events: Some(typed.events.clone()),
        url: Some(typed.url.clone()),
        format: Some(typed.format),
        channel: Some(typed.channel.clone()),
        enabled: Some(typed.enabled),
    };
    let mut tx = app.db.begin().await?;
    let (webhook, shown) = match change::update(&mut tx, &app, &managed, request).await {
        Ok(webhook) => {
            tx.commit().await?;
            (webhook, Shown { saved: true, ..Shown::default() })
        }
        Err(error) => {
            drop(tx);
            let faults = faults(error, &at.view, pages::FIELDS)?;
            let shown = Shown { faults, typed: Some(typed), ..Shown::default() };
            (managed.webhook.clone(), shown)
        }
    };
    of(&app, &at, &webhook, &shown).await
}

pub(in crate::events) async fn delete(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &at, path).await?;
    let mut tx = app.db.begin().await?;
    change::delete(&mut tx, &managed).await?;
    tx.commit().await?;
    Ok(done(&app, &format!("/admin/apps/{}/webhooks", at.id()), Done::Deleted))
}

pub(in crate::events) async fn rotate(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &at, path).await?;
    let mut tx = app.db.begin().await?;
    let rotated = change::rotate(&mut tx, &app, &managed, Utc::now()).await?;
    tx.commit().await?;
    let shown = Shown { secret: Some(rotated.secret), ..Shown::default() };
    of(&app, &at, &managed.webhook, &shown).await
}

pub(in crate::events) async fn test(
    State(app): State<App>,
    Path(path): Path<WebhookPath>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &at, path).await?;
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
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let managed = managed(&app, &at, path).await?;
    let delivery = managed.delivery()?;
    let mut tx = app.db.begin().await?;
    match change::send_again(&mut tx, &app, &managed, delivery).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(sent(&managed))
        }
        Err(error) => {
            drop(tx);
            let faults = faults(error, &at.view, &[])?;
            let shown = Shown { faults, ..Shown::default() };
            of(&app, &at, &managed.webhook, &shown).await
        }
    }
}
