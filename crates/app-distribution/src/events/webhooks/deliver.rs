//! Sending one thing to one webhook, again and again until it is taken.

use std::time::{Duration, Instant};

use axum::{
    body::Bytes,
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{
    Result,
    jobs::{Failure, Job},
    outbound,
};
use securevox_protocol::{
    DeliveryId,
    webhooks::{DeliveryFault, DeliveryState, WebhookEnd, WebhookEvent},
};
use serde::{Deserialize, Serialize};

use super::{
    formats,
    sign::{self, Secret},
    store::{self, Tried, Work},
};
use crate::{
    app::App,
    events::mails::member::{self, News},
};

/// Tries of one delivery: with the pauses of the queue they take about three days.
const MOST_TRIES: i32 = 42;

/// How long a webhook may take nothing before it is turned off, once a delivery is given up.
const FAILS_FOR: TimeDelta = TimeDelta::days(2);

/// How much of an answer is kept.
const ANSWER: usize = 1_000;

/// Sends one delivery.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::events) struct DeliverWebhook {
    pub(in crate::events) delivery: DeliveryId,
}

impl Job for DeliverWebhook {
    const KIND: &'static str = "deliver-webhook";
    // The delivery counts its tries itself; what is beyond them is trouble of our own.
    const ATTEMPTS: i32 = 2 * MOST_TRIES;
}

/// Runs the job. A crash between sending and noting sends it twice: its id is the same.
pub(in crate::events) async fn deliver(
    app: &App,
    DeliverWebhook { delivery }: DeliverWebhook,
) -> Result<(), Failure> {
    let mut conn = app.db.acquire().await?;
    let work = store::work(&mut conn, delivery, Utc::now()).await?;
    drop(conn);
    let Some(work) = work else { return Ok(()) };
    let tried = attempt(app, &work).await;
    let mut tx = app.db.begin().await?;
    let now = Utc::now();
    store::note(&mut tx, delivery, &tried, now).await?;
    consequences(&mut tx, app, &work, &tried, now).await?;
    tx.commit().await?;
    match (tried.state, tried.status) {
        (DeliveryState::Waiting, Some(status)) => {
            Err(Failure::Retry(anyhow::anyhow!("the webhook answered {status}")))
        }
        (DeliveryState::Waiting, None) => {
            Err(Failure::Retry(anyhow::anyhow!("the webhook did not answer")))
        }
        _ => Ok(()),
    }
}

async fn attempt(app: &App, work: &Work) -> Tried {
    let is_test = work.payload.kind == WebhookEvent::WebhookTest;
    // Whoever tries a webhook looks at what comes of it now.
    let is_last = is_test || work.attempts + 1 >= MOST_TRIES;
    let state = if is_last { DeliveryState::Failed } else { DeliveryState::Waiting };
    let failed = |state, fault, began: Option<Instant>| Tried {
        state,
        status: None,
        fault: Some(fault),
        duration_ms: began.map_or(0, |began| milliseconds(began.elapsed())),
        answer: None,
    };
    if !work.enabled && !is_test {
        return failed(DeliveryState::Failed, DeliveryFault::TurnedOff, None);
    }
    let Some(request) = request(app, work) else {
        return failed(DeliveryState::Failed, DeliveryFault::Sealed, None);
    };
    let began = Instant::now();
    match app.telling.outbound.send(request).await {
        Ok(answer) => {
            let status = answer.status();
            Tried {
                state: match status {
                    status if status.is_success() => DeliveryState::Delivered,
                    StatusCode::GONE => DeliveryState::Failed,
                    _ => state,
                },
                status: i16::try_from(status.as_u16()).ok(),
                fault: None,
                duration_ms: milliseconds(began.elapsed()),
                answer: readable(answer.body()),
            }
        }
        Err(outbound::Error::Refused(_)) => {
            failed(DeliveryState::Failed, DeliveryFault::Refused, Some(began))
        }
        Err(outbound::Error::Unreachable(_)) => failed(state, DeliveryFault::NoAnswer, Some(began)),
    }
}

/// The signed request; `None` where the secret cannot be opened.
fn request(app: &App, work: &Work) -> Option<Request<Bytes>> {
    let open = |sealed: &Vec<u8>| Secret::open(&app.secret, work.webhook, sealed);
    let mut secrets = vec![open(&work.secret)?];
    secrets.extend(work.old_secret.as_ref().and_then(open));
    let body = formats::body(work.format, work.language, &work.payload).to_string();
    let (id, timestamp) = (work.payload.id.to_string(), Utc::now().timestamp());
    let request = Request::post(work.url.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", &id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", sign::signature(&secrets, &id, timestamp, &body));
    // What is no URL is refused as such.
    request.body(Bytes::from(body)).ok()
}

/// What a try means for its webhook.
async fn consequences(
    conn: &mut sqlx::PgConnection,
    app: &App,
    work: &Work,
    tried: &Tried,
    now: DateTime<Utc>,
) -> Result<()> {
    if matches!(tried.fault, Some(DeliveryFault::TurnedOff | DeliveryFault::Sealed)) {
        return Ok(());
    }
    let taken = tried.state == DeliveryState::Delivered;
    let is_test = work.payload.kind == WebhookEvent::WebhookTest;
    if taken || !is_test {
        store::set_failing(&mut *conn, work.webhook, (!taken).then_some(now)).await?;
    }
    let end = if tried.status == Some(410) {
        store::turn_off(&mut *conn, work.webhook, WebhookEnd::Gone, None)
            .await?
            .then_some(WebhookEnd::Gone)
    } else if tried.state == DeliveryState::Failed && !is_test {
        let before = Some(now - FAILS_FOR);
        store::turn_off(&mut *conn, work.webhook, WebhookEnd::Failing, before)
            .await?
            .then_some(WebhookEnd::Failing)
    } else {
        None
    };
    let Some(end) = end else { return Ok(()) };
    tracing::warn!(webhook.id = %work.webhook, end = end.as_str(), "a webhook was turned off");
    let news = News::TurnedOff { webhook: work.webhook, end, since: work.created_at };
    member::tell(conn, app, work.app, news).await
}

fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX)
}

/// How an answer begins, as far as it can be shown.
fn readable(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * ANSWER)]);
    let shown: String =
        text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t').take(ANSWER).collect();
    Some(shown.trim().to_owned()).filter(|shown| !shown.is_empty())
}
