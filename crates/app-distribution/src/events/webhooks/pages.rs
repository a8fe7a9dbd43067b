//! The tab that lists the webhooks of an app and says what is mailed about it.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    web::{Faults, View},
};
use securevox_protocol::{
    apps::{AppDetails, AppRole},
    webhooks::{
        AppNotifications, CreateWebhook, MailLanguage, Webhook, WebhookEvent, WebhookFormat,
    },
};
use serde::Deserialize;

use super::{
    change,
    page::{self, Shown},
    store,
};
use crate::{
    access::{AppForm, AppView, NO_SUCH_APP},
    app::App,
    events::{mails, words::EventWords},
    words::{DistributionWords, faults},
};

/// Of the form of a webhook.
pub(super) const FIELDS: &[&str] = &["url", "channel", "events"];

#[derive(Template)]
#[template(path = "events/webhooks.html")]
struct ListPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    events: &'static EventWords,
    app: &'a AppDetails,
    webhooks: &'a [Webhook],
    settings: AppNotifications,
    /// The address of who looks.
    address: Option<&'a str>,
    mail_is_on: bool,
    manages: bool,
    typed: &'a Typed,
    faults: &'a Faults,
    saved: bool,
}

/// The fields of a new webhook, and of one that is changed.
#[derive(Deserialize)]
pub(in crate::events) struct Sent {
    #[serde(default)]
    url: String,
    format: Option<WebhookFormat>,
    #[serde(default)]
    channel: String,
    enabled: Option<String>,
    /// The boxes that are ticked, by what they are about.
    #[serde(flatten)]
    ticked: BTreeMap<String, String>,
}

/// What stands in the form of a webhook.
#[derive(Clone)]
pub(in crate::events) struct Typed {
    pub(super) url: String,
    pub(super) format: WebhookFormat,
    pub(super) channel: String,
    pub(super) events: Vec<WebhookEvent>,
    pub(super) enabled: bool,
}

impl Typed {
    /// A new one is told of new builds.
    fn new() -> Self {
        Self {
            url: String::new(),
            format: WebhookFormat::Generic,
            channel: String::new(),
            events: vec![WebhookEvent::BuildPublished],
            enabled: true,
        }
    }

    pub(super) fn of(webhook: &Webhook) -> Self {
        Self {
            url: webhook.url.clone(),
            format: webhook.format,
            channel: webhook.channel.clone().unwrap_or_default(),
            events: webhook.events.clone(),
            enabled: webhook.enabled,
        }
    }
}

impl Sent {
    pub(super) fn typed(self) -> Typed {
        Typed {
            events: self.events(),
            url: self.url,
            format: self.format.unwrap_or(WebhookFormat::Generic),
            channel: self.channel,
            enabled: self.enabled.is_some(),
        }
    }

    fn events(&self) -> Vec<WebhookEvent> {
        let ticked = |event: &&WebhookEvent| self.ticked.contains_key(event.as_str());
        choices().filter(ticked).copied().collect()
    }
}

#[derive(Deserialize)]
pub(in crate::events) struct Chosen {
    mail_builds: Option<String>,
    mail_language: Option<MailLanguage>,
}

/// What may be chosen: a test is sent whatever was.
pub(super) fn choices() -> impl Iterator<Item = &'static WebhookEvent> {
    WebhookEvent::ALL.iter().filter(|event| **event != WebhookEvent::WebhookTest)
}

/// The host alone: of a chat the rest of the address is a key.
pub(super) fn host(url: &str) -> String {
    let url = url::Url::parse(url).ok();
    url.and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
}

pub(in crate::events) async fn list(State(app): State<App>, at: AppView) -> Result<Response> {
    show(&app, &at, Told::default()).await
}

/// What came of a form, and what stood in it.
#[derive(Default)]
struct Told {
    faults: Faults,
    typed: Option<Typed>,
    saved: bool,
}

async fn show(app: &App, at: &AppView, told: Told) -> Result<Response> {
    let (view, manages) = (&at.view, at.manages());
    let mut conn = app.db.acquire().await?;
    let settings = mails::store::settings(&mut conn, at.id()).await?.ok_or(NO_SUCH_APP)?;
    let webhooks = if manages { store::list(&mut conn, at.id(), None).await? } else { Vec::new() };
    let address = mails::store::address_of(&mut conn, at.belonging.actor.account).await?;
    let page = ListPage {
        words: DistributionWords::of(view.language),
        events: EventWords::of(view.language),
        app: &at.details,
        webhooks: &webhooks,
        settings,
        address: address.as_deref(),
        mail_is_on: app.mailer.is_on(),
        manages,
        typed: &told.typed.unwrap_or_else(Typed::new),
        faults: &told.faults,
        saved: told.saved,
        view,
    };
    Ok(view.page_with(told.faults.status(), &page))
}

pub(in crate::events) async fn create(
    State(app): State<App>,
    AppForm(at, sent): AppForm<Sent>,
) -> Result<Response> {
    at.require(AppRole::Manager)?;
    let typed = sent.typed();
    let request = CreateWebhook {
        id: None,
        events: typed.events.clone(),
        url: typed.url.clone(),
        format: Some(typed.format),
        channel: Some(typed.channel.clone()),
    };
    let mut tx = app.db.begin().await?;
    match change::create(&mut tx, &app, &at.belonging, &request).await {
        Ok((_, created)) => {
            tx.commit().await?;
            let is_signed = created.webhook.format == WebhookFormat::Generic;
            let secret = is_signed.then_some(created.secret);
            page::of(&app, &at, &created.webhook, &Shown::with_secret(secret)).await
        }
        Err(error) => {
            drop(tx);
            let faults = faults(error, &at.view, FIELDS)?;
            show(&app, &at, Told { faults, typed: Some(typed), saved: false }).await
        }
    }
}

pub(in crate::events) async fn notifications(
    State(app): State<App>,
    AppForm(at, chosen): AppForm<Chosen>,
) -> Result<Response> {
    let settings = AppNotifications {
        mail_builds: chosen.mail_builds.is_some(),
        mail_language: chosen.mail_language.unwrap_or(MailLanguage::English),
    };
    let mut tx = app.db.begin().await?;
    mails::settings::set(&mut tx, &at.belonging, settings).await?;
    tx.commit().await?;
    show(&app, &at, Told { saved: true, ..Told::default() }).await
}
