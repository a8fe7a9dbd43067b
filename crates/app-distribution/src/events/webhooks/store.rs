//! SQL of webhooks and of what is on its way to them.

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{
    AccountId, AppId, BuildId, DeliveryId, WebhookId,
    webhooks::{
        DeliveryFault, DeliveryState, MailLanguage, UpdateWebhook, Webhook, WebhookDelivery,
        WebhookEnd, WebhookEvent, WebhookFormat, WebhookPayload,
    },
};
use sqlx::{PgConnection, types::Json};

/// The webhooks of an app, newest first; with `only` that one.
pub(in crate::events) async fn list(
    conn: &mut PgConnection,
    app: AppId,
    only: Option<WebhookId>,
) -> Result<Vec<Webhook>> {
    let rows = sqlx::query!(
        r#"select id, url, format, events, channel, enabled, disabled_because as "ended: WebhookEnd",
                  failing_since, created_at
           from webhooks where app_id = $1 and ($2::uuid is null or id = $2) order by id desc"#,
        app.0,
        only.map(|only| only.0),
    )
    .fetch_all(conn)
    .await?;
    let webhooks = rows.into_iter().map(|row| Webhook {
        id: row.id,
        url: row.url,
        format: row.format,
        events: row.events.iter().filter_map(|word| word.parse().ok()).collect(),
        channel: row.channel,
        enabled: row.enabled,
        disabled_because: row.ended,
        failing_since: row.failing_since,
        created_at: row.created_at,
    });
    Ok(webhooks.collect())
}

/// How many there are, while the app is kept from being given more.
pub(super) async fn count(conn: &mut PgConnection, app: AppId) -> Result<i64> {
    sqlx::query!("select id from apps where id = $1 for update", app.0)
        .fetch_optional(&mut *conn)
        .await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from webhooks where app_id = $1"#,
        app.0
    );
    Ok(count.fetch_one(conn).await?)
}

/// The app of a webhook, who made it, and its secret.
pub(super) async fn made(
    conn: &mut PgConnection,
    id: WebhookId,
) -> Result<Option<((AppId, Option<AccountId>), Vec<u8>)>> {
    let row = sqlx::query!("select app_id, created_by, secret from webhooks where id = $1", id.0);
    let row = row.fetch_optional(conn).await?;
    Ok(row.map(|row| ((row.app_id, row.created_by), row.secret)))
}

