//! SQL of the links by which builds are shared.

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::Result;
use securevox_protocol::{AccountId, BuildId, ShareLinkId, shares::ShareLink};
use sqlx::PgConnection;

/// What is written about a new link.
pub(super) struct NewLink<'a> {
    pub(super) hash: &'a [u8],
    pub(super) note: Option<&'a str>,
    pub(super) most_installs: Option<i32>,
    pub(super) expires: DateTime<Utc>,
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    (build, maker): (BuildId, AccountId),
    new: &NewLink<'_>,
) -> Result<ShareLinkId> {
    let id = ShareLinkId::fresh();
    sqlx::query!(
        "insert into share_links (id, build_id, code_hash, note, most_installs, expires_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        build.0,
        new.hash,
        new.note,
        new.most_installs,
        new.expires,
        maker.0,
    )
    .execute(conn)
    .await?;
    Ok(id)
}

/// The links of a build whose time is not over, newest first.
pub(crate) async fn list(
    conn: &mut PgConnection,
    build: BuildId,
    now: DateTime<Utc>,
) -> Result<Vec<ShareLink>> {
    let links = sqlx::query_as!(
        ShareLink,
        r#"select l.id, l.note, l.created_by, a.handle as "created_by_handle?", l.installs,
                  l.most_installs, l.expires_at, l.created_at
           from share_links l left join accounts a on a.id = l.created_by
           where l.build_id = $1 and l.expires_at > $2
           order by l.id desc"#,
        build.0,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(links)
}

/// How many links a build has whose time is not over. Its row is locked until the transaction
/// ends, so that two never make the last one; 0 if it is gone.
pub(super) async fn count(
    conn: &mut PgConnection,
    build: BuildId,
    now: DateTime<Utc>,
) -> Result<i64> {
    sqlx::query!("select id from builds where id = $1 for no key update", build.0)
        .fetch_optional(&mut *conn)
        .await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from share_links where build_id = $1 and expires_at > $2"#,
        build.0,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}

pub(super) async fn withdraw(
    conn: &mut PgConnection,
    (build, link): (BuildId, ShareLinkId),
) -> Result<bool> {
    let gone =
        sqlx::query!("delete from share_links where id = $1 and build_id = $2", link.0, build.0)
            .execute(conn)
            .await?;
    Ok(gone.rows_affected() == 1)
}

/// A link that was opened.
pub(super) struct Found {
    pub(super) id: ShareLinkId,
    pub(super) build_id: BuildId,
    pub(super) expires_at: DateTime<Utc>,
}

/// The link with this code, if it has time and installs left.
pub(super) async fn find(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Found>> {
    let found = sqlx::query_as!(
        Found,
        "select id, build_id, expires_at from share_links
         where code_hash = $1 and expires_at > $2
           and (most_installs is null or installs < most_installs)",
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// Whether anybody else may install by the link.
pub(crate) async fn has_room(conn: &mut PgConnection, link: ShareLinkId) -> Result<bool> {
    let has = sqlx::query_scalar!(
        r#"select exists (
               select 1 from share_links
               where id = $1 and (most_installs is null or installs < most_installs)
           ) as "has!""#,
        link.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(has)
}

/// Counts an install; false if there is none left. The row is locked until the transaction ends,
/// so that two never take the last one.
pub(crate) async fn begin_install(conn: &mut PgConnection, link: ShareLinkId) -> Result<bool> {
    let done = sqlx::query!(
        "update share_links set installs = installs + 1
         where id = $1 and (most_installs is null or installs < most_installs)",
        link.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets links whose time has been over for a while.
pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    let before = now - TimeDelta::days(1);
    sqlx::query!("delete from share_links where expires_at < $1", before).execute(conn).await?;
    Ok(())
}
