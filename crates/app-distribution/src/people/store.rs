//! SQL of testers and of the codes that sign them in.

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::Result;
use securevox_protocol::{GroupId, JoinLinkId, TesterId};
use sqlx::PgConnection;

use crate::app::Claim;

/// What a code proves.
pub(super) struct Proven {
    pub(super) email: String,
    pub(super) join_link_id: Option<JoinLinkId>,
    /// Whether it came by mail.
    pub(super) mailed: bool,
}

pub(super) async fn insert_code(
    conn: &mut PgConnection,
    hash: &[u8],
    (email, mailed): (&str, bool),
    join: Option<JoinLinkId>,
    expires: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into tester_codes (hash, email, join_link_id, expires_at, mailed)
         values ($1, $2, $3, $4, $5)",
        hash,
        email,
        join.map(|join| join.0),
        expires,
        mailed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Uses a code up.
pub(super) async fn take_code(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Proven>> {
    let proven = sqlx::query_as!(
        Proven,
        r#"delete from tester_codes where hash = $1 and expires_at > $2
           returning email, join_link_id as "join_link_id: JoinLinkId", mailed"#,
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(proven)
}

pub(super) async fn has_code(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let has = sqlx::query_scalar!(
        r#"select exists (
               select 1 from tester_codes where hash = $1 and expires_at > $2
           ) as "has!""#,
        hash,
        now,
    )
    .fetch_one(conn)
    .await?;
    Ok(has)
}

/// How long a tester is remembered whom nothing keeps.
const IDLE: TimeDelta = TimeDelta::days(30);

/// Deletes the codes that have expired, and the testers who have been idle for long.
pub(crate) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from tester_codes where expires_at < $1", now).execute(&mut *conn).await?;
    sqlx::query!(
        "update testers t set idle_since = case when i.id is null then null else $1::timestamptz end
         from testers known left join idle_testers i on i.id = known.id
         where known.id = t.id and (t.idle_since is null) = (i.id is not null)",
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from testers where idle_since < $1 and id in (select id from idle_testers)",
        now - IDLE,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the sessions of whoever holds `claim`, if that is in force.
pub(super) async fn end_sessions(conn: &mut PgConnection, claim: Claim) -> Result<()> {
    sqlx::query!(
        "update testers set epoch = epoch + 1 where id = $1 and epoch = $2",
        claim.tester.0,
        claim.epoch,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The tester with this address, made if there is none.
pub(super) async fn upsert_tester(conn: &mut PgConnection, email: &str) -> Result<TesterId> {
    // The update makes the row be returned; who is invited is idle no longer.
    let id = sqlx::query_scalar!(
        "insert into testers (id, email) values ($1, $2)
         on conflict on constraint testers_email_key do update set idle_since = null
         returning id",
        TesterId::fresh().0,
        email,
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// Whoever uses a mailed link reads the mails of the address. The first time ends what began or
/// would begin without that.
pub(super) async fn prove(conn: &mut PgConnection, email: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "with proven as (
             update testers set proven_at = $2, epoch = epoch + 1
             where email = $1 and proven_at is null returning email
         )
         delete from tester_codes where email in (select email from proven) and not mailed",
        email,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the sessions of a tester whose address no mail has proven, and the links that were passed
/// on and would begin one.
pub(super) async fn end_unproven(conn: &mut PgConnection, tester: TesterId) -> Result<()> {
    sqlx::query!(
        "with ended as (
             update testers set epoch = epoch + 1 where id = $1 and proven_at is null
             returning email
         )
         delete from tester_codes where email in (select email from ended) and not mailed",
        tester.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What the browser of the tester with this address is to say.
pub(super) async fn claim_of(conn: &mut PgConnection, email: &str) -> Result<Option<Claim>> {
    let claim =
        sqlx::query_as!(Claim, "select id as tester, epoch from testers where email = $1", email)
            .fetch_optional(conn)
            .await?;
    Ok(claim)
}

/// Puts a tester into a group; false if they are in it already.
pub(super) async fn add_to_group(
    conn: &mut PgConnection,
    group: GroupId,
    tester: TesterId,
) -> Result<bool> {
    let added = sqlx::query!(
        "insert into tester_group_members (group_id, tester_id) values ($1, $2)
         on conflict do nothing",
        group.0,
        tester.0,
    )
    .execute(conn)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// The group that a link leads to, unless its time is over.
pub(super) async fn group_of_link(
    conn: &mut PgConnection,
    link: JoinLinkId,
    now: DateTime<Utc>,
) -> Result<Option<GroupId>> {
    let group = sqlx::query_scalar!(
        "select group_id from join_links
         where id = $1 and (expires_at is null or expires_at > $2)",
        link.0,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(group)
}

/// Takes one of the places of a link; false if there is none left. The row is locked until the
/// transaction ends, so that two never take the last one.
pub(super) async fn use_link(
    conn: &mut PgConnection,
    link: JoinLinkId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let used = sqlx::query!(
        "update join_links set uses_left = uses_left - 1
         where id = $1 and (uses_left is null or uses_left > 0)
           and (expires_at is null or expires_at > $2)",
        link.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// A link by which people join, as its page needs it.
pub(super) struct Open {
    pub(super) id: JoinLinkId,
    pub(super) group: String,
    pub(super) email_domain: Option<String>,
}

/// The link with this code, if there is room and time left.
pub(super) async fn open_link(
    conn: &mut PgConnection,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Open>> {
    let link = sqlx::query_as!(
        Open,
        r#"select l.id, g.name as "group", l.email_domain
           from join_links l join tester_groups g on g.id = l.group_id
           where l.code_hash = $1 and (l.uses_left is null or l.uses_left > 0)
             and (l.expires_at is null or l.expires_at > $2)"#,
        hash,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(link)
}
