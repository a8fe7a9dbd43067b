//! SQL of who may do what.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId, BuildId, ShareLinkId, TesterId,
    accounts::Role,
    apps::{AppDetails, AppRole},
    builds::Platform,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    standing::{Actor, NO_SUCH_APP},
    viewer::Sight,
};
use crate::app::Claim;

/// The role of an account in an app: `None` where there is no such app, and within it where the
/// account does not belong to it.
pub(super) async fn role_in(
    conn: &mut PgConnection,
    app: AppId,
    account: AccountId,
) -> Result<Option<Option<AppRole>>> {
    let role = sqlx::query_scalar!(
        r#"select m.role as "role?: AppRole" from apps a
           left join app_members m on m.app_id = a.id and m.account_id = $2
           where a.id = $1"#,
        app.0,
        account.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(role)
}

/// The apps whose developer or more an account is.
pub(crate) async fn developed_by(
    conn: &mut PgConnection,
    account: AccountId,
) -> Result<Vec<AppId>> {
    let apps = sqlx::query_scalar!(
        "select app_id from app_members where account_id = $1 and role <> 'tester'",
        account.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

/// The apps that an actor belongs to, all for administrators, newest first.
pub(crate) async fn list_details(
    conn: &mut PgConnection,
    actor: Actor,
    only: Option<AppId>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<AppDetails>> {
    let apps = sqlx::query_as!(
        AppDetails,
        r#"select a.id, a.name, a.platform, a.bundle_id, a.description, a.testflight_url,
                  a.play_url, a.access, a.keep_builds, a.keep_days, a.quota_bytes,
                  case when $1 then 'owner' else m.role end as "role!: AppRole", a.created_at
           from apps a left join app_members m on m.app_id = a.id and m.account_id = $2
           where ($1 or m.role is not null)
             and ($3::uuid is null or a.id = $3) and ($4::uuid is null or a.id < $4)
           order by a.id desc limit $5"#,
        actor.role == Role::Admin,
        actor.account.0,
        only.map(|only| only.0),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(apps)
}

/// The app, if the actor belongs to it: 404 otherwise.
pub(crate) async fn details_of(
    conn: &mut PgConnection,
    actor: Actor,
    app: AppId,
) -> Result<AppDetails> {
    let found = list_details(conn, actor, Some(app), (None, 1)).await?;
    Ok(found.into_iter().next().ok_or(NO_SUCH_APP)?)
}

/// An app, and whether an account uploads to it.
pub(super) struct Target {
    pub(super) id: AppId,
    pub(super) uploads: bool,
}

pub(super) async fn find_to_upload(
    conn: &mut PgConnection,
    (platform, bundle_id): (Platform, &str),
    account: AccountId,
) -> Result<Option<Target>> {
    let target = sqlx::query_as!(
        Target,
        r#"select a.id, exists (
               select 1 from app_members m
               where m.app_id = a.id and m.account_id = $3 and m.role in ('owner', 'manager', 'developer')
           ) as "uploads!"
           from apps a where a.platform = $1 and a.bundle_id = $2"#,
        platform.as_str(),
        bundle_id,
        account.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(target)
}

/// The address of a tester whose session is in force.
pub(super) async fn in_force(conn: &mut PgConnection, claim: Claim) -> Result<Option<String>> {
    let email = sqlx::query_scalar!(
        "select email from testers where id = $1 and epoch = $2",
        claim.tester.0,
        claim.epoch,
    )
    .fetch_optional(conn)
    .await?;
    Ok(email)
}

/// What is known of a build, and of an account and a tester who may look at it.
pub(super) async fn sight(
    conn: &mut PgConnection,
    build: BuildId,
    (account, tester): (Option<AccountId>, Option<TesterId>),
    now: DateTime<Utc>,
) -> Result<Option<Sight>> {
    let sight = sqlx::query_as!(
        Sight,
        r#"select a.access, a.password_hash,
                  is_shown(b, $4) as "shown!",
                  (b.status = 'active' and b.expires_at <= $4) is true as "over!",
                  (select m.role from app_members m
                   where m.app_id = a.id and m.account_id = $2) as "role: AppRole",
                  exists (select 1 from builds_of($2, null) g
                          where g.build_id = b.id) as "given_to_account!",
                  exists (select 1 from builds_of(null, $3) g
                          where g.build_id = b.id) as "given_to_tester!"
           from builds b join apps a on a.id = b.app_id
           where b.id = $1"#,
        build.0,
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(sight)
}

/// The hash of the password that opens the install page of a build, if one does.
pub(crate) async fn password_of(conn: &mut PgConnection, app: AppId) -> Result<Option<String>> {
    let hash = sqlx::query_scalar!(
        "select password_hash from apps where id = $1 and access = 'password'",
        app.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(hash.flatten())
}

/// Who gave `build` by the link, if that is in force.
pub(super) async fn giver_of(
    conn: &mut PgConnection,
    (build, link): (BuildId, ShareLinkId),
    now: DateTime<Utc>,
) -> Result<Option<AccountId>> {
    let giver = sqlx::query_scalar!(
        "select created_by from share_links where id = $1 and build_id = $2 and expires_at > $3",
        link.0,
        build.0,
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(giver)
}
