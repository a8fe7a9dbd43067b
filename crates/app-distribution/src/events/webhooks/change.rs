//! Making, changing and trying webhooks: what the API and the pages have in common.

use axum::http::Uri;
use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{Error, Result, extract::Checks, jobs, web::Span};
use securevox_protocol::{
    DeliveryId, Problem, WebhookId,
    apps::AppRole,
    history::Action,
    webhooks::{
        CreateWebhook, CreatedWebhook, RotatedSecret, UpdateWebhook, Webhook, WebhookDelivery,
        WebhookEvent, WebhookFormat,
    },
};
use sqlx::PgConnection;
use url::Url;

use super::{
    deliver::DeliverWebhook,
    managed::{Managed, NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK},
    sign::Secret,
    store::{self, NewWebhook},
};
use crate::{
    access::{Belonging, NO_SUCH_APP},
    app::App,
    events::{announce::Event, store as events},
    repeat::{self, ID_TAKEN, Written},
};

const TOO_MANY_WEBHOOKS: Problem =
    Problem::new(409, "/problems/too-many-webhooks", "The app has as many webhooks as it may");
const STILL_WAITING: Problem =
    Problem::new(409, "/problems/delivery-waiting", "It is on its way already");

/// How long the secret before a new one signs, too.
const BOTH_FOR: TimeDelta = TimeDelta::hours(24);

/// Checks what was sent; the address as it is kept.
fn check(
    app: &App,
    url: Option<&str>,
    events: Option<&[WebhookEvent]>,
    channel: Option<&str>,
) -> Result<Option<String>> {
    let mut checks = Checks::default();
    let kept = url.map(str::trim).map(|text| match Url::parse(text) {
        Ok(url) if text.len() <= 2_000 && url.as_str().parse::<Uri>().is_ok() => {
            let refused = app.telling.outbound.check(&url).err();
            (url.to_string(), refused.map(|refused| refused.to_string()))
        }
        _ => (String::new(), Some("must be a URL like https://example.org/path".to_owned())),
    });
    if let Some((url, fault)) = &kept {
        let long = (url.len() > 2_000).then(|| "is too long".to_owned());
        let fault = fault.clone().or(long);
        checks.require(fault.is_none(), "#/url", fault.as_deref().unwrap_or_default());
    }
    if let Some(events) = events {
        checks.require(!events.is_empty(), "#/events", "must name at least one");
        let chosen = !events.contains(&WebhookEvent::WebhookTest);
        checks.require(
            chosen,
            "#/events",
            "must not name webhook.test, which is sent when asked for",
        );
    }
    if let Some(channel) = channel {
        checks.text(channel, "#/channel", (0, 255));
    }
    checks.finish()?;
    Ok(kept.map(|(url, _)| url))
}

fn sorted(events: &[WebhookEvent]) -> Vec<WebhookEvent> {
    WebhookEvent::ALL.iter().filter(|event| events.contains(event)).copied().collect()
}

pub(super) async fn create(
    conn: &mut PgConnection,
    app: &App,
    belonging: &Belonging,
    request: &CreateWebhook,
) -> Result<(Written, CreatedWebhook)> {
    belonging.require(AppRole::Manager)?;
    if let Some(id) = request.id {
        repeat::turn(&mut *conn, id.0).await?;
        let (known, sealed) = store::made(&mut *conn, id).await?.unzip();
        let maker = (belonging.app, Some(belonging.actor.account));
        let written = Written::of(known, &maker)?;
        if written == Written::Before {
            let secret = sealed.and_then(|sealed| Secret::open(&app.secret, id, &sealed));
            // Sealed with another key of the server it is lost, and somebody has to make another.
            let secret = secret.ok_or(ID_TAKEN)?.shown();
            let webhook = find(conn, belonging, id).await?;
            return Ok((written, CreatedWebhook { webhook, secret }));
        }
    }
    let channel = request.channel.as_deref();
    let url = check(app, Some(&request.url), Some(&request.events), channel)?.unwrap_or_default();
    let most = app.telling.settings.webhooks_per_app;
    if store::count(&mut *conn, belonging.app).await? >= i64::from(most) {
        return Err(TOO_MANY_WEBHOOKS.with_detail(format!("An app has {most} at most.")).into());
    }
    let (id, secret) = (request.id.unwrap_or_else(WebhookId::fresh), Secret::random());
    let new = NewWebhook {
        id,
        url: &url,
        format: request.format.unwrap_or(WebhookFormat::Generic),
        events: &sorted(&request.events),
        channel: channel.map(str::trim).filter(|channel| !channel.is_empty()),
        secret: secret.sealed(&app.secret, id),
    };
    store::insert(&mut *conn, (belonging.app, belonging.actor.account), &new).await?;
    record(&mut *conn, belonging, Action::WebhookCreated, id).await?;
    let webhook = find(conn, belonging, id).await?;
    Ok((Written::Now, CreatedWebhook { webhook, secret: secret.shown() }))
}

