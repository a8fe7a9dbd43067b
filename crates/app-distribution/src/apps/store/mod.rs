mod members;

use chrono::{DateTime, Utc};
use securevox_core::{Result, web::Span};
use securevox_protocol::{
    AccountId, AppId, BuildId,
    accounts::Role,
    apps::{Access, AppDetails, AppRole},
    builds::Platform,
};
use sqlx::PgConnection;
use uuid::Uuid;

pub(super) use self::members::{lock_members, member, members, remove_member, set_member};
use super::change::Change;
use crate::access::{Actor, Belonging, NO_SUCH_APP, Viewer};

/// An app with its newest build, if it has one, as a list shows it.
pub(super) struct Listed {
    /// By what the list is in order: the build, or else the app itself.
    pub(super) place: Uuid,
    pub(super) id: AppId,
    pub(super) name: String,
    pub(super) platform: Platform,
    pub(super) bundle_id: String,
    /// What it is for, in short.
    pub(super) about: Option<String>,
    pub(super) build: Option<BuildId>,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) is_beta: bool,
    pub(super) size: i64,
    pub(super) has_icon: bool,
    pub(super) created_at: DateTime<Utc>,
    /// Whether the viewer may look at its settings.
    pub(super) develops: bool,
}

/// The apps of which the viewer sees a build, each with the newest of them that installs, or the
/// newest if none does; that with the newest first. With `part`, those with it in their name or
/// bundle ID. Those who develop an app see it without a build, too.
///
/// Whose apps they are is asked first: build by build, hundreds of builds that are not theirs took
/// seconds.
pub(super) async fn list(
    conn: &mut PgConnection,
    viewer: &Viewer,
    (platform, part): (Option<Platform>, Option<&str>),
    (span, now): (Span, DateTime<Utc>),
) -> Result<Vec<Listed>> {
    let (account, tester) = viewer.ids();
    let apps = sqlx::query_as!(
        Listed,
        r#"select coalesce(b.id, a.id) as "place!: Uuid", a.id, a.name, a.platform, a.bundle_id,
                  left(split_part(a.description, E'\n', 1), 160) as about,
                  b.id as "build?: BuildId", b.version as "version?",
                  b.build_number as "build_number?", coalesce(b.is_beta, false) as "is_beta!",
                  coalesce(b.size, 0) as "size!", coalesce(b.has_icon, false) as "has_icon!",
                  coalesce(b.created_at, a.created_at) as "created_at!",
                  coalesce($1 or m.role <> 'tester', false) as "develops!"
           from apps a left join app_members m on m.app_id = a.id and m.account_id = $2
           left join lateral (
               -- What installs is looked for among the newest alone: an app may have thousands.
               select * from (
                   select *, is_installable(builds, $5) as installable
                   from builds where app_id = a.id and ($1 or m.role <> 'tester'
                   or is_shown(builds, $5)
                      and (m.role is not null or a.access = 'public' or exists (
                               select 1 from builds_of($2, $4) g where g.build_id = builds.id)))
                   order by id desc limit 50
               ) recent
               order by installable desc, id desc limit 1
           ) b on true
           where (b.id is not null or $1 or m.role <> 'tester')
             and ($3::text is null or a.platform = $3)
             and ($1 or m.role is not null or a.access = 'public' or a.id in (
                     select ga.app_id from tester_group_apps ga
                     where ga.group_id = any (array(select groups_of($2, $4)))))
             and ($6::uuid is null or coalesce(b.id, a.id) < $6)
             and ($7::uuid is null or coalesce(b.id, a.id) > $7)
             and ($8::text is null or position(lower($8) in lower(a.name)) > 0
                  or position(lower($8) in lower(a.bundle_id)) > 0)
           order by case when $7::uuid is null then coalesce(b.id, a.id) end desc,
                    coalesce(b.id, a.id) limit $9"#,
        viewer.account.is_some_and(|actor| actor.role == Role::Admin),
        account.map(|account| account.0),
        platform.map(Platform::as_str),
        tester.map(|tester| tester.0),
        now,
        span.after,
        span.before,
        part,
        span.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

/// Makes the app with `owner`, unless somebody was faster: then there is one to look for.
pub(super) async fn insert(
    conn: &mut PgConnection,
    (platform, bundle_id): (Platform, &str),
    name: &str,
    owner: AccountId,
) -> Result<Option<AppId>> {
    let id = AppId::fresh();
    let made = sqlx::query!(
        "insert into apps (id, platform, bundle_id, name) values ($1, $2, $3, $4)
         on conflict on constraint apps_platform_bundle_id_key do nothing",
        id.0,
        platform.as_str(),
        bundle_id,
        name,
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query!(
        "insert into app_members (app_id, account_id, role) values ($1, $2, 'owner')",
        id.0,
        owner.0,
    )
    .execute(conn)
    .await?;
    Ok(Some(id))
}

/// The name of an app is the one in its newest package.
pub(crate) async fn rename(conn: &mut PgConnection, id: AppId, name: &str) -> Result<()> {
    sqlx::query!("update apps set name = $2 where id = $1 and name <> $2", id.0, name)
        .execute(conn)
        .await?;
    Ok(())
}

/// The account with this handle, unless it is locked.
pub(super) async fn account_of(conn: &mut PgConnection, handle: &str) -> Result<Option<AccountId>> {
    let account = sqlx::query_scalar!(
        "select id from accounts where handle = $1 and disabled_at is null",
        handle
    )
    .fetch_optional(conn)
    .await?;
    Ok(account)
}

/// An app to choose.
pub(crate) struct Choice {
    pub(crate) id: AppId,
    pub(crate) name: String,
    pub(crate) platform: Platform,
}

/// The apps that the actor manages, all for administrators, by name.
pub(crate) async fn managed(
    conn: &mut PgConnection,
    actor: Actor,
    limit: i64,
) -> Result<Vec<Choice>> {
    let apps = sqlx::query_as!(
        Choice,
        r#"select a.id, a.name, a.platform from apps a
           where $1 or exists (select 1 from app_members m
                               where m.app_id = a.id and m.account_id = $2
                                 and m.role in ('owner', 'manager'))
           order by lower(a.name), a.id limit $3"#,
        actor.role == Role::Admin,
        actor.account.0,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

/// The app, as whoever belongs to it is shown it.
pub(super) async fn details_for(
    conn: &mut PgConnection,
    belonging: &Belonging,
) -> Result<AppDetails> {
    let app = sqlx::query_as!(
        AppDetails,
        r#"select id, name, platform, bundle_id, description, testflight_url, play_url, access,
                  keep_builds, keep_days, quota_bytes, $2 as "role!: AppRole", created_at
           from apps where id = $1"#,
        belonging.app.0,
        belonging.standing.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(app.ok_or(NO_SUCH_APP)?)
}

/// Keeps the app from being changed by others; whether it has a password.
pub(super) async fn lock(conn: &mut PgConnection, app: AppId) -> Result<Option<bool>> {
    let has_password = sqlx::query_scalar!(
        r#"select password_hash is not null as "has!" from apps where id = $1 for update"#,
        app.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(has_password)
}

pub(super) async fn update(conn: &mut PgConnection, app: AppId, change: &Change) -> Result<()> {
    let Change { request, password_hash } = change;
    // Absent stays, null removes: each nullable column has a flag that it was sent.
    sqlx::query!(
        "update apps set
             description = case when $2 then $3 else description end,
             testflight_url = case when $4 then $5 else testflight_url end,
             play_url = case when $6 then $7 else play_url end,
             access = coalesce($8, access), password_hash = coalesce($9, password_hash),
             keep_builds = case when $10 then $11 else keep_builds end,
             keep_days = case when $12 then $13 else keep_days end,
             quota_bytes = case when $14 then $15 else quota_bytes end
         where id = $1",
        app.0,
        request.description.is_some(),
        request.description.clone().flatten().filter(|text| !text.trim().is_empty()),
        request.testflight_url.is_some(),
        request.testflight_url.clone().flatten(),
        request.play_url.is_some(),
        request.play_url.clone().flatten(),
        request.access.map(Access::as_str),
        password_hash.as_deref(),
        request.keep_builds.is_some(),
        request.keep_builds.flatten(),
        request.keep_days.is_some(),
        request.keep_days.flatten(),
        request.quota_bytes.is_some(),
        request.quota_bytes.flatten(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn delete(conn: &mut PgConnection, app: AppId) -> Result<()> {
    sqlx::query!("delete from apps where id = $1", app.0).execute(conn).await?;
    Ok(())
}
