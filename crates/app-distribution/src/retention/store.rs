//! SQL of retention.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AppId, BuildId, retention::RetentionRules};
use sqlx::PgConnection;

/// Which builds of an app are kept.
pub(super) async fn rules(conn: &mut PgConnection, app: AppId) -> Result<Option<RetentionRules>> {
    let rules = sqlx::query_as!(
        RetentionRules,
        "select keep_builds, keep_days, quota_bytes from apps where id = $1",
        app.0,
    );
    Ok(rules.fetch_optional(conn).await?)
}

/// Deletes a build that retention takes, unless it was pinned or wanted since it was found.
pub(super) async fn retire(
    conn: &mut PgConnection,
    build: BuildId,
    wanted: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "delete from builds where id = $1 and not pinned and (wanted_at is null or wanted_at < $2)",
        build.0,
        wanted,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
