use securevox_core::Result;
use sqlx::PgConnection;
use uuid::Uuid;

/// One at a time for each id, until the end of the transaction.
pub(super) async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended($1, 0)) as "locked!: ()""#,
        id.to_string()
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}
