//! SQL of what an install page shows besides its build, and of the codes for phones.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AppId, BuildId};
use sqlx::PgConnection;

use crate::app::Who;

/// A build of the same app, as a list shows it.
pub(crate) struct Other {
    pub(crate) id: BuildId,
    pub(crate) version: Option<String>,
    pub(crate) build_number: Option<String>,
    pub(crate) is_beta: bool,
    pub(crate) size: i64,
    pub(crate) created_at: DateTime<Utc>,
}

/// The builds before `build` that `who` sees as well, newest first. Holders of links see that one
/// build alone.
pub(crate) async fn older(
    conn: &mut PgConnection,
    (app, build): (AppId, BuildId),
    (who, develops): (Who, bool),
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Other>> {
    if who.is_holder() {
        return Ok(Vec::new());
    }
    let (account, tester) = who.known();
    let older = sqlx::query_as!(
        Other,
        r#"select b.id, b.version, b.build_number, b.is_beta, b.size, b.created_at
           from builds b join apps a on a.id = b.app_id
           where b.app_id = $1 and b.id < $2
             and ($3 or is_offered(b, $6) and (
                     $4::uuid is null and $5::uuid is null or a.access = 'public'
                     or exists (select 1 from app_members m
                                where m.app_id = a.id and m.account_id = $4)
                     or exists (select 1 from builds_of($4, $5) g where g.build_id = b.id)))
           order by b.id desc limit $7"#,
        app.0,
        build.0,
        develops,
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
        now,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(older)
}

/// The newest build of the same channel after `build` that installs, if `who` sees it as well.
pub(crate) async fn newer(
    conn: &mut PgConnection,
    (app, build): (AppId, BuildId),
    (who, develops): (Who, bool),
    now: DateTime<Utc>,
) -> Result<Option<Other>> {
    if who.is_holder() {
        return Ok(None);
    }
    let (account, tester) = who.known();
    let newer = sqlx::query_as!(
        Other,
        r#"select b.id, b.version, b.build_number, b.is_beta, b.size, b.created_at
           from builds b join apps a on a.id = b.app_id
           join builds this on this.id = $2
           where b.app_id = $1 and b.id > $2 and b.channel is not distinct from this.channel
             and is_installable(b, $6)
             and ($3 or $4::uuid is null and $5::uuid is null or a.access = 'public'
                  or exists (select 1 from app_members m
                             where m.app_id = a.id and m.account_id = $4)
                  or exists (select 1 from builds_of($4, $5) g where g.build_id = b.id))
           order by b.id desc limit 1"#,
        app.0,
        build.0,
        develops,
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(newer)
}

/// What is said of an app beside its builds: what it is for, and where else it is.
#[derive(Default)]
pub(crate) struct Ways {
    /// What the app is for.
    pub(crate) description: Option<String>,
    pub(crate) testflight_url: Option<String>,
    pub(crate) play_url: Option<String>,
    /// Whether anybody may follow it with a feed reader.
    pub(crate) is_public: bool,
}

pub(crate) async fn ways(conn: &mut PgConnection, app: AppId) -> Result<Ways> {
    let ways = sqlx::query_as!(
        Ways,
        r#"select description, testflight_url, play_url, access = 'public' as "is_public!"
               from apps where id = $1"#,
        app.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(ways.unwrap_or_default())
}

pub(super) async fn insert_code(
    conn: &mut PgConnection,
    hash: &[u8],
    (build, who): (BuildId, Who),
    expires: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into phone_codes (hash, build_id, who, expires_at) values ($1, $2, $3, $4)",
        hash,
        build.0,
        who.to_bytes(),
        expires,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a code is for, used or not.
pub(super) struct Code {
    pub(super) build_id: BuildId,
    /// Neither used nor too late.
    pub(super) is_fresh: bool,
}

pub(super) async fn find_code(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Code>> {
    let code = sqlx::query_as!(
        Code,
        r#"select build_id, (used_at is null and expires_at > $2) as "is_fresh!"
           from phone_codes where hash = $1"#,
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(code)
}

/// Uses a code up: the build that it opens, and for whom.
pub(super) async fn take_code(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(BuildId, Vec<u8>)>> {
    let taken = sqlx::query!(
        "update phone_codes set used_at = $2
         where hash = $1 and used_at is null and expires_at > $2
         returning build_id, who",
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(taken.map(|row| (row.build_id, row.who)))
}

/// Forgets the codes that nobody comes late with any more.
pub(crate) async fn sweep(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from phone_codes where expires_at < $1", before).execute(conn).await?;
    Ok(())
}
