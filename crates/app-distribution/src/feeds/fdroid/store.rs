use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{BuildId, FeedId};
use sqlx::PgConnection;
use uuid::Uuid;

/// A repository with its key.
pub(super) struct StoredKey {
    pub(super) id: Uuid,
    /// In PEM.
    pub(super) certificate: String,
    pub(super) sealed_private_key: Vec<u8>,
}

pub(super) async fn key(
    conn: &mut PgConnection,
    link: Option<FeedId>,
) -> Result<Option<StoredKey>> {
    let key = sqlx::query_as!(
        StoredKey,
        "select id, certificate, sealed_private_key from feed_repositories
         where link_id is not distinct from $1",
        link.map(|link| link.0),
    )
    .fetch_optional(conn)
    .await?;
    Ok(key)
}

/// Keeps a key where there is none yet, or only `lost`, and the link is still there.
pub(super) async fn keep_key(
    conn: &mut PgConnection,
    link: Option<FeedId>,
    key: &StoredKey,
    lost: Option<Vec<u8>>,
) -> Result<()> {
    let link = link.map(|link| link.0);
    // A link that is deleted meanwhile would break the reference.
    sqlx::query!("select id from feed_links where id = $1 for key share", link)
        .fetch_optional(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into feed_repositories as r (id, link_id, certificate, sealed_private_key)
         select $1, $2, $3, $4
         where $2::uuid is null or exists (select 1 from feed_links where id = $2)
         on conflict on constraint feed_repositories_link_id_key do update
             set certificate = excluded.certificate,
                 sealed_private_key = excluded.sealed_private_key
             where r.sealed_private_key = $5",
        key.id,
        link,
        key.certificate,
        key.sealed_private_key,
        lost,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Since when the index of a repository says what it says. Later each time it says something else,
/// also where there is less in it than before.
pub(super) async fn changed_at(
    conn: &mut PgConnection,
    repository: Uuid,
    index_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    sqlx::query!(
        "update feed_repositories
         set index_hash = $2, changed_at = greatest($3::timestamptz, changed_at + interval '1 ms')
         where id = $1 and index_hash is distinct from $2",
        repository,
        index_hash,
        now,
    )
    .execute(&mut *conn)
    .await?;
    let changed =
        sqlx::query_scalar!("select changed_at from feed_repositories where id = $1", repository)
            .fetch_optional(conn)
            .await?;
    Ok(changed)
}

/// An icon, as an index names it.
#[derive(Clone, Debug)]
pub(super) struct Icon {
    pub(super) build_id: BuildId,
    pub(super) sha256: Vec<u8>,
    pub(super) size: i64,
}

pub(super) async fn icons(conn: &mut PgConnection, builds: &[Uuid]) -> Result<Vec<Icon>> {
    let icons = sqlx::query_as!(
        Icon,
        r#"select build_id as "build_id: BuildId", sha256, size from feed_icons
           where build_id = any($1)"#,
        builds,
    )
    .fetch_all(conn)
    .await?;
    Ok(icons)
}

/// Remembers an icon; nothing happens if the build is gone.
pub(super) async fn keep_icon(conn: &mut PgConnection, icon: &Icon) -> Result<()> {
    sqlx::query!(
        "insert into feed_icons (build_id, sha256, size)
         select b.id, $2, $3 from builds b where b.id = $1 for key share
         on conflict do nothing",
        icon.build_id.0,
        icon.sha256,
        icon.size,
    )
    .execute(conn)
    .await?;
    Ok(())
}
