//! SQL of public copies.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::BuildId;
use sqlx::PgConnection;
use uuid::Uuid;

/// The copy of a build that is for anybody now.
pub(super) async fn find(
    conn: &mut PgConnection,
    build: BuildId,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>> {
    let copy = sqlx::query_scalar!(
        "select c.id from public_copies c join builds b on b.id = c.build_id
         where b.id = $1 and is_for_anybody(b, $2)",
        build.0,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(copy)
}

/// Names the copy of a build; false if it has one already, or is not for anybody any more.
pub(super) async fn insert(
    conn: &mut PgConnection,
    (build, copy): (BuildId, Uuid),
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into public_copies (build_id, id)
         select b.id, $2 from builds b where b.id = $1 and is_for_anybody(b, $3)
         on conflict (build_id) do nothing",
        build.0,
        copy,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The copies of builds that are not for anybody any more, or gone.
pub(super) async fn over(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let over = sqlx::query_scalar!(
        "select c.id from public_copies c
         where not exists (select 1 from builds b
                           where b.id = c.build_id and is_for_anybody(b, $1))",
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(over)
}

pub(super) async fn delete(conn: &mut PgConnection, copy: Uuid) -> Result<()> {
    sqlx::query!("delete from public_copies where id = $1", copy).execute(conn).await?;
    Ok(())
}

/// Those of `ids` that are the copy of no build.
pub(super) async fn unknown(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let unknown = sqlx::query_scalar!(
        r#"select id as "id!" from unnest($1::uuid[]) as stored (id)
           where not exists (select 1 from public_copies c where c.id = stored.id)"#,
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(unknown)
}
