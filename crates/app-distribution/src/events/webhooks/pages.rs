//! The tab that lists the webhooks of an app and says what is mailed about it.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use securevox_core::{
    Result,
    extract::Path,
    web::{Form, SignedInView, View},
};
use securevox_protocol::{
    AppId,
    accounts::Role,
    apps::{AppDetails, AppRole},
    webhooks::{
        AppNotifications, CreateWebhook, MailLanguage, Webhook, WebhookEvent, WebhookFormat,
    },
};
use serde::Deserialize;

use super::{
    change,
    managed::AppPath,
    page::{self, Shown},
    store,
};
use crate::{
    app::App,
    apps::{Actor, Belonging, NO_SUCH_APP, find_details, sender, wrong},
    events::{mails, words::EventWords},
    words::DistributionWords,
};

#[derive(Template)]
#[template(path = "events/webhooks.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the page shows, one by one")]
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
    problem: Option<&'a str>,
    saved: bool,
    uploads: bool,
}

/// The fields of a new webhook, and of one that is changed.
#[derive(Deserialize)]
pub(in crate::events) struct Sent {
    #[serde(default)]
    pub(super) url: String,
    pub(super) format: Option<WebhookFormat>,
    #[serde(default)]
    pub(super) channel: String,
    pub(super) enabled: Option<String>,
    #[serde(rename = "build.published")]
    published: Option<String>,
    #[serde(rename = "build.changed")]
    changed: Option<String>,
    #[serde(rename = "build.deleted")]
    deleted: Option<String>,
    #[serde(rename = "build.expiring")]
    expiring: Option<String>,
    #[serde(rename = "feedback.created")]
    feedback: Option<String>,
}

impl Sent {
    /// The boxes that are ticked.
    pub(super) fn events(&self) -> Vec<WebhookEvent> {
        let boxes = [
            (&self.published, WebhookEvent::BuildPublished),
            (&self.changed, WebhookEvent::BuildChanged),
            (&self.deleted, WebhookEvent::BuildDeleted),
            (&self.expiring, WebhookEvent::BuildExpiring),
            (&self.feedback, WebhookEvent::FeedbackCreated),
        ];
        boxes.iter().filter(|(ticked, _)| ticked.is_some()).map(|(_, event)| *event).collect()
    }
}

#[derive(Deserialize)]
pub(in crate::events) struct Chosen {
    mail_builds: Option<String>,
    mail_language: Option<MailLanguage>,
}

/// What may be chosen.
pub(super) fn choices() -> &'static [WebhookEvent] {
    const CHOICES: &[WebhookEvent] = &[
        WebhookEvent::BuildPublished,
        WebhookEvent::BuildChanged,
        WebhookEvent::BuildDeleted,
        WebhookEvent::BuildExpiring,
        WebhookEvent::FeedbackCreated,
        WebhookEvent::DeviceEnrolled,
    ];
    CHOICES
}

/// The host alone: of a chat the rest of the address is a key.
fn host(url: &str) -> String {
    let url = url::Url::parse(url).ok();
    url.and_then(|url| url.host_str().map(ToOwned::to_owned)).unwrap_or_default()
}

pub(in crate::events) async fn list(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<AppPath>>,
) -> Result<Response> {
    let Path(path) = path.map_err(|_| NO_SUCH_APP)?;
    let actor = Actor::of(&signed_in);
    let belonging = actor.in_app(&mut *app.db.acquire().await?, path.app).await?;
    show(&app, &signed_in.view, &belonging, Ok(false)).await
}

async fn show(
    app: &App,
    view: &View,
    belonging: &Belonging,
    done: Result<bool, String>,
) -> Result<Response> {
    belonging.require(AppRole::Developer)?;
    let manages = belonging.standing >= AppRole::Manager;
    let mut conn = app.db.acquire().await?;
    let details = find_details(&mut conn, belonging.app, belonging.standing).await?;
    let settings = mails::store::settings(&mut conn, belonging.app).await?.ok_or(NO_SUCH_APP)?;
    let webhooks =
        if manages { store::list(&mut conn, belonging.app, None).await? } else { Vec::new() };
    let address = mails::store::address_of(&mut conn, belonging.actor.account).await?;
    let page = ListPage {
        words: DistributionWords::of(view.language),
        events: EventWords::of(view.language),
        app: &details.ok_or(NO_SUCH_APP)?,
        webhooks: &webhooks,
        settings,
        address: address.as_deref(),
        mail_is_on: app.mailer.is_on(),
        manages,
        problem: done.as_ref().err().map(String::as_str),
        saved: done == Ok(true),
        uploads: belonging.actor.role >= Role::Publisher,
        view,
    };
    let status = if done.is_err() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(view.page_with(status, &page))
}

async fn belonging(app: &App, view: &View, id: AppId) -> Result<Belonging> {
    let belonging = sender(view)?.in_app(&mut *app.db.acquire().await?, id).await?;
    belonging.require(AppRole::Manager)?;
    Ok(belonging)
}

pub(in crate::events) async fn create(
    State(app): State<App>,
    Path(path): Path<AppPath>,
    Form(view, sent): Form<Sent>,
) -> Result<Response> {
    let belonging = belonging(&app, &view, path.app).await?;
    let request = CreateWebhook {
        events: sent.events(),
        url: sent.url,
        format: sent.format,
        channel: Some(sent.channel),
    };
    let mut tx = app.db.begin().await?;
    match change::create(&mut tx, &app, &belonging, &request).await {
        Ok(created) => {
            tx.commit().await?;
            let is_signed = created.webhook.format == WebhookFormat::Generic;
            let secret = is_signed.then_some(created.secret);
            let shown = Shown::with_secret(secret);
            page::of(&app, &view, &belonging, (&created.webhook, &shown)).await
        }
        Err(error) => {
            drop(tx);
            show(&app, &view, &belonging, Err(wrong(error)?)).await
        }
    }
}

pub(in crate::events) async fn notifications(
    State(app): State<App>,
    Path(path): Path<AppPath>,
    Form(view, chosen): Form<Chosen>,
) -> Result<Response> {
    let belonging = belonging(&app, &view, path.app).await?;
    let settings = AppNotifications {
        mail_builds: chosen.mail_builds.is_some(),
        mail_language: chosen.mail_language.unwrap_or(MailLanguage::English),
    };
    let mut tx = app.db.begin().await?;
    mails::settings::set(&mut tx, &belonging, settings).await?;
    tx.commit().await?;
    show(&app, &view, &belonging, Ok(true)).await
}
