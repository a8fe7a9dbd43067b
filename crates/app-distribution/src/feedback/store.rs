use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{
    AccountId, AppId, BuildId, FeedbackId, TesterId,
    feedback::{Feedback, FeedbackKey, FeedbackOrigin, ImageType, Screenshot},
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::{create::NewFeedback, create::Subject, wanted::Wanted};
use crate::app::Addresses;

/// Feedback as the database has it.
pub(super) struct Row {
    pub(super) id: FeedbackId,
    app_id: AppId,
    build_id: Option<BuildId>,
    version: Option<String>,
    build_number: Option<String>,
    rating: Option<i16>,
    text: String,
    pub(super) screenshot_id: Option<Uuid>,
    pub(super) media_type: Option<ImageType>,
    width: Option<i32>,
    height: Option<i32>,
    device: Option<String>,
    system: Option<String>,
    locale: Option<String>,
    context: Json<BTreeMap<String, String>>,
    origin: FeedbackOrigin,
    account_id: Option<AccountId>,
    tester_id: Option<TesterId>,
    author: Option<String>,
    resolved_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl Row {
    /// The feedback as it is told.
    pub(super) fn shown(self, addresses: &Addresses) -> Feedback {
        let screenshot = match (self.media_type, self.width, self.height) {
            (Some(media_type), Some(width), Some(height)) => Some(Screenshot {
                url: addresses.screenshot(self.app_id.0, self.id.0),
                media_type,
                width,
                height,
            }),
            _ => None,
        };
        Feedback {
            id: self.id,
            app_id: self.app_id,
            build_id: self.build_id,
            version: self.version,
            build_number: self.build_number,
            rating: self.rating,
            text: self.text,
            screenshot,
            device: self.device,
            os: self.system,
            locale: self.locale,
            context: self.context.0,
            origin: self.origin,
            account_id: self.account_id,
            tester_id: self.tester_id,
            author: self.author,
            resolved_at: self.resolved_at,
            created_at: self.created_at,
        }
    }
}

pub(super) async fn insert(conn: &mut PgConnection, new: &NewFeedback) -> Result<()> {
    let NewFeedback { id, subject, said, screenshot, author, origin } = new;
    let picture = screenshot.as_ref().map(|screenshot| &screenshot.picture);
    sqlx::query!(
        "insert into feedback (id, app_id, build_id, version, build_number, rating, text,
                               media_type, width, height, device, system, locale, context,
                               origin, account_id, tester_id, screenshot_bytes, screenshot_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19)",
        id.0,
        subject.app.0,
        subject.build.map(|build| build.0),
        new.version(),
        new.build_number(),
        said.rating,
        said.text.as_deref().unwrap_or_default(),
        picture.map(|picture| picture.media_type.as_str()),
        picture.map(|picture| picture.width),
        picture.map(|picture| picture.height),
        said.device,
        said.os,
        said.locale,
        Json(&said.context) as _,
        origin.as_str(),
        author.account.map(|account| account.0),
        author.tester.map(|tester| tester.0),
        picture.map(|picture| picture.size),
        screenshot.as_ref().map(|screenshot| screenshot.id),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The app of what was said, where it was said, and by whom.
pub(super) type Origin = (AppId, FeedbackOrigin, Option<AccountId>, Option<TesterId>);

/// What is known of it, if it was said.
pub(super) async fn said(conn: &mut PgConnection, id: FeedbackId) -> Result<Option<Origin>> {
    let row = sqlx::query!(
        "select app_id, origin, account_id, tester_id from feedback where id = $1",
        id.0
    );
    let row = row.fetch_optional(conn).await?;
    Ok(row.map(|row| (row.app_id, row.origin, row.account_id, row.tester_id)))
}

/// The feedback about an app that is asked for, newest first; with `one`, that alone.
pub(super) async fn list(
    conn: &mut PgConnection,
    app: AppId,
    (wanted, one): (&Wanted, Option<FeedbackId>),
    span: Span,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select f.id, f.app_id, f.build_id, f.version, f.build_number, f.rating, f.text,
                  f.screenshot_id, f.media_type, f.width, f.height, f.device, f.system, f.locale,
                  f.context as "context: Json<BTreeMap<String, String>>", f.origin,
                  f.account_id, f.tester_id, coalesce(a.handle, t.email) as author,
                  f.resolved_at, f.created_at
           from feedback f left join accounts a on a.id = f.account_id
           left join testers t on t.id = f.tester_id
           where f.app_id = $1 and ($2::uuid is null or f.id = $2)
             and ($3::uuid is null or f.build_id = $3)
             and ($4::smallint is null or f.rating = $4)
             and ($5::boolean is null or (f.resolved_at is not null) = $5)
             and ($6::uuid is null or f.id < $6) and ($7::uuid is null or f.id > $7)
           order by case when $7::uuid is null then f.id end desc, f.id limit $8"#,
        app.0,
        one.map(|one| one.0),
        wanted.build.map(|build| build.0),
        wanted.rating,
        wanted.resolved,
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Says that it is done with, or not; false if there is no such feedback about the app.
pub(super) async fn resolve(
    conn: &mut PgConnection,
    (app, feedback): (AppId, FeedbackId),
    resolved_at: Option<DateTime<Utc>>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update feedback
         set resolved_at = case when $3::timestamptz is null then null else coalesce(resolved_at, $3) end
         where app_id = $1 and id = $2",
        app.0,
        feedback.0,
        resolved_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes feedback; its screenshot, if it has one. `None` if there is no such about the app.
pub(super) async fn delete(
    conn: &mut PgConnection,
    app: AppId,
    feedback: FeedbackId,
) -> Result<Option<Option<Uuid>>> {
    let screenshot = sqlx::query_scalar!(
        "delete from feedback where app_id = $1 and id = $2 returning screenshot_id",
        app.0,
        feedback.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(screenshot)
}

/// Those of `ids` that are no screenshots of feedback.
pub(super) async fn unknown(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let unknown = sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::uuid[]) as stored (id)
           where not exists (select 1 from feedback f where f.screenshot_id = stored.id)"#,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(unknown)
}

/// Forgets screenshots that came before `moment`, and feedback that was nothing else; how many.
pub(super) async fn forget_screenshots(
    conn: &mut PgConnection,
    moment: DateTime<Utc>,
) -> Result<u64> {
    let alone = sqlx::query!(
        "delete from feedback
         where media_type is not null and created_at < $1 and rating is null and text = ''",
        moment,
    )
    .execute(&mut *conn)
    .await?;
    let others = sqlx::query!(
        "update feedback
         set screenshot_id = null, media_type = null, width = null, height = null,
             screenshot_bytes = null
         where media_type is not null and created_at < $1",
        moment,
    )
    .execute(conn)
    .await?;
    Ok(alone.rows_affected() + others.rows_affected())
}

/// Gives the app another key.
pub(super) async fn set_key(conn: &mut PgConnection, app: AppId, key: &str) -> Result<()> {
    sqlx::query!(
        "insert into feedback_keys (app_id, key) values ($1, $2)
         on conflict (app_id) do update set key = excluded.key, created_at = now()",
        app.0,
        key,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// False if the app has none.
pub(super) async fn delete_key(conn: &mut PgConnection, app: AppId) -> Result<bool> {
    let done =
        sqlx::query!("delete from feedback_keys where app_id = $1", app.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn key_of(
    conn: &mut PgConnection,
    app: AppId,
    addresses: &Addresses,
) -> Result<Option<FeedbackKey>> {
    let row = sqlx::query!("select key, created_at from feedback_keys where app_id = $1", app.0)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| FeedbackKey { url: addresses.feedback(&row.key), created_at: row.created_at }))
}

/// What an app that has `key` and says which version it is speaks of: the newest build of that
/// version, if there is one.
pub(super) async fn subject(
    conn: &mut PgConnection,
    key: &str,
    (version, build): (Option<&str>, Option<&str>),
) -> Result<Option<Subject>> {
    let subject = sqlx::query_as!(
        Subject,
        r#"select k.app_id as "app: AppId", b.id as "build?: BuildId", b.version as "version?",
                  b.build_number as "build_number?"
           from feedback_keys k left join lateral (
               select * from builds
               where app_id = k.app_id and (version = $2 or $2 is null)
                 and (build_number = $3 or $3 is null)
                 and coalesce($2, $3) is not null
               order by id desc limit 1
           ) b on true
           where k.key = $1"#,
        key,
        version,
        build,
    )
    .fetch_optional(conn)
    .await?;
    Ok(subject)
}

/// A build that something was said of.
pub(super) struct Choice {
    pub(super) id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
}

/// The newest builds of an app that something was said of.
pub(super) async fn choices(conn: &mut PgConnection, app: AppId) -> Result<Vec<Choice>> {
    let choices = sqlx::query_as!(
        Choice,
        "select id, version, build_number from builds b
         where app_id = $1 and exists (select 1 from feedback f where f.build_id = b.id)
         order by id desc limit 50",
        app.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(choices)
}
