//! What an app, and the installation, may take of the storage, and which builds are superfluous.
//! Refused is only what does not fit beside the builds that have to stay: what retention would take
//! is asked before, so it is told here, and deleted in `retention/`.

mod store;

use chrono::{DateTime, TimeDelta, Utc};
use securevox_core::{
    Result,
    config::Bytes,
    jobs::{self, Job},
};
use securevox_protocol::{AppId, Problem, UploadId, retention::RetentionRules};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

pub(crate) use self::store::{Room, Superfluous, room, take_turns, used};
use crate::app::App;

const QUOTA_EXCEEDED: Problem =
    Problem::new(413, "/problems/quota-exceeded", "The app has no room left");
const STORAGE_QUOTA_EXCEEDED: Problem =
    Problem::new(413, "/problems/storage-quota-exceeded", "The installation has no room left");

const NO_ROOM_FOR_SCREENSHOTS: Problem = Problem::new(
    413,
    "/problems/no-room-for-screenshots",
    "There is no room for another screenshot",
);

/// A download that began with the last moment of its link may take this long.
const TRANSFER: TimeDelta = TimeDelta::hours(1);
/// No link holds a build for longer, however long links work here.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// Has retention make room soon: somebody uploaded more than a quota leaves.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MakeRoom {}

impl Job for MakeRoom {
    const KIND: &'static str = "make-room";
}

/// A link that was made or used after this may still be in use.
pub(crate) fn in_use_since(app: &App, now: DateTime<Utc>) -> DateTime<Utc> {
    now - (app.config.download_lifetime.delta() + TRANSFER).min(LONGEST)
}

/// What retention takes now, of one app or of all, by these rules instead of those of the app if
/// they are given.
pub(crate) async fn superfluous(
    conn: &mut PgConnection,
    app: &App,
    only: Option<AppId>,
    rules: Option<RetentionRules>,
) -> Result<Vec<Superfluous>> {
    let now = Utc::now();
    store::superfluous(conn, (only, rules), now, in_use_since(app, now)).await
}

/// Something that takes room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Takes {
    /// The app that it is for, if that is known.
    pub(crate) of: Option<AppId>,
    pub(crate) bytes: u64,
}

/// Refuses what cannot fit, while none of its bytes is taken yet. It fits beside what has to stay
/// and what unfinished uploads hold.
pub(crate) async fn check(conn: &mut PgConnection, app: &App, takes: Takes) -> Result<()> {
    let bytes = i64::try_from(takes.bytes).unwrap_or(i64::MAX);
    if let Some(of) = takes.of
        && let Some(room) = room(&mut *conn, of, (Utc::now(), None)).await?
        && let Some(quota) = room.quota
        // The newest of a channel makes place for the one that comes.
        && room.pinned.saturating_add(room.reserved).saturating_add(bytes) > quota
    {
        return Err(beyond(quota, &room, bytes).into());
    }
    of_all(conn, app, (bytes, None)).await.map(|_| ())
}

/// As [`check`], but one after the other: until the transaction of `conn` ends nobody else sees
/// what is left.
pub(crate) async fn reserve(conn: &mut PgConnection, app: &App, takes: Takes) -> Result<()> {
    take_turns(&mut *conn, takes.of, app.config.storage_quota.0 > 0).await?;
    check(conn, app, takes).await
}

