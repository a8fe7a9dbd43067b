use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{AccountId, AppId, history::LogEntry};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    actor_id: Option<AccountId>,
    actor: Option<String>,
    action: String,
    target: Option<String>,
    subject: Option<String>,
    details: Json<BTreeMap<String, String>>,
}

impl From<Row> for LogEntry {
    fn from(row: Row) -> Self {
        let Row { id, at, actor_id, actor, action, target, subject, details } = row;
        Self { id, at, actor_id, actor, action, target, subject, details: details.0 }
    }
}

/// The acts that concern an app, newest first.
pub(super) async fn of_app(
    conn: &mut PgConnection,
    app: AppId,
    span: Span,
) -> Result<Vec<LogEntry>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id!", at as "at!", actor_id as "actor_id: AccountId", actor as "actor?",
                  action as "action!", target as "target?", subject as "subject?",
                  details as "details!: Json<BTreeMap<String, String>>"
           from told_audit
           where apps @> array[$1::uuid] and ($2::uuid is null or id < $2)
             and ($3::uuid is null or id > $3)
           order by case when $3::uuid is null then id end desc, id limit $4"#,
        app.0,
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(LogEntry::from).collect())
}

/// Every act, newest first, but for the coming and going of everybody's own sessions.
pub(super) async fn all(conn: &mut PgConnection, span: Span) -> Result<Vec<LogEntry>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id!", at as "at!", actor_id as "actor_id: AccountId", actor as "actor?",
                  action as "action!", target as "target?", subject as "subject?",
                  details as "details!: Json<BTreeMap<String, String>>"
           from told_audit
           where action not in ('session.started', 'session.ended', 'session.revoked')
             and ($1::uuid is null or id < $1) and ($2::uuid is null or id > $2)
           order by case when $2::uuid is null then id end desc, id limit $3"#,
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(LogEntry::from).collect())
}

/// What something is called that people named: nobody's own name, and no address of a person.
pub(super) async fn subject(conn: &mut PgConnection, target: Uuid) -> Result<Option<String>> {
    let subject = sqlx::query_scalar!(
        "select coalesce(
             (select coalesce(version, build_number) from builds where id = $1),
             (select name from tester_groups where id = $1),
             (select name from apps where id = $1),
             -- The host alone: the rest of the address may be a secret.
             (select substring(url from '^[a-z]+://([^/?#@]+)([/?#]|$)') from webhooks where id = $1)
         )",
        target,
    )
    .fetch_one(conn)
    .await?;
    Ok(subject)
}
