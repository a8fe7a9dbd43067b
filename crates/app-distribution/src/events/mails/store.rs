//! SQL of who is mailed.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId, BuildId, TesterId,
    apps::AppRole,
    builds::Platform,
    webhooks::{AppNotifications, MailLanguage},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a mail says of a build.
pub(in crate::events) struct About {
    pub(in crate::events) app: AppId,
    pub(in crate::events) name: String,
    pub(in crate::events) platform: Platform,
    pub(in crate::events) version: Option<String>,
    pub(in crate::events) build_number: Option<String>,
    pub(in crate::events) channel: Option<String>,
    pub(in crate::events) size: i64,
    pub(in crate::events) notes: Option<String>,
    pub(in crate::events) language: MailLanguage,
    /// Neither inactive nor expired.
    pub(in crate::events) offered: bool,
}

pub(in crate::events) async fn about(
    conn: &mut PgConnection,
    build: BuildId,
) -> Result<Option<About>> {
    let about = sqlx::query_as!(
        About,
        r#"select a.id as app, a.name, a.platform, b.version, b.build_number, b.channel, b.size,
                  left(b.release_notes, 10000) as notes, a.mail_language as language,
                  is_offered(b, now()) as "offered!"
           from builds b join apps a on a.id = b.app_id where b.id = $1"#,
        build.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(about)
}

/// Somebody with an address.
pub(in crate::events) struct Person {
    pub(in crate::events) id: TesterId,
    pub(in crate::events) email: String,
}

/// Who of those that get a build is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reach {
    Everybody,
    /// The testers of groups that it was given to by name.
    Given,
    /// Those of groups that get the builds of its channel.
    Channel,
}

impl Reach {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Everybody => "everybody",
            Self::Given => "given",
            Self::Channel => "channel",
        }
    }
}

/// Somebody who is to be told of a build, by what they get it.
pub(super) struct Recipient {
    pub(super) id: TesterId,
    pub(super) email: String,
    /// By their account, in no group.
    pub(super) is_member: bool,
}

/// Up to `most`, after one of them, of those who get a build and were not told of it, who are noted
/// as told.
pub(super) async fn take_recipients(
    conn: &mut PgConnection,
    (build, app): (BuildId, AppId),
    reach: Reach,
    (after, most): (Option<Uuid>, i64),
) -> Result<Vec<Recipient>> {
    let recipients = sqlx::query_as!(
        Recipient,
        r#"with reached as (
               select tester_id as id, is_member from untold($1, $2, $3)
               where $5::uuid is null or tester_id > $5
               order by tester_id limit $4
           ), noted as (
               insert into build_mails (build_id, tester_id) select $1, id from reached
               on conflict do nothing returning tester_id
           )
           select t.id, t.email, reached.is_member as "is_member!"
           from noted join testers t on t.id = noted.tester_id
           join reached on reached.id = t.id"#,
        build.0,
        app.0,
        reach.as_str(),
        most,
        after,
    )
    .fetch_all(conn)
    .await?;
    Ok(recipients)
}

