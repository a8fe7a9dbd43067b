//! SQL of groups and of the links by which people join them.

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{
    AccountId, AppId, BuildId, GroupId, JoinLinkId, TesterId,
    accounts::Role,
    testers::{AttachApp, Group, GroupApp, JoinLink, Tester},
};
use sqlx::{PgConnection, types::Json};

use crate::access::Actor;

/// The groups that an actor knows of, newest first: those they may change, and those with an app
/// they manage; all for administrators. With `only`, that one. Of apps that are not theirs, whoever
/// may not change the group learns nothing.
pub(super) async fn list(
    conn: &mut PgConnection,
    actor: Actor,
    only: Option<GroupId>,
    span: Span,
) -> Result<Vec<Group>> {
    let rows = sqlx::query!(
        r#"select g.id, g.name, g.created_at, $1 or kept.may as "may_change!",
                  (select count(*) from tester_group_members m where m.group_id = g.id) as "testers!",
                  coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name,
                                                      'every_build', ga.every_build,
                                                      'channel', ga.channel) order by a.name)
                   from tester_group_apps ga join apps a on a.id = ga.app_id
                   where ga.group_id = g.id and ($1 or kept.may or ga.app_id in (
                       select am.app_id from app_members am
                       where am.account_id = $2 and am.role in ('owner', 'manager')))),
                   '[]') as "apps!: Json<Vec<GroupApp>>"
           from tester_groups g
           cross join lateral (
               select exists (select 1 from tester_group_keepers k
                              where k.group_id = g.id and k.account_id = $2) as may) kept
           where ($1 or kept.may or exists (
                     select 1 from tester_group_apps ga
                     join app_members am on am.app_id = ga.app_id
                     where ga.group_id = g.id and am.account_id = $2
                       and am.role in ('owner', 'manager')))
             and ($3::uuid is null or g.id = $3) and ($4::uuid is null or g.id < $4)
             and ($5::uuid is null or g.id > $5)
           order by case when $5::uuid is null then g.id end desc, g.id limit $6"#,
        actor.role == Role::Admin,
        actor.account.0,
        only.map(|only| only.0),
        span.after,
        span.before,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    let groups = rows.into_iter().map(|row| Group {
        id: row.id,
        name: row.name,
        testers: row.testers,
        apps: row.apps.0,
        may_change: row.may_change,
        created_at: row.created_at,
    });
    Ok(groups.collect())
}

/// Who made the group.
pub(super) async fn maker(conn: &mut PgConnection, group: GroupId) -> Result<Option<AccountId>> {
    let maker = sqlx::query_scalar!("select created_by from tester_groups where id = $1", group.0);
    Ok(maker.fetch_optional(conn).await?)
}

