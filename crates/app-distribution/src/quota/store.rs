//! SQL of what builds take, and of what would make room.

use chrono::{DateTime, Utc};
use securevox_core::Result;
use securevox_protocol::{
    AppId, BuildId, UploadId,
    retention::{RetentionReason, RetentionRules},
};
use sqlx::PgConnection;

/// What an app takes, and what of it cannot go.
pub(crate) struct Room {
    pub(crate) quota: Option<i64>,
    /// All of its builds and symbol files.
    pub(crate) used: i64,
    /// The screenshots of what is said about it.
    pub(crate) screenshots: i64,
    pub(crate) builds: i64,
    /// Those of pinned builds.
    pub(crate) pinned: i64,
    /// Those of pinned builds, and of the newest of each channel.
    pub(crate) kept: i64,
    /// What unfinished uploads have announced.
    pub(crate) reserved: i64,
}

/// How much room an app has, while `settling` does not hold any; `None` if there is no such app.
pub(crate) async fn room(
    conn: &mut PgConnection,
    app: AppId,
    (now, settling): (DateTime<Utc>, Option<UploadId>),
) -> Result<Option<Room>> {
    let room = sqlx::query_as!(
        Room,
        r#"with lines as (
               select b.pinned, b.size + coalesce(s.bytes, 0) as bytes,
                      b.pinned or b.id = first_value(b.id) over (
                          partition by b.channel
                          order by is_shown(b, $2) desc,
                                   b.id desc) as kept
               from builds b
               left join lateral (select sum(size)::bigint as bytes from symbols
                                  where build_id = b.id) s on true
               where b.app_id = $1
           )
           select quota_bytes as quota,
                  (select coalesce(sum(bytes), 0)::bigint from lines) as "used!",
                  (select coalesce(sum(screenshot_bytes), 0)::bigint from feedback
                   where app_id = $1) as "screenshots!",
                  (select count(*) from lines) as "builds!",
                  (select coalesce(sum(bytes), 0)::bigint from lines where pinned) as "pinned!",
                  (select coalesce(sum(bytes), 0)::bigint from lines where kept) as "kept!",
                  (select coalesce(sum(length), 0)::bigint from uploads
                   where app_id = $1 and state in ('receiving', 'reading') and expires_at > $2
                     and id is distinct from $3) as "reserved!"
           from apps where id = $1"#,
        app.0,
        now,
        settling.map(|settling| settling.0),
    )
    .fetch_optional(conn)
    .await?;
    Ok(room)
}

/// Bytes of all builds, symbol files and screenshots.
pub(crate) async fn used(conn: &mut PgConnection) -> Result<i64> {
    let used = sqlx::query_scalar!(
        r#"select (coalesce((select sum(size) from builds), 0)
                   + coalesce((select sum(size) from symbols), 0)
                   + coalesce((select sum(screenshot_bytes) from feedback), 0))::bigint as "used!""#
    )
    .fetch_one(conn)
    .await?;
    Ok(used)
}

/// What all unfinished uploads have announced, but for `settling`.
pub(super) async fn reserved(
    conn: &mut PgConnection,
    (now, settling): (DateTime<Utc>, Option<UploadId>),
) -> Result<i64> {
    let reserved = sqlx::query_scalar!(
        r#"select coalesce(sum(length), 0)::bigint as "reserved!" from uploads
           where state in ('receiving', 'reading') and expires_at > $1
             and id is distinct from $2"#,
        now,
        settling.map(|settling| settling.0),
    )
    .fetch_one(conn)
    .await?;
    Ok(reserved)
}

/// Bytes of the screenshots about an app that came since `moment`.
pub(super) async fn screenshots_since(
    conn: &mut PgConnection,
    app: AppId,
    moment: DateTime<Utc>,
) -> Result<i64> {
    let bytes = sqlx::query_scalar!(
        r#"select coalesce(sum(screenshot_bytes), 0)::bigint as "bytes!" from feedback
           where app_id = $1 and created_at > $2 and media_type is not null"#,
        app.0,
        moment,
    )
    .fetch_one(conn)
    .await?;
    Ok(bytes)
}