/// What is written about a new webhook.
pub(super) struct NewWebhook<'a> {
    pub(super) id: WebhookId,
    pub(super) url: &'a str,
    pub(super) format: WebhookFormat,
    pub(super) events: &'a [WebhookEvent],
    pub(super) channel: Option<&'a str>,
    pub(super) secret: Vec<u8>,
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    (app, maker): (AppId, AccountId),
    new: &NewWebhook<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into webhooks (id, app_id, url, format, events, channel, secret, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id.0,
        app.0,
        new.url,
        new.format.as_str(),
        &words(new.events),
        new.channel,
        new.secret,
        maker.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn words(events: &[WebhookEvent]) -> Vec<String> {
    events.iter().map(|event| event.as_str().to_owned()).collect()
}

/// Changes what `update` names. One that is turned on again begins anew.
pub(super) async fn update(
    conn: &mut PgConnection,
    webhook: WebhookId,
    update: &UpdateWebhook,
) -> Result<()> {
    let events = update.events.as_deref().map(words);
    sqlx::query!(
        "update webhooks set
             url = coalesce($2, url), format = coalesce($3, format), events = coalesce($4, events),
             channel = case when $5::text is null then channel else nullif($5, '') end,
             disabled_because = case when $6 then null else disabled_because end,
             failing_since = case when $6 and not enabled then null else failing_since end,
             enabled = coalesce($6, enabled)
         where id = $1",
        webhook.0,
        update.url,
        update.format.map(WebhookFormat::as_str),
        events.as_deref(),
        update.channel,
        update.enabled,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The secret before signs until `old_until`.
pub(super) async fn rotate(
    conn: &mut PgConnection,
    webhook: WebhookId,
    secret: &[u8],
    old_until: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update webhooks set old_secret = secret, old_secret_until = $3, secret = $2 where id = $1",
        webhook.0,
        secret,
        old_until,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn delete(conn: &mut PgConnection, webhook: WebhookId) -> Result<bool> {
    let gone = sqlx::query!("delete from webhooks where id = $1", webhook.0).execute(conn).await?;
    Ok(gone.rows_affected() == 1)
}

/// The webhooks of an app that want to be told of `event`, unless too much waits for them. What
/// is about no build is of no channel, so it is told to those of one channel, too.
pub(in crate::events) async fn listeners(
    conn: &mut PgConnection,
    (app, build): (AppId, Option<BuildId>),
    event: WebhookEvent,
    backlog: u32,
) -> Result<Vec<WebhookId>> {
    let ids = sqlx::query_scalar!(
        "select w.id from webhooks w left join builds b on b.id = $2
         where w.app_id = $1 and w.enabled and $3 = any (w.events)
           and ($2 is null or w.channel is null or w.channel = b.channel)
           and (select count(*) from webhook_deliveries d
                where d.webhook_id = w.id and d.state = 'waiting') < $4
         order by w.id",
        app.0,
        build.map(|build| build.0),
        event.as_str(),
        i64::from(backlog),
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

pub(in crate::events) async fn insert_delivery(
    conn: &mut PgConnection,
    webhook: WebhookId,
    payload: &WebhookPayload,
) -> Result<DeliveryId> {
    let id = DeliveryId::fresh();
    sqlx::query!(
        "insert into webhook_deliveries (id, webhook_id, event_id, event, payload)
         values ($1, $2, $3, $4, $5)",
        id.0,
        webhook.0,
        payload.id,
        payload.kind.as_str(),
        Json(payload) as _,
    )
    .execute(conn)
    .await?;
    Ok(id)
}

/// The deliveries of a webhook, newest first; with `only` that one.
pub(super) async fn deliveries(
    conn: &mut PgConnection,
    webhook: WebhookId,
    only: Option<DeliveryId>,
    span: Span,
) -> Result<Vec<WebhookDelivery>> {
    let deliveries = sqlx::query_as!(
        WebhookDelivery,
        r#"select id, event_id, event, state, attempts, tried_at, status,
                  fault as "fault: DeliveryFault", duration_ms, answer, created_at
           from webhook_deliveries
           where webhook_id = $1 and ($2::uuid is null or id = $2) and ($3::uuid is null or id < $3)
             and ($4::uuid is null or id > $4)
           order by case when $4::uuid is null then id end desc, id limit $5"#,
        webhook.0,
        only.map(|only| only.0),
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(deliveries)
}

pub(super) async fn payload(
    conn: &mut PgConnection,
    webhook: WebhookId,
    delivery: DeliveryId,
) -> Result<Option<WebhookPayload>> {
    let payload = sqlx::query_scalar!(
        r#"select payload as "payload: Json<WebhookPayload>" from webhook_deliveries
           where id = $1 and webhook_id = $2"#,
        delivery.0,
        webhook.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(payload.map(|payload| payload.0))
}

/// Makes a delivery that came to its end wait again; false for one that waits, or is not there.
pub(super) async fn wait_again(
    conn: &mut PgConnection,
    webhook: WebhookId,
    delivery: DeliveryId,
) -> Result<bool> {
    let waits = sqlx::query!(
        "update webhook_deliveries set state = 'waiting', attempts = 0
         where id = $1 and webhook_id = $2 and state <> 'waiting'",
        delivery.0,
        webhook.0,
    )
    .execute(conn)
    .await?;
    Ok(waits.rows_affected() == 1)
}

/// Something to be told.
pub(super) struct Work {
    pub(super) webhook: WebhookId,
    pub(super) app: AppId,
    pub(super) url: String,
    pub(super) format: WebhookFormat,
    pub(super) language: MailLanguage,
    pub(super) enabled: bool,
    pub(super) secret: Vec<u8>,
    /// The secret before, if it still signs.
    pub(super) old_secret: Option<Vec<u8>>,
    pub(super) attempts: i32,
    pub(super) created_at: DateTime<Utc>,
    pub(super) payload: Json<WebhookPayload>,
}

/// What `delivery` is about, if it waits.
pub(super) async fn work(
    conn: &mut PgConnection,
    delivery: DeliveryId,
    now: DateTime<Utc>,
) -> Result<Option<Work>> {
    let work = sqlx::query_as!(
        Work,
        r#"select w.id as webhook, w.app_id as app, w.url, w.format, a.mail_language as language,
                  w.enabled, w.secret,
                  case when w.old_secret_until > $2 then w.old_secret end as old_secret,
                  d.attempts, d.created_at, d.payload as "payload: Json<WebhookPayload>"
           from webhook_deliveries d join webhooks w on w.id = d.webhook_id
           join apps a on a.id = w.app_id
           where d.id = $1 and d.state = 'waiting'"#,
        delivery.0,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(work)
}

/// What came of a try.
pub(super) struct Tried {
    pub(super) state: DeliveryState,
    pub(super) status: Option<i16>,
    pub(super) fault: Option<DeliveryFault>,
    pub(super) duration_ms: i32,
    pub(super) answer: Option<String>,
}

pub(super) async fn note(
    conn: &mut PgConnection,
    delivery: DeliveryId,
    tried: &Tried,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update webhook_deliveries set state = $2, attempts = attempts + 1, tried_at = $3,
                status = $4, fault = $5, duration_ms = $6, answer = $7
         where id = $1",
        delivery.0,
        tried.state.as_str(),
        now,
        tried.status,
        tried.fault.map(DeliveryFault::as_str),
        tried.duration_ms,
        tried.answer,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the webhook takes what it is sent, or since when it does not.
pub(super) async fn set_failing(
    conn: &mut PgConnection,
    webhook: WebhookId,
    failing: Option<DateTime<Utc>>,
) -> Result<()> {
    // Most of the time there is nothing to change, and nobody to wait for.
    sqlx::query!(
        "update webhooks set failing_since = $2
         where id = $1 and (failing_since is null) <> ($2::timestamptz is null)",
        webhook.0,
        failing,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Turns the webhook off, with `failing_before` only if it took nothing since then; false if it
/// was off, or is not to be.
pub(super) async fn turn_off(
    conn: &mut PgConnection,
    webhook: WebhookId,
    end: WebhookEnd,
    failing_before: Option<DateTime<Utc>>,
) -> Result<bool> {
    let off = sqlx::query!(
        "update webhooks set enabled = false, disabled_because = $2
         where id = $1 and enabled and ($3::timestamptz is null or failing_since <= $3)",
        webhook.0,
        end.as_str(),
        failing_before,
    )
    .execute(conn)
    .await?;
    Ok(off.rows_affected() == 1)
}

/// Forgets deliveries beyond the last `keep` of each webhook, and secrets that are over. What
/// waits without a job, whose tries were used up by trouble of our own, has failed.
pub(in crate::events) async fn sweep(
    conn: &mut PgConnection,
    keep: u32,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update webhook_deliveries d set state = 'failed'
         where state = 'waiting' and created_at < $1::timestamptz - interval '1 hour'
           and not exists (select 1 from jobs j
                           where j.kind = 'deliver-webhook' and j.dead_at is null
                             and j.payload ->> 'delivery' = d.id::text)",
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from webhook_deliveries where id in (
             select id from (
                 select id, row_number() over (partition by webhook_id order by id desc) as place
                 from webhook_deliveries where state <> 'waiting') as done
             where place > $1)",
        i64::from(keep),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update webhooks set old_secret = null, old_secret_until = null where old_secret_until <= $1",
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
