//! SQL of what happened.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AppId, BuildId,
    builds::{App, Warning},
    packages::PackageDetails,
    webhooks::WebhookBuild,
};
use sqlx::{PgConnection, types::Json};

use crate::advice;

/// A build as webhooks are told of it, and its app.
pub(super) async fn facts(
    conn: &mut PgConnection,
    build: BuildId,
    page_url: String,
    now: DateTime<Utc>,
) -> Result<Option<(App, WebhookBuild)>> {
    let row = sqlx::query!(
        r#"select b.id, b.app_id, a.name, a.platform, a.bundle_id, b.version, b.build_number,
                  b.min_os_version, left(b.release_notes, 4000) as release_notes, b.channel,
                  b.branch, b.commit, b.ci_url, b.is_beta, b.size, b.status, b.signing_expires_at,
                  b.warnings as "warnings: Json<Vec<Warning>>",
                  b.details as "details: Json<PackageDetails>", b.created_at
           from builds b join apps a on a.id = b.app_id
           where b.id = $1"#,
        build.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let details = row.details.map(|details| details.0);
        let build = WebhookBuild {
            id: row.id,
            platform: row.platform,
            bundle_id: row.bundle_id,
            version: row.version,
            build_number: row.build_number,
            min_os_version: row.min_os_version,
            release_notes: row.release_notes,
            channel: row.channel,
            branch: row.branch,
            commit: row.commit,
            ci_url: row.ci_url,
            is_beta: row.is_beta,
            size: row.size,
            status: row.status,
            signing_expires_at: row.signing_expires_at,
            warnings: advice::told(row.warnings.0, details.as_ref(), now),
            page_url,
            created_at: row.created_at,
        };
        (App { id: row.app_id, name: row.name }, build)
    }))
}

/// The name of an app.
pub(super) async fn named(conn: &mut PgConnection, app: AppId) -> Result<Option<App>> {
    let named = sqlx::query_as!(App, "select id, name from apps where id = $1", app.0);
    Ok(named.fetch_optional(conn).await?)
}

/// A build whose signature ends soon.
pub(super) struct Ending {
    pub(super) id: BuildId,
    pub(super) app: AppId,
    pub(super) expires: DateTime<Utc>,
    /// 30, 7 or 1: the warning that is due.
    pub(super) days: i32,
}

/// The builds that a warning is due for: the newest of their channel that are offered. Of
/// warnings that were missed the last alone.
pub(super) async fn ending(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Ending>> {
    let builds = sqlx::query_as!(
        Ending,
        r#"select b.id, b.app_id as app, b.signing_expires_at as "expires!", d.days as "days!"
           from (select distinct on (app_id, channel) id, app_id, signing_expires_at
                 from builds
                 where is_shown(builds, $1)
                 order by app_id, channel, id desc) b
           cross join lateral (
               select min(days) as days from unnest(array[1, 7, 30]) as t (days)
               where b.signing_expires_at <= $1::timestamptz + make_interval(days => days)) d
           where b.signing_expires_at > $1 and d.days is not null
             and not exists (select 1 from expiry_warnings w
                             where w.build_id = b.id and w.days <= d.days)
           order by b.id"#,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(builds)
}

/// Notes a warning; false if it was given already, or the build is gone.
pub(super) async fn note_warning(conn: &mut PgConnection, ending: &Ending) -> Result<bool> {
    let noted = sqlx::query!(
        "insert into expiry_warnings (build_id, days)
         select id, $2 from builds where id = $1 on conflict do nothing",
        ending.id.0,
        ending.days,
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}
