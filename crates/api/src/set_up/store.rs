use securevox_core::Result;
use sqlx::PgConnection;

/// Whether anybody administers this installation.
pub(super) async fn has_administrator(conn: &mut PgConnection) -> Result<bool> {
    let has = sqlx::query_scalar!(
        r#"select exists (
               select 1 from accounts where role = 'admin' and disabled_at is null
           ) as "exists!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(has)
}
