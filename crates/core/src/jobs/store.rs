//! SQL of the queue.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct Leased {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: Value,
    pub(super) attempts: i32,
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    kind: &str,
    payload: Value,
    unique_key: Option<&str>,
    run_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into jobs (id, kind, payload, unique_key, run_at) values ($1, $2, $3, $4, $5)
         on conflict (kind, unique_key) where dead_at is null and unique_key is not null do nothing",
        Uuid::now_v7(),
        kind,
        payload,
        unique_key,
        run_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes one due job of `kinds`, if there is one, for the seconds that stand beside its kind.
pub(super) async fn lease(
    conn: &mut PgConnection,
    (kinds, seconds): (&[String], &[i64]),
    lease: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Leased>> {
    let leased = sqlx::query_as!(
        Leased,
        "update jobs j set lease = $3, attempts = attempts + 1,
                leased_until = $4::timestamptz + l.seconds * interval '1 second',
                -- Coalesced work that starts now does not see what is enqueued after.
                unique_key = case when unique_key = 'scheduled' then unique_key end
         from unnest($1::text[], $2::bigint[]) as l (kind, seconds)
         where j.kind = l.kind and j.id = (
             select id from jobs
             where kind = any($1) and dead_at is null and run_at <= $4
               and (leased_until is null or leased_until < $4)
             order by run_at limit 1 for update skip locked
         )
         returning j.id, j.kind, j.payload, j.attempts",
        kinds,
        seconds,
        lease,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(leased)
}

pub(super) async fn finish(conn: &mut PgConnection, id: Uuid, lease: Uuid) -> Result<()> {
    sqlx::query!("delete from jobs where id = $1 and lease = $2", id, lease).execute(conn).await?;
    Ok(())
}

/// Due again at `run_at`, with so many tries behind it: after a failure, because its turn has not
/// come, or because it is scheduled work.
pub(super) async fn run_again(
    conn: &mut PgConnection,
    (id, lease): (Uuid, Uuid),
    (run_at, attempts): (DateTime<Utc>, i32),
    error: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "update jobs set run_at = $3, lease = null, leased_until = null, last_error = $4,
                attempts = $5
         where id = $1 and lease = $2",
        id,
        lease,
        run_at,
        error,
        attempts,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn give_up(
    conn: &mut PgConnection,
    (id, lease): (Uuid, Uuid),
    now: DateTime<Utc>,
    error: &str,
) -> Result<()> {
    sqlx::query!(
        "update jobs set dead_at = $3, lease = null, leased_until = null, last_error = $4
         where id = $1 and lease = $2",
        id,
        lease,
        now,
        error,
    )
    .execute(conn)
    .await?;
    Ok(())
}