/// Refuses what was just added to an app, in the transaction that did, if it does not fit; asks
/// retention to make room where it has to. `bytes` is what a new build takes, and 0 for what goes
/// with a build that is there; what came in pieces held its room as `reserved`.
pub(crate) async fn settle(
    conn: &mut PgConnection,
    app: &App,
    (of, bytes): (AppId, u64),
    reserved: Option<UploadId>,
) -> Result<()> {
    take_turns(&mut *conn, Some(of), app.config.storage_quota.0 > 0).await?;
    let room = room(&mut *conn, of, (Utc::now(), reserved)).await?;
    let Some(room) = room else { return Ok(()) };
    let quota = room.quota.unwrap_or(i64::MAX);
    if room.kept > quota {
        return Err(stays(quota, &room).into());
    }
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    if room.reserved > 0 && room.pinned.saturating_add(room.reserved).saturating_add(bytes) > quota
    {
        return Err(beyond(quota, &room, bytes).into());
    }
    let is_over = of_all(&mut *conn, app, (0, reserved)).await?;
    if is_over || room.used > quota {
        jobs::enqueue_unique(conn, &MakeRoom {}, "make-room").await?;
    }
    Ok(())
}

/// Refuses a screenshot where the app had enough of them today, or it does not fit beside the
/// builds. The other way round it takes no room from them: strangers send screenshots.
pub(crate) async fn admit_screenshot(
    conn: &mut PgConnection,
    app: &App,
    target: AppId,
    length: u64,
) -> Result<()> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let now = Utc::now();
    let signed = |bytes: Bytes| i64::try_from(bytes.0).unwrap_or(i64::MAX);
    let today = store::screenshots_since(&mut *conn, target, now - TimeDelta::days(1)).await?;
    let mut fits = today.saturating_add(length) <= signed(app.insights.screenshots_per_app);
    if let Some(room) = room(&mut *conn, target, (now, None)).await?
        && let Some(quota) = room.quota
    {
        let used = room.used.saturating_add(room.screenshots).saturating_add(room.reserved);
        fits &= used.saturating_add(length) <= quota;
    }
    let of_all = signed(app.config.storage_quota);
    if fits && of_all > 0 {
        let held = store::reserved(&mut *conn, (now, None)).await?;
        let used = used(conn).await?.saturating_add(held);
        fits = used.saturating_add(length) <= of_all;
    }
    let refusal = NO_ROOM_FOR_SCREENSHOTS.with_detail("Send what you have to say without it.");
    if fits { Ok(()) } else { Err(refusal.into()) }
}

/// Whether the installation is over its quota with `more`; an error if retention cannot help.
async fn of_all(
    conn: &mut PgConnection,
    app: &App,
    (more, reserved): (i64, Option<UploadId>),
) -> Result<bool> {
    let quota = i64::try_from(app.config.storage_quota.0).unwrap_or(i64::MAX);
    if quota == 0 {
        return Ok(false);
    }
    let now = Utc::now();
    let held = store::reserved(&mut *conn, (now, reserved)).await?;
    let used = used(&mut *conn).await?.saturating_add(held).saturating_add(more);
    if used <= quota {
        return Ok(false);
    }
    let superfluous = superfluous(conn, app, None, None).await?;
    let spare: i64 = superfluous.iter().map(|build| build.bytes).sum();
    if used - spare > quota {
        let detail = format!(
            "All builds together, and what unfinished uploads announced, may take {}. Delete some, or ask whoever runs this server for more.",
            app.config.storage_quota
        );
        return Err(STORAGE_QUOTA_EXCEEDED.with_detail(detail).into());
    }
    Ok(true)
}

fn beyond(quota: i64, room: &Room, bytes: i64) -> Problem {
    let (pinned, reserved) = (room.pinned, room.reserved);
    let unfinished = match reserved {
        0 => String::new(),
        _ => format!(", unfinished uploads {reserved}"),
    };
    QUOTA_EXCEEDED.with_detail(format!(
        "The app may take {quota} bytes; its pinned builds take {pinned}{unfinished}, and the upload has {bytes}. Unpin or delete builds, or raise the quota in the settings of the app."
    ))
}

fn stays(quota: i64, room: &Room) -> Problem {
    QUOTA_EXCEEDED.with_detail(format!(
        "The app may take {quota} bytes, and with this upload {} would have to stay: those of pinned builds and of the newest of each channel. Unpin or delete builds, or raise the quota in the settings of the app.",
        room.kept
    ))
}
