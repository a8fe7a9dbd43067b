//! The update check that an app makes of itself.

use axum::extract::State;
use chrono::Utc;
use securevox_core::{
    Result,
    extract::{Json, Path, Query},
    http::ClientAddress,
    openapi::{Missing, QueryProblems},
};
use securevox_protocol::{
    AppId,
    builds::{AvailableUpdate, InstalledBuild, UpdateCheck},
};

use super::{line::Line, store, versions};
use crate::{analytics, app::App, apps::NO_SUCH_APP};

/// Whether there is a newer build than the one that is installed. Whoever knows the app's id:
/// an app that asks has no secret to show. Installing is another matter.
///
/// With an `installation` it is counted as an install, once for each build. It is for the app to
/// decide whether it says so; neither the id nor the address is kept.
#[utoipa::path(get, path = "/api/apps/{app}/updates", tag = "apps",
    params(("app" = AppId, Path), InstalledBuild),
    responses((status = 200, body = UpdateCheck), QueryProblems, Missing))]
pub(super) async fn check(
    State(app): State<App>,
    address: ClientAddress,
    Path(id): Path<AppId>,
    Query(installed): Query<InstalledBuild>,
) -> Result<Json<UpdateCheck>> {
    let mut tx = app.db.begin().await?;
    let platform = store::platform(&mut tx, id).await?.ok_or(NO_SUCH_APP)?;
    if installed.platform.is_some_and(|theirs| theirs != platform) {
        return Ok(Json(UpdateCheck { update: None }));
    }
    analytics::note_install(&mut tx, &app, (id, platform, &installed), address).await?;
    let line = Line { channel: installed.channel.clone(), branch: None };
    let offered = store::offered(&mut tx, id, &line, Utc::now()).await?;
    tx.commit().await?;
    let theirs = (installed.version.as_deref(), installed.build.as_deref());
    let is_newer = |build: &store::Offered| {
        let build = (build.version.as_deref(), build.build_number.as_deref());
        versions::is_newer(build, theirs)
    };
    let mandatory = offered.iter().any(|build| build.mandatory && is_newer(build));
    // The newest upload, not the highest number: who went back to 1.0 meant it.
    let update = offered.into_iter().next().filter(is_newer).map(|build| AvailableUpdate {
        page_url: app.addresses.page(build.id.0),
        build_id: build.id,
        version: build.version,
        build_number: build.build_number,
        mandatory,
        release_notes: build.release_notes,
        size: build.size,
    });
    Ok(Json(UpdateCheck { update }))
}
