use chrono::NaiveDate;
use securevox_core::Result;
use securevox_protocol::{
    AppId, BuildId,
    analytics::{BuildStats, DayCount},
    builds::Platform,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::range::Range;

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
