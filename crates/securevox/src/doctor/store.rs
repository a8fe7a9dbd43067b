//! What the database says of itself.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub(super) struct State {
    pub(super) now: DateTime<Utc>,
    pub(super) encoding: String,
    /// A copy that only reads.
    pub(super) standby: bool,
}

pub(super) async fn state(conn: &mut PgConnection) -> sqlx::Result<State> {
    let state = sqlx::query_as!(
        State,
        r#"select clock_timestamp() as "now!", current_setting('server_encoding') as "encoding!", pg_is_in_recovery() as "standby!""#
    );
    state.fetch_one(conn).await
}