async fn find(conn: &mut PgConnection, belonging: &Belonging, id: WebhookId) -> Result<Webhook> {
    let found = store::list(conn, belonging.app, Some(id)).await?;
    Ok(found.into_iter().next().ok_or(NO_SUCH_WEBHOOK)?)
}

pub(super) async fn update(
    conn: &mut PgConnection,
    app: &App,
    managed: &Managed,
    mut request: UpdateWebhook,
) -> Result<Webhook> {
    let (events, channel) = (request.events.as_deref(), request.channel.as_deref());
    request.url = check(app, request.url.as_deref(), events, channel)?;
    request.events = request.events.as_deref().map(sorted);
    request.channel = request.channel.map(|channel| channel.trim().to_owned());
    let id = managed.webhook.id;
    store::update(&mut *conn, id, &request).await?;
    record(&mut *conn, &managed.belonging, Action::WebhookChanged, id).await?;
    find(conn, &managed.belonging, id).await
}

pub(super) async fn delete(conn: &mut PgConnection, managed: &Managed) -> Result<()> {
    let id = managed.webhook.id;
    record(&mut *conn, &managed.belonging, Action::WebhookDeleted, id).await?;
    if !store::delete(conn, id).await? {
        return Err(NO_SUCH_WEBHOOK.into());
    }
    Ok(())
}

/// Gives a webhook another secret.
pub(super) async fn rotate(
    conn: &mut PgConnection,
    app: &App,
    managed: &Managed,
    now: DateTime<Utc>,
) -> Result<RotatedSecret> {
    let (id, secret, old_until) = (managed.webhook.id, Secret::random(), now + BOTH_FOR);
    store::rotate(&mut *conn, id, &secret.sealed(&app.secret, id), old_until).await?;
    record(conn, &managed.belonging, Action::WebhookSecretRotated, id).await?;
    Ok(RotatedSecret { secret: secret.shown(), old_until })
}

/// Sends a test event, even to a webhook that is off.
pub(super) async fn test(
    conn: &mut PgConnection,
    app: &App,
    managed: &Managed,
) -> Result<WebhookDelivery> {
    app.telling.tests_of.check(managed.belonging.actor.account).await?;
    let named = events::named(&mut *conn, managed.belonging.app).await?;
    let payload = Event::Plain(WebhookEvent::WebhookTest).payload(named.ok_or(NO_SUCH_APP)?, None);
    let delivery = store::insert_delivery(&mut *conn, managed.webhook.id, &payload).await?;
    send(conn, managed, delivery).await
}

/// Sends once more what came to its end, with the same id.
pub(super) async fn send_again(
    conn: &mut PgConnection,
    app: &App,
    managed: &Managed,
    delivery: DeliveryId,
) -> Result<WebhookDelivery> {
    app.telling.tests_of.check(managed.belonging.actor.account).await?;
    let webhook = managed.webhook.id;
    if !store::wait_again(&mut *conn, webhook, delivery).await? {
        let known = store::deliveries(conn, webhook, Some(delivery), Span::after(None, 1)).await?;
        let problem = if known.is_empty() { NO_SUCH_DELIVERY } else { STILL_WAITING };
        return Err(Error::from(problem));
    }
    send(conn, managed, delivery).await
}

async fn send(
    conn: &mut PgConnection,
    managed: &Managed,
    delivery: DeliveryId,
) -> Result<WebhookDelivery> {
    jobs::enqueue(&mut *conn, &DeliverWebhook { delivery }).await?;
    let sent =
        store::deliveries(conn, managed.webhook.id, Some(delivery), Span::after(None, 1)).await?;
    Ok(sent.into_iter().next().ok_or(NO_SUCH_DELIVERY)?)
}

async fn record(
    conn: &mut PgConnection,
    belonging: &Belonging,
    action: Action,
    webhook: WebhookId,
) -> Result<()> {
    belonging.actor.record(conn, &[belonging.app], action, webhook.0).await
}