/// Lets one job after the other see who was not told of a build: who is on its list and noted by
/// another meanwhile would look like the end of the list.
pub(super) async fn take_turn(conn: &mut PgConnection, build: BuildId) -> Result<()> {
    sqlx::query!("select id from builds where id = $1 for no key update", build.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// How many get a build and were not told of it; `None` if it is not offered.
pub(super) async fn untold(conn: &mut PgConnection, build: BuildId) -> Result<Option<i64>> {
    let people = sqlx::query_scalar!(
        r#"select (select count(*) from untold(b.id, b.app_id, 'everybody')) as "people!"
           from builds b where b.id = $1 and is_offered(b, now())"#,
        build.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(people)
}

/// What was said of a build, whether those who get it are mailed.
pub(super) async fn said(conn: &mut PgConnection, build: BuildId) -> Result<Option<bool>> {
    let said = sqlx::query_scalar!("select notify from builds where id = $1", build.0);
    Ok(said.fetch_optional(conn).await?.flatten())
}

/// Somebody was not told of a build after all.
pub(super) async fn give_back(
    conn: &mut PgConnection,
    build: BuildId,
    tester: TesterId,
) -> Result<()> {
    sqlx::query!(
        "delete from build_mails where build_id = $1 and tester_id = $2",
        build.0,
        tester.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The members of an app with a role of `least` or above whose address is proven and who want mail.
pub(in crate::events) async fn members(
    conn: &mut PgConnection,
    app: AppId,
    least: AppRole,
) -> Result<Vec<Person>> {
    let roles = AppRole::ALL.iter().filter(|role| **role >= least);
    let roles: Vec<String> = roles.map(|role| role.as_str().to_owned()).collect();
    let people = sqlx::query_as!(
        Person,
        "select t.id, t.email from app_members m
         join accounts a on a.id = m.account_id and a.disabled_at is null
         join testers t on t.account_id = m.account_id
         where m.app_id = $1 and m.role = any ($2) and t.unsubscribed_at is null
           and not exists (select 1 from tester_opt_outs o
                           where o.tester_id = t.id and o.app_id = $1)
         order by t.id",
        app.0,
        &roles,
    )
    .fetch_all(conn)
    .await?;
    Ok(people)
}

pub(in crate::events) async fn settings(
    conn: &mut PgConnection,
    app: AppId,
) -> Result<Option<AppNotifications>> {
    let settings = sqlx::query_as!(
        AppNotifications,
        "select mail_builds, mail_language from apps where id = $1",
        app.0
    );
    Ok(settings.fetch_optional(conn).await?)
}

pub(super) async fn set_settings(
    conn: &mut PgConnection,
    app: AppId,
    settings: AppNotifications,
) -> Result<()> {
    sqlx::query!(
        "update apps set mail_builds = $2, mail_language = $3 where id = $1",
        app.0,
        settings.mail_builds,
        settings.mail_language.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The proven address of an account.
pub(in crate::events) async fn address_of(
    conn: &mut PgConnection,
    account: AccountId,
) -> Result<Option<String>> {
    let email =
        sqlx::query_scalar!("select email from testers where account_id = $1 limit 1", account.0);
    Ok(email.fetch_optional(conn).await?)
}

/// The address is that of `account`, which has one: the tester with it.
pub(super) async fn set_address(
    conn: &mut PgConnection,
    account: AccountId,
    email: &str,
) -> Result<TesterId> {
    // Two that are proven at once come one after the other.
    sqlx::query!("select id from accounts where id = $1 for no key update", account.0)
        .fetch_optional(&mut *conn)
        .await?;
    sqlx::query!(
        "update testers set account_id = null where account_id = $1 and email <> $2",
        account.0,
        email,
    )
    .execute(&mut *conn)
    .await?;
    let tester = sqlx::query_scalar!(
        "insert into testers (id, email, account_id, proven_at) values ($1, $2, $3, now())
         on conflict on constraint testers_email_key
             do update set account_id = excluded.account_id, unsubscribed_at = null,
                 epoch = testers.epoch + (testers.proven_at is null)::int,
                 proven_at = coalesce(testers.proven_at, now())
         returning id",
        TesterId::fresh().0,
        email,
        account.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(tester)
}

/// What somebody who wants to end mails is shown: the name of the app, and whether they ended
/// those about it, and all.
pub(super) struct Ends {
    pub(super) app: Option<String>,
    pub(super) this: bool,
    pub(super) all: bool,
}

/// `None` if there is no such tester any more.
pub(super) async fn ends(
    conn: &mut PgConnection,
    tester: TesterId,
    app: AppId,
) -> Result<Option<Ends>> {
    let ends = sqlx::query_as!(
        Ends,
        r#"select (select name from apps where id = $2) as app,
                  exists (select 1 from tester_opt_outs o
                          where o.tester_id = t.id and o.app_id = $2) as "this!",
                  t.unsubscribed_at is not null as "all!"
           from testers t where t.id = $1"#,
        tester.0,
        app.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(ends)
}

/// No more mails about one app.
pub(super) async fn end_app(conn: &mut PgConnection, tester: TesterId, app: AppId) -> Result<()> {
    sqlx::query!(
        "insert into tester_opt_outs (tester_id, app_id)
         select t.id, a.id from testers t, apps a where t.id = $1 and a.id = $2
         on conflict do nothing",
        tester.0,
        app.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// No more mails at all.
pub(super) async fn end_all(
    conn: &mut PgConnection,
    tester: TesterId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update testers set unsubscribed_at = $2 where id = $1 and unsubscribed_at is null",
        tester.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Mails again, about this app too.
pub(super) async fn resume(
    conn: &mut PgConnection,
    tester: TesterId,
    app: Option<AppId>,
) -> Result<()> {
    sqlx::query!(
        "with back as (update testers set unsubscribed_at = null where id = $1)
         delete from tester_opt_outs where tester_id = $1 and app_id = $2",
        tester.0,
        app.map(|app| app.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}
