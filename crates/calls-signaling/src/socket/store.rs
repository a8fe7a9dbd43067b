use securevox_core::Result;
use securevox_protocol::SessionId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Those of `sessions` that are over.
pub(super) async fn ended(
    conn: &mut PgConnection,
    sessions: &[SessionId],
) -> Result<Vec<SessionId>> {
    let ids: Vec<Uuid> = sessions.iter().map(|session| session.0).collect();
    let ended = sqlx::query_scalar!(
        "select id from sessions
         where id = any($1) and (revoked_at is not null or expires_at <= now())",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(ended)
}
