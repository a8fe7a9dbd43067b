//! SQL of counting.

use securevox_core::Result;
use securevox_protocol::{AccountId, AppId, BuildId, TesterId, downloads::DownloadedBy};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Fetched, Once};
use crate::app::Who;

/// Notes a download; `None` if one by the same link was noted, otherwise whoever it was, as far as
/// it is known: a tester with an account is the account.
pub(super) async fn insert_download(
    conn: &mut PgConnection,
    fetched: &Fetched<'_>,
) -> Result<Option<Option<Uuid>>> {
    let (account, tester) = fetched.who.known();
    let via = match fetched.who {
        Who::Account(_) => DownloadedBy::Account,
        Who::Tester(_) => DownloadedBy::Tester,
        Who::Password(_) => DownloadedBy::Password,
        Who::Public => DownloadedBy::Public,
        Who::Holder(_) | Who::Share(_) => DownloadedBy::Link,
    };
    let noted = sqlx::query_scalar!(
        r#"insert into downloads (id, build_id, link_hash, account_id, tester_id, agent, via)
           select $1, b.id, $3, $4, $5, left($6, 200), $7 from builds b where b.id = $2 for key share
           on conflict do nothing
           returning coalesce(account_id, (select t.account_id from testers t where t.id = tester_id),
                              tester_id) as person"#,
        Uuid::now_v7(),
        fetched.build.0,
        fetched.link_hash.as_slice(),
        account.map(|account| account.0),
        tester.map(|tester| tester.0),
        fetched.agent,
        via.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(noted)
}

/// Adds to what was counted of a build on a day.
pub(super) async fn count(
    conn: &mut PgConnection,
    once: &Once,
    (downloads, installs): (i64, i64),
) -> Result<()> {
    sqlx::query!(
        "with named as (
             insert into counted_builds (build_id, app_id, version, build_number)
             select id, app_id, version, build_number from builds where id = $3
             on conflict do nothing
         )
         insert into daily_counts (app_id, day, build_id, system, device, downloads, installs)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (app_id, day, build_id, system, device) do update
         set downloads = daily_counts.downloads + excluded.downloads,
             installs = daily_counts.installs + excluded.installs",
        once.app.0,
        once.at.date_naive(),
        once.build.0,
        once.agent.system,
        once.agent.family,
        downloads,
        installs,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers that `person` downloaded the build on a day.
pub(super) async fn see(conn: &mut PgConnection, once: &Once, person: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into monthly_testers (app_id, scope_id, month, person_id, days)
         select $1, scope, date_trunc('month', $3::date)::date, $4,
                1::bigint << (extract(day from $3::date)::int - 1)
         from unnest(array[$1::uuid, $2::uuid]) as scopes (scope)
         on conflict (scope_id, month, person_id) do update
         set days = monthly_testers.days | excluded.days
         where monthly_testers.days | excluded.days <> monthly_testers.days",
        once.app.0,
        once.build.0,
        once.at.date_naive(),
        person,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A tester turned out to be an account: what they downloaded as either counts as one person's.
pub(crate) async fn are_one(
    conn: &mut PgConnection,
    tester: TesterId,
    account: AccountId,
) -> Result<()> {
    sqlx::query!(
        "with theirs as (
             delete from monthly_testers where person_id = $1
             returning app_id, scope_id, month, days
         )
         insert into monthly_testers (app_id, scope_id, month, person_id, days)
         select app_id, scope_id, month, $2, days from theirs
         on conflict (scope_id, month, person_id) do update
         set days = monthly_testers.days | excluded.days",
        tester.0,
        account.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest build of the app that says it is of this version.
pub(super) async fn build_of(
    conn: &mut PgConnection,
    app: AppId,
    (version, build): (Option<&str>, Option<&str>),
) -> Result<Option<BuildId>> {
    let id = sqlx::query_scalar!(
        "select id from builds
         where app_id = $1 and ($2::text is null or version = $2)
           and ($3::text is null or build_number = $3) and coalesce($2, $3) is not null
         order by id desc limit 1",
        app.0,
        version,
        build,
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

pub(super) async fn is_counted(
    conn: &mut PgConnection,
    build: BuildId,
    mark: &[u8],
) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (
               select 1 from installs where build_id = $1 and installation = $2
           ) as "is!""#,
        build.0,
        mark,
    )
    .fetch_one(conn)
    .await?;
    Ok(found)
}

/// False if the installation was counted, or the build is gone.
pub(super) async fn insert_install(
    conn: &mut PgConnection,
    build: BuildId,
    mark: &[u8],
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into installs (build_id, installation)
         select id, $2 from builds where id = $1 for key share on conflict do nothing",
        build.0,
        mark,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
