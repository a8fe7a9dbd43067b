//! SQL of what somebody sees of themselves who tests.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{AccountId, AppId, GroupId, TesterId};
use sqlx::PgConnection;

use super::Known;

/// The address that an account has proven.
pub(super) async fn of_account(
    conn: &mut PgConnection,
    account: AccountId,
) -> Result<Option<Known>> {
    let known =
        sqlx::query_as!(Known, "select id, email from testers where account_id = $1", account.0);
    Ok(known.fetch_optional(conn).await?)
}

/// A group that somebody is in.
pub(super) struct Group {
    pub(super) id: GroupId,
    pub(super) name: String,
    /// The apps of which they see a build by it: others are not told.
    pub(super) apps: String,
}

pub(super) async fn groups(
    conn: &mut PgConnection,
    tester: TesterId,
    now: DateTime<Utc>,
) -> Result<Vec<Group>> {
    let groups = sqlx::query_as!(
        Group,
        r#"select g.id, g.name, coalesce((
                      select string_agg(a.name, ', ' order by lower(a.name))
                      from tester_group_apps ga join apps a on a.id = ga.app_id
                      where ga.group_id = g.id and exists (
                          select 1 from group_builds gb join builds b on b.id = gb.build_id
                          where gb.group_id = g.id and gb.app_id = a.id and is_shown(b, $2))
                  ), '') as "apps!"
           from tester_group_members m join tester_groups g on g.id = m.group_id
           where m.tester_id = $1 order by lower(g.name), g.id limit 200"#,
        tester.0,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(groups)
}

/// An app that somebody may be mailed about.
pub(super) struct Mailed {
    pub(super) id: AppId,
    pub(super) name: String,
    pub(super) wanted: bool,
}

/// The apps that they see by a group, or belong to.
pub(super) async fn mailed(
    conn: &mut PgConnection,
    tester: TesterId,
    now: DateTime<Utc>,
) -> Result<Vec<Mailed>> {
    let apps = sqlx::query_as!(
        Mailed,
        r#"select a.id, a.name, o.app_id is null as "wanted!"
           from apps a
           left join tester_opt_outs o on o.app_id = a.id and o.tester_id = $1
           where exists (select 1 from app_members am join testers t on t.account_id = am.account_id
                         where am.app_id = a.id and t.id = $1)
              or exists (select 1 from tester_group_members m
                         join group_builds gb on gb.group_id = m.group_id
                         join builds b on b.id = gb.build_id
                         where m.tester_id = $1 and gb.app_id = a.id and is_shown(b, $2))
           order by lower(a.name), a.id limit 200"#,
        tester.0,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

pub(super) async fn is_quiet(conn: &mut PgConnection, tester: TesterId) -> Result<bool> {
    let is = sqlx::query_scalar!(
        r#"select exists (
               select 1 from testers where id = $1 and unsubscribed_at is not null
           ) as "is!""#,
        tester.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(is)
}

/// Takes them out of a group: its name, if they were in it.
pub(super) async fn leave(
    conn: &mut PgConnection,
    group: GroupId,
    tester: TesterId,
) -> Result<Option<String>> {
    let left = sqlx::query_scalar!(
        "delete from tester_group_members m using tester_groups g
         where m.group_id = $1 and m.tester_id = $2 and g.id = m.group_id returning g.name",
        group.0,
        tester.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(left)
}

pub(super) async fn apps_of(conn: &mut PgConnection, group: GroupId) -> Result<Vec<AppId>> {
    let apps = sqlx::query_scalar!(
        r#"select app_id as "app_id: AppId" from tester_group_apps where group_id = $1"#,
        group.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

/// Deletes what is kept under an address: groups, devices, links of feeds, wishes about mails, and
/// the codes that would let somebody in.
pub(super) async fn forget(conn: &mut PgConnection, tester: &Known) -> Result<()> {
    sqlx::query!("delete from tester_codes where email = $1", tester.email)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from testers where id = $1", tester.id.0).execute(conn).await?;
    Ok(())
}
