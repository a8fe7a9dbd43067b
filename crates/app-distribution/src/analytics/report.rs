//! What was counted, put together.

use std::{cmp::Reverse, collections::BTreeMap};

use securevox_core::Result;
use securevox_protocol::{
    AppId, BuildId,
    analytics::{Analytics, BuildShare, Share, Totals},
};
use sqlx::PgConnection;

use super::{range::Range, store};

/// Entries of a list.
const MOST: usize = 20;

/// How an app, or one of its builds, was used.
pub(super) async fn report(
    conn: &mut PgConnection,
    (app, only): (AppId, Option<BuildId>),
    range: Range,
) -> Result<Analytics> {
    let parts = store::parts(&mut *conn, (app, only), range).await?;
    let counted = store::names(&mut *conn, app).await?;
    // A build of another app has no numbers here.
    let scope = match only {
        Some(only) if counted.iter().any(|build| build.build_id == only) => Some(only.0),
        Some(_) => None,
        None => Some(app.0),
    };
    let unique_testers = match scope {
        Some(scope) => store::testers(conn, scope, range).await?,
        None => 0,
    };
    let days = store::every_day(range, &parts);
    let totals = Totals {
        downloads: days.iter().map(|day| day.downloads).sum(),
        installs: days.iter().map(|day| day.installs).sum(),
        unique_testers,
    };
    let shares = |name: fn(&store::Part) -> Option<&String>| {
        let found = parts.iter().filter_map(|part| {
            name(part).map(|name| share(name.clone(), (part.downloads, part.installs)))
        });
        most(found.collect(), |share| (share.downloads, share.installs))
    };
    let (systems, devices) =
        (shares(|part| part.system.as_ref()), shares(|part| part.device.as_ref()));
    let builds = builds(&parts, &counted);
    Ok(Analytics {
        app_id: app,
        build_id: only,
        from: range.from,
        to: range.to,
        totals,
        days,
        versions: versions(&builds),
        systems,
        devices,
        builds: most(builds, |build| (build.downloads, build.installs)),
    })
}

fn builds(parts: &[store::Part], counted: &[store::Named]) -> Vec<BuildShare> {
    let by_id: BTreeMap<BuildId, &store::Named> =
        counted.iter().map(|build| (build.build_id, build)).collect();
    let share = |part: &store::Part| {
        let build_id = part.build?;
        let named = by_id.get(&build_id);
        Some(BuildShare {
            build_id,
            version: named.and_then(|named| named.version.clone()),
            build_number: named.and_then(|named| named.build_number.clone()),
            deleted: named.is_none_or(|named| named.deleted),
            downloads: part.downloads,
            installs: part.installs,
        })
    };
    parts.iter().filter_map(share).collect()
}

/// Builds of one version, together.
fn versions(builds: &[BuildShare]) -> Vec<Share> {
    let mut versions: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for build in builds {
        let sums = versions.entry(build.version.as_deref().unwrap_or_default()).or_default();
        *sums = (sums.0 + build.downloads, sums.1 + build.installs);
    }
    let shares = versions.into_iter().map(|(name, sums)| share(name.to_owned(), sums));
    most(shares.collect(), |share| (share.downloads, share.installs))
}

fn share(name: String, (downloads, installs): (i64, i64)) -> Share {
    Share { name, downloads, installs }
}

/// Those of which there are most, first.
fn most<T>(mut entries: Vec<T>, counts: impl Fn(&T) -> (i64, i64)) -> Vec<T> {
    entries.sort_by_key(|entry| Reverse(counts(entry)));
    entries.truncate(MOST);
    entries
}