/// Lets one upload after the other see what is left: of the app, and of the installation.
pub(crate) async fn take_turns(
    conn: &mut PgConnection,
    app: Option<AppId>,
    of_all: bool,
) -> Result<()> {
    // Weaker than what a new build needs of its app, so that two of them do not wait for each other.
    if let Some(app) = app {
        sqlx::query!("select id from apps where id = $1 for no key update", app.0)
            .fetch_optional(&mut *conn)
            .await?;
    }
    if of_all {
        sqlx::query!(r#"select pg_advisory_xact_lock(hashtext('builds-quota')) as "locked!: ()""#)
            .fetch_one(conn)
            .await?;
    }
    Ok(())
}

/// A build that retention takes, and why.
pub(crate) struct Superfluous {
    pub(crate) id: BuildId,
    pub(crate) app_id: AppId,
    pub(crate) version: Option<String>,
    pub(crate) build_number: Option<String>,
    pub(crate) channel: Option<String>,
    /// With its symbol files.
    pub(crate) bytes: i64,
    pub(crate) created_at: DateTime<Utc>,
    too_many: bool,
    too_old: bool,
    too_large: bool,
}

impl Superfluous {
    pub(crate) fn reasons(&self) -> Vec<RetentionReason> {
        let reasons = [
            (self.too_many, RetentionReason::Many),
            (self.too_old, RetentionReason::Old),
            (self.too_large, RetentionReason::Large),
        ];
        reasons.into_iter().filter(|(is, _)| *is).map(|(_, reason)| reason).collect()
    }
}

/// What retention takes by the `rules`, or else by those of each app, of one app or of all: the
/// builds beyond those that are kept, too old, or too many bytes, oldest first. Never the pinned, the
/// newest of a channel, or one to which a link was made or used since `wanted`.
pub(super) async fn superfluous(
    conn: &mut PgConnection,
    (only, rules): (Option<AppId>, Option<RetentionRules>),
    now: DateTime<Utc>,
    wanted: DateTime<Utc>,
) -> Result<Vec<Superfluous>> {
    let builds = sqlx::query_as!(
        Superfluous,
        r#"with lines as (
               select b.id, b.app_id, b.version, b.build_number, b.channel, b.created_at,
                      b.wanted_at, b.size + coalesce(s.bytes, 0) as bytes,
                      b.pinned or b.id = first_value(b.id) over (
                          partition by b.app_id, b.channel
                          order by is_shown(b, $2) desc,
                                   b.id desc) as kept
               from builds b
               left join lateral (select sum(size)::bigint as bytes from symbols
                                  where build_id = b.id) s on true
               where $1::uuid is null or b.app_id = $1
           ), ranked as (
               select l.*, a.keep_builds, a.keep_days, a.quota_bytes,
                      row_number() over newest as place, sum(l.bytes) over (newest rows unbounded preceding) as sum
               from lines l
               join (select id, case when $4 then $5 else keep_builds end as keep_builds,
                            case when $4 then $6 else keep_days end as keep_days,
                            case when $4 then $7 else quota_bytes end as quota_bytes
                     from apps) a on a.id = l.app_id
               where coalesce(a.keep_builds, a.keep_days, a.quota_bytes) is not null
               window newest as (partition by l.app_id order by l.kept desc, l.id desc)
           ), judged as (
               select r.*, coalesce(place > keep_builds, false) as too_many,
                      coalesce(created_at < $2 - make_interval(days => least(keep_days, 36500)), false) as too_old,
                      coalesce(sum > quota_bytes, false) as too_large
               from ranked r
           )
           select id as "id!: BuildId", app_id as "app_id!: AppId", version, build_number, channel,
                  bytes as "bytes!", created_at as "created_at!", too_many as "too_many!",
                  too_old as "too_old!", too_large as "too_large!"
           from judged j
           where not kept and (too_many or too_old or too_large)
             and (wanted_at is null or wanted_at < $3)
             and not exists (select 1 from downloads d where d.build_id = j.id and d.started_at > $3)
           order by id"#,
        only.map(|only| only.0),
        now,
        wanted,
        rules.is_some(),
        rules.and_then(|rules| rules.keep_builds),
        rules.and_then(|rules| rules.keep_days),
        rules.and_then(|rules| rules.quota_bytes),
    )
    .fetch_all(conn)
    .await?;
    Ok(builds)
}
