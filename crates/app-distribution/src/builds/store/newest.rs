//! The newest builds of apps.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AppId, BuildId};
use sqlx::PgConnection;

/// The newest iOS build that anybody may install, of each of two apps: the one that `named` is the
/// id or the bundle id of, or any.
pub(in crate::builds) async fn newest_public(
    conn: &mut PgConnection,
    named: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<BuildId>> {
    let builds = sqlx::query_scalar!(
        r#"select newest.id as "id!: BuildId"
           from apps a cross join lateral (
               select b.id from builds b where b.app_id = a.id and is_installable(b, $2)
               order by b.id desc limit 1
           ) newest
           where a.access = 'public' and a.platform = 'ios'
             and ($1::text is null or a.id::text = lower($1) or a.bundle_id = $1)
           limit 2"#,
        named,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(builds)
}

/// The newest build of an app that has an icon.
pub(in crate::builds) async fn pictured(
    conn: &mut PgConnection,
    app: AppId,
) -> Result<Option<BuildId>> {
    let build = sqlx::query_scalar!(
        r#"select id as "id: BuildId" from builds where app_id = $1 and has_icon
           order by id desc limit 1"#,
        app.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(build)
}
