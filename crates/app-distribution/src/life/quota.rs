//! What an app, and the installation, may take of the storage. Retention makes room where it may:
//! refused is only what does not fit beside the builds that have to stay.

use chrono::{TimeDelta, Utc};
use securevox_core::{Result, config::Bytes, jobs};
use securevox_protocol::{AppId, Problem};
use sqlx::PgConnection;

use super::{retention, store};
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

/// Refuses what cannot fit, while none of its bytes is taken yet; `app` is the one they are for,
/// if that is known.
pub(crate) async fn check(
    conn: &mut PgConnection,
    app: &App,
    target: Option<AppId>,
    length: u64,
) -> Result<()> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    if let Some(target) = target
        && let Some(room) = store::room(&mut *conn, target, Utc::now()).await?
        && let Some(quota) = room.quota
        // The newest of a channel makes place for the one that comes.
        && room.pinned.saturating_add(length) > quota
    {
        return Err(exceeded(quota, room.pinned, length).into());
    }
    of_all(conn, app, length).await.map(|_| ())
}

/// Refuses what was just added to an app, in the transaction that did, if it does not fit; asks
/// retention to make room where it has to.
pub(crate) async fn settle(conn: &mut PgConnection, app: &App, target: AppId) -> Result<()> {
    store::take_turns(&mut *conn, target, app.config.storage_quota.0 > 0).await?;
    let Some(room) = store::room(&mut *conn, target, Utc::now()).await? else { return Ok(()) };
    let quota = room.quota.unwrap_or(i64::MAX);
    if room.kept > quota {
        return Err(exceeded(quota, room.kept, 0).into());
    }
    let is_over = of_all(&mut *conn, app, 0).await?;
    if is_over || room.used > quota {
        jobs::enqueue_unique(conn, &retention::MakeRoom {}, "make-room").await?;
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
    if let Some(room) = store::room(&mut *conn, target, now).await?
        && let Some(quota) = room.quota
    {
        fits &= room.used.saturating_add(room.screenshots).saturating_add(length) <= quota;
    }
    let of_all = signed(app.config.storage_quota);
    if fits && of_all > 0 {
        fits = store::used(conn).await?.saturating_add(length) <= of_all;
    }
    let refusal = NO_ROOM_FOR_SCREENSHOTS.with_detail("Send what you have to say without it.");
    if fits { Ok(()) } else { Err(refusal.into()) }
}

/// Whether the installation is over its quota with `more`; an error if retention cannot help.
async fn of_all(conn: &mut PgConnection, app: &App, more: i64) -> Result<bool> {
    let quota = i64::try_from(app.config.storage_quota.0).unwrap_or(i64::MAX);
    if quota == 0 {
        return Ok(false);
    }
    let used = store::used(&mut *conn).await?.saturating_add(more);
    if used <= quota {
        return Ok(false);
    }
    let now = Utc::now();
    let wanted = retention::in_use_since(app, now);
    let superfluous = store::superfluous(conn, None, now, wanted).await?;
    let spare: i64 = superfluous.iter().map(|build| build.bytes).sum();
    if used - spare > quota {
        let detail = format!(
            "All builds together may take {}. Delete some, or ask whoever runs this server for more.",
            app.config.storage_quota
        );
        return Err(STORAGE_QUOTA_EXCEEDED.with_detail(detail).into());
    }
    Ok(true)
}

fn exceeded(quota: i64, kept: i64, length: i64) -> Problem {
    let detail = if length > 0 {
        format!(
            "The app may take {quota} bytes; its pinned builds take {kept}, and the upload has {length}. Unpin or delete builds, or raise the quota in the settings of the app."
        )
    } else {
        format!(
            "The app may take {quota} bytes, and with this upload {kept} would have to stay: those of pinned builds and of the newest of each channel. Unpin or delete builds, or raise the quota in the settings of the app."
        )
    };
    QUOTA_EXCEEDED.with_detail(detail)
}
