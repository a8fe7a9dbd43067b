//! What other services ask of sessions, which `api` alone writes.

use securevox_protocol::SessionId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Those of `sessions` that were revoked or have expired, by the clock of Postgres.
pub async fn ended_sessions(
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
