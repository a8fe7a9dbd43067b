//! SQL of the log of downloads.

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{
    AccountId, AppId, BuildId, DownloadId, TesterId, downloads::DownloadedBy,
};
use sqlx::PgConnection;

/// A download, and what is known yet of who it was.
pub(super) struct Row {
    pub(super) id: DownloadId,
    pub(super) build_id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) via: Option<DownloadedBy>,
    pub(super) account_id: Option<AccountId>,
    pub(super) handle: Option<String>,
    pub(super) tester_id: Option<TesterId>,
    pub(super) email: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) started_at: DateTime<Utc>,
}

/// The downloads of an app, or of one of its builds, newest first.
pub(super) async fn list(
    conn: &mut PgConnection,
    (app, build): (AppId, Option<BuildId>),
    span: Span,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select d.id as "id: DownloadId", b.id as build_id, b.version, b.build_number,
                  d.via as "via: DownloadedBy", d.account_id as "account_id: AccountId",
                  a.handle as "handle?", d.tester_id as "tester_id: TesterId",
                  t.email as "email?", d.agent, d.started_at
           from downloads d
           join builds b on b.id = d.build_id
           left join accounts a on a.id = d.account_id
           left join testers t on t.id = d.tester_id
           where d.app_id = $1 and ($2::uuid is null or d.build_id = $2)
             and ($3::uuid is null or d.id < $3) and ($4::uuid is null or d.id > $4)
           order by case when $4::uuid is null then d.id end desc, d.id limit $5"#,
        app.0,
        build.map(|build| build.0),
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// A build of which downloads are looked for.
pub(super) struct Choice {
    pub(super) id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) downloads: i64,
}

/// The newest builds of an app that were fetched, with how often.
pub(super) async fn fetched(conn: &mut PgConnection, app: AppId) -> Result<Vec<Choice>> {
    let choices = sqlx::query_as!(
        Choice,
        r#"select b.id, b.version, b.build_number, sum(c.downloads)::bigint as "downloads!"
           from builds b join daily_counts c on c.build_id = b.id
           where b.app_id = $1 and c.downloads > 0
           group by b.id order by b.id desc limit 100"#,
        app.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(choices)
}
