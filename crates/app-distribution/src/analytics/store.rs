use chrono::NaiveDate;
use securevox_core::Result;
use securevox_protocol::{
    AccountId, AppId, BuildId, TesterId,
    analytics::{BuildStats, DayCount},
    builds::Platform,
    downloads::DownloadedBy,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    count::{Fetched, Once},
    range::Range,
};
use crate::people::Who;

/// Notes a download; `None` if one by the same link was noted, otherwise whoever it was, as far as
/// it is known: a tester with an account is the account.
pub(super) async fn insert_download(
    conn: &mut PgConnection,
    fetched: &Fetched<'_>,
) -> Result<Option<Option<Uuid>>> {
    let (account, tester, via) = match fetched.who {
        Who::Account(account) => (Some(account.0), None, DownloadedBy::Account),
        Who::Tester(claim) => (None, Some(claim.tester.0), DownloadedBy::Tester),
        Who::Password(_) => (None, None, DownloadedBy::Password),
        Who::Public => (None, None, DownloadedBy::Public),
        Who::Holder(_) | Who::Share(_) => (None, None, DownloadedBy::Link),
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
        account,
        tester,
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

/// What was counted of one day, build, system or family of devices: of that which is there.
pub(super) struct Part {
    pub(super) day: Option<NaiveDate>,
    pub(super) build: Option<BuildId>,
    pub(super) system: Option<String>,
    pub(super) device: Option<String>,
    pub(super) downloads: i64,
    pub(super) installs: i64,
}

/// Everything that was counted, told in four ways at once.
pub(super) async fn parts(
    conn: &mut PgConnection,
    (app, only): (AppId, Option<BuildId>),
    Range { from, to }: Range,
) -> Result<Vec<Part>> {
    let parts = sqlx::query_as!(
        Part,
        r#"select day as "day?", build_id as "build?: BuildId", system as "system?", device as "device?",
                  sum(downloads)::bigint as "downloads!", sum(installs)::bigint as "installs!"
           from daily_counts
           where app_id = $1 and day between $2 and $3 and ($4::uuid is null or build_id = $4)
           group by grouping sets ((day), (build_id), (system), (device))"#,
        app.0,
        from,
        to,
        only.map(|only| only.0),
    )
    .fetch_all(conn)
    .await?;
    Ok(parts)
}

/// A build that was counted.
pub(super) struct Named {
    pub(super) build_id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) deleted: bool,
}

pub(super) async fn names(conn: &mut PgConnection, app: AppId) -> Result<Vec<Named>> {
    let names = sqlx::query_as!(
        Named,
        r#"select build_id, version, build_number,
                  not exists (select 1 from builds b where b.id = build_id) as "deleted!"
           from counted_builds where app_id = $1"#,
        app.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(names)
}

/// How many people downloaded something of an app or a build.
pub(super) async fn testers(
    conn: &mut PgConnection,
    scope: Uuid,
    Range { from, to }: Range,
) -> Result<i64> {
    let testers = sqlx::query_scalar!(
        r#"select count(distinct person_id) as "count!" from monthly_testers
           where scope_id = $1 and month between date_trunc('month', $2::date)::date and $3
             -- The bits of those days of the month that are asked for.
             and days & ((((1::bigint << (least($3, (month + interval '1 month - 1 day')::date)
                                          - greatest($2, month) + 1)) - 1)
                          << (greatest($2, month) - month))) <> 0"#,
        scope,
        from,
        to,
    )
    .fetch_one(conn)
    .await?;
    Ok(testers)
}

/// How a build was used since its upload.
pub(super) async fn stats(conn: &mut PgConnection, build: BuildId) -> Result<BuildStats> {
    let row = sqlx::query!(
        r#"select coalesce(sum(downloads), 0)::bigint as "downloads!",
                  coalesce(sum(installs), 0)::bigint as "installs!", max(day) as last_day,
                  (select count(distinct person_id) from monthly_testers where scope_id = $1) as "testers!",
                  (select count(*) from feedback where build_id = $1) as "feedback!",
                  (select avg(rating)::double precision from feedback where build_id = $1) as rating
           from daily_counts where build_id = $1"#,
        build.0,
    )
    .fetch_one(conn)
    .await?;
    Ok(BuildStats {
        build_id: build,
        downloads: row.downloads,
        installs: row.installs,
        unique_testers: row.testers,
        feedback: row.feedback,
        average_rating: row.rating,
        last_day: row.last_day,
    })
}

/// How a version of an app was used.
pub(super) struct Recent {
    /// Its package or bundle id.
    pub(super) app: String,
    pub(super) version: String,
    pub(super) platform: Platform,
    pub(super) downloads: i64,
    pub(super) installs: i64,
}

/// The versions that were used most after a day.
pub(super) async fn recent(
    conn: &mut PgConnection,
    after: NaiveDate,
    limit: i64,
) -> Result<Vec<Recent>> {
    let recent = sqlx::query_as!(
        Recent,
        r#"select a.bundle_id as app, coalesce(n.version, '') as "version!", a.platform,
                  sum(c.downloads)::bigint as "downloads!", sum(c.installs)::bigint as "installs!"
           from daily_counts c join apps a on a.id = c.app_id
           left join counted_builds n on n.build_id = c.build_id
           where c.day > $1
           group by 1, 2, 3 order by sum(c.downloads) + sum(c.installs) desc, 1, 2 limit $2"#,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(recent)
}

/// The same days with nothing in them where nothing was counted.
pub(super) fn every_day(range: Range, parts: &[Part]) -> Vec<DayCount> {
    let counted = |day| parts.iter().find(|part| part.day == Some(day));
    range
        .days()
        .map(|day| {
            let (downloads, installs) =
                counted(day).map_or((0, 0), |part| (part.downloads, part.installs));
            DayCount { day, downloads, installs }
        })
        .collect()
}
