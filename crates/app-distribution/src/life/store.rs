use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AppId, BuildId, builds::Platform};
use sqlx::PgConnection;

use super::line::Line;

/// A build that is offered, as far as an update check tells of it.
pub(super) struct Offered {
    pub(super) id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) release_notes: Option<String>,
    pub(super) mandatory: bool,
    pub(super) size: i64,
}

/// Builds that are looked at to find what is newer.
const MOST: i64 = 200;

/// The builds of an app that are offered at `now`, newest first.
pub(super) async fn offered(
    conn: &mut PgConnection,
    app: AppId,
    line: &Line,
    now: DateTime<Utc>,
) -> Result<Vec<Offered>> {
    let builds = sqlx::query_as!(
        Offered,
        "select id, version, build_number, release_notes, mandatory, size from builds
         where app_id = $1 and status = 'active'
           and (expires_at is null or expires_at > $4)
           and (signing_expires_at is null or signing_expires_at > $4)
           and ($2::text is null or channel = $2) and ($3::text is null or branch = $3)
         order by id desc limit $5",
        app.0,
        line.channel,
        line.branch,
        now,
        MOST,
    )
    .fetch_all(conn)
    .await?;
    Ok(builds)
}

pub(super) async fn platform(conn: &mut PgConnection, app: AppId) -> Result<Option<Platform>> {
    let platform = sqlx::query_scalar!("select platform from apps where id = $1", app.0)
        .fetch_optional(conn)
        .await?;
    Ok(platform)
}

/// What retention takes of one app: its builds beyond those that are kept, too old, or too
/// many bytes, oldest first. Never the pinned, the newest that is offered, or one that was
/// fetched since `fetched`.
pub(super) async fn superfluous(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    fetched: DateTime<Utc>,
) -> Result<Vec<BuildId>> {
    let ids = sqlx::query_scalar!(
        r#"with ranked as (
               select b.id, b.app_id, b.pinned, b.created_at, a.keep_builds, a.keep_days, a.quota_bytes,
                      row_number() over newest as place,
                      sum(b.size) over (newest rows unbounded preceding) as bytes
               from builds b join apps a on a.id = b.app_id
               where coalesce(a.keep_builds, a.keep_days, a.quota_bytes) is not null
               window newest as (partition by b.app_id order by b.pinned desc, b.id desc)
           )
           select r.id from ranked r
           where not r.pinned
             and r.id <> (select id from builds where app_id = r.app_id order by status, id desc limit 1)
             and (r.place > r.keep_builds
                  or r.created_at < $1::timestamptz - make_interval(days => r.keep_days)
                  or r.bytes > r.quota_bytes)
             and not exists (select 1 from downloads d where d.build_id = r.id and d.started_at > $2)
           order by r.id"#,
        now,
        fetched,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}