pub(super) async fn insert(
    conn: &mut PgConnection,
    actor: Actor,
    (id, name): (GroupId, &str),
) -> Result<()> {
    sqlx::query!(
        "insert into tester_groups (id, name, created_by) values ($1, $2, $3)",
        id.0,
        name,
        actor.account.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn rename(conn: &mut PgConnection, group: GroupId, name: &str) -> Result<()> {
    sqlx::query!("update tester_groups set name = $2 where id = $1", group.0, name)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete(conn: &mut PgConnection, group: GroupId) -> Result<()> {
    sqlx::query!("delete from tester_groups where id = $1", group.0).execute(conn).await?;
    Ok(())
}

pub(super) async fn attach(
    conn: &mut PgConnection,
    group: GroupId,
    app: AppId,
    request: &AttachApp,
) -> Result<()> {
    sqlx::query!(
        "insert into tester_group_apps (group_id, app_id, every_build, channel)
         values ($1, $2, $3, $4)
         on conflict (group_id, app_id) do update
             set every_build = excluded.every_build, channel = excluded.channel",
        group.0,
        app.0,
        request.every_build,
        request.channel,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The group gets no more builds of the app, and those it was given no longer.
pub(super) async fn detach(conn: &mut PgConnection, group: GroupId, app: AppId) -> Result<bool> {
    let gone = sqlx::query!(
        "with given as (
             delete from build_groups where group_id = $1
                and build_id in (select id from builds where app_id = $2)
         )
         delete from tester_group_apps where group_id = $1 and app_id = $2",
        group.0,
        app.0,
    )
    .execute(conn)
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// The testers of a group, who came last first; with `part`, those with it in their address or
/// name.
pub(super) async fn testers(
    conn: &mut PgConnection,
    (group, part): (GroupId, Option<&str>),
    span: Span,
) -> Result<Vec<Tester>> {
    let testers = sqlx::query_as!(
        Tester,
        "select t.id, t.email, m.name, m.created_at
         from tester_group_members m join testers t on t.id = m.tester_id
         where m.group_id = $1 and ($2::uuid is null or t.id < $2)
           and ($3::uuid is null or t.id > $3)
           and ($4::text is null or position(lower($4) in t.email) > 0
                or position(lower($4) in lower(m.name)) > 0)
         order by case when $3::uuid is null then t.id end desc, t.id limit $5",
        group.0,
        span.after,
        span.before,
        part,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(testers)
}

pub(super) async fn tester(
    conn: &mut PgConnection,
    group: GroupId,
    tester: TesterId,
) -> Result<Option<Tester>> {
    let tester = sqlx::query_as!(
        Tester,
        "select t.id, t.email, m.name, m.created_at
         from tester_group_members m join testers t on t.id = m.tester_id
         where m.group_id = $1 and t.id = $2",
        group.0,
        tester.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(tester)
}

/// The group calls a tester `name` from now on.
pub(super) async fn call(
    conn: &mut PgConnection,
    (group, tester): (GroupId, TesterId),
    name: &str,
) -> Result<()> {
    sqlx::query!(
        "update tester_group_members set name = $3 where group_id = $1 and tester_id = $2",
        group.0,
        tester.0,
        name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn remove(
    conn: &mut PgConnection,
    group: GroupId,
    tester: TesterId,
) -> Result<bool> {
    let gone = sqlx::query!(
        "delete from tester_group_members where group_id = $1 and tester_id = $2",
        group.0,
        tester.0,
    )
    .execute(conn)
    .await?;
    Ok(gone.rows_affected() == 1)
}

/// Whether all groups of a tester are ones that the actor may change, and there is such a tester
/// that the actor knows of.
pub(super) async fn is_all_theirs(
    conn: &mut PgConnection,
    actor: Actor,
    tester: TesterId,
) -> Result<bool> {
    let theirs = sqlx::query_scalar!(
        r#"select ($1 and exists (select 1 from testers t where t.id = $3)) or coalesce(bool_and(
               exists (select 1 from tester_group_keepers k
                       where k.group_id = m.group_id and k.account_id = $2)), false) as "theirs!"
           from tester_group_members m where m.tester_id = $3"#,
        actor.role == Role::Admin,
        actor.account.0,
        tester.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(theirs)
}

/// The apps of which a tester gets builds.
pub(crate) async fn apps_of(conn: &mut PgConnection, tester: TesterId) -> Result<Vec<AppId>> {
    let apps = sqlx::query_scalar!(
        r#"select distinct ga.app_id as "app_id: AppId" from tester_group_members m
           join tester_group_apps ga on ga.group_id = m.group_id
           where m.tester_id = $1"#,
        tester.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

/// Removes a tester from all groups and ends their sessions.
pub(super) async fn forget(conn: &mut PgConnection, tester: TesterId) -> Result<()> {
    sqlx::query!("delete from tester_group_members where tester_id = $1", tester.0)
        .execute(&mut *conn)
        .await?;
    end_sessions(conn, tester).await
}

/// Ends the sessions of a tester, and the links that would begin one.
pub(super) async fn end_sessions(conn: &mut PgConnection, tester: TesterId) -> Result<()> {
    sqlx::query!(
        "with ended as (update testers set epoch = epoch + 1 where id = $1 returning email)
         delete from tester_codes where email in (select email from ended)",
        tester.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The links of a group that are in force, newest first.
pub(super) async fn links(conn: &mut PgConnection, group: GroupId) -> Result<Vec<JoinLink>> {
    let links = sqlx::query_as!(
        JoinLink,
        "select id, email_domain, uses_left, expires_at, created_at from join_links
         where group_id = $1 and (expires_at is null or expires_at > now())
         order by id desc limit 100",
        group.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(links)
}

/// A link, the group that it is for, and who made it.
pub(super) async fn find_link(
    conn: &mut PgConnection,
    id: JoinLinkId,
) -> Result<Option<((GroupId, AccountId), JoinLink)>> {
    let row = sqlx::query!(
        "select id, group_id, created_by, email_domain, uses_left, expires_at, created_at
         from join_links where id = $1",
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let link = JoinLink {
            id: row.id,
            email_domain: row.email_domain,
            uses_left: row.uses_left,
            expires_at: row.expires_at,
            created_at: row.created_at,
        };
        ((row.group_id, row.created_by), link)
    }))
}

/// What is written about a new link.
pub(super) struct NewLink<'a> {
    pub(super) id: JoinLinkId,
    pub(super) hash: &'a [u8],
    pub(super) email_domain: Option<&'a str>,
    pub(super) uses: Option<i32>,
    pub(super) expires: Option<DateTime<Utc>>,
}

pub(super) async fn insert_link(
    conn: &mut PgConnection,
    group: GroupId,
    actor: Actor,
    new: &NewLink<'_>,
) -> Result<JoinLink> {
    let link = sqlx::query_as!(
        JoinLink,
        "insert into join_links (id, group_id, code_hash, email_domain, uses_left, expires_at,
                                 created_by)
         values ($1, $2, $3, $4, $5, $6, $7)
         returning id, email_domain, uses_left, expires_at, created_at",
        new.id.0,
        group.0,
        new.hash,
        new.email_domain,
        new.uses,
        new.expires,
        actor.account.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(link)
}

pub(super) async fn withdraw_link(
    conn: &mut PgConnection,
    group: GroupId,
    link: JoinLinkId,
) -> Result<bool> {
    let gone =
        sqlx::query!("delete from join_links where id = $1 and group_id = $2", link.0, group.0)
            .execute(conn)
            .await?;
    Ok(gone.rows_affected() == 1)
}

/// The groups called `word`, or with this id, that get builds of the app already; if the actor
/// attaches apps to groups, those that they may change too.
pub(super) async fn find_named(
    conn: &mut PgConnection,
    (actor, app): (Actor, AppId),
    attaches: bool,
    word: &str,
) -> Result<Vec<GroupId>> {
    let groups = sqlx::query_scalar!(
        r#"select g.id from tester_groups g
           where (lower(g.name) = lower($4) or g.id::text = lower($4))
             and (exists (select 1 from tester_group_apps ga
                          where ga.group_id = g.id and ga.app_id = $3)
                  or $5 and ($1 or exists (select 1 from tester_group_keepers k
                                           where k.group_id = g.id and k.account_id = $2)))"#,
        actor.role == Role::Admin,
        actor.account.0,
        app.0,
        word,
        attaches,
    )
    .fetch_all(conn)
    .await?;
    Ok(groups)
}

/// Gives a build to a group, which gets builds of its app from now on.
pub(super) async fn give(
    conn: &mut PgConnection,
    (build, app): (BuildId, AppId),
    group: GroupId,
) -> Result<()> {
    sqlx::query!(
        "with attached as (
             insert into tester_group_apps (group_id, app_id, every_build) values ($3, $2, false)
             on conflict do nothing
         )
         insert into build_groups (build_id, group_id) values ($1, $3) on conflict do nothing",
        build.0,
        app.0,
        group.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}
