//! The update check that an app makes of itself.

use axum::extract::State;
use chrono::Utc;
use securevox_core::{
    Error, Result,
    auth::Caller,
    extract::{Json, Path, Query},
    http::ClientAddress,
    openapi::{Missing, QueryProblems},
};
use securevox_protocol::{
    AppId, BuildId,
    builds::{AvailableUpdate, InstalledBuild, Platform, UpdateCheck},
};

use super::{line::Line, store, versions};
use crate::{
    access::NO_SUCH_APP,
    app::{App, Who},
    builds, usage,
};

/// Whether there is a newer build than the one that is installed. Whoever knows the app's id:
/// an app that asks has no secret to show. Installing is another matter.
///
/// Whoever knows the id alone is told which version there is and whether it is mandatory. What is
/// new in it is told of public apps, to an app that sends its feedback `key`, and to a token of
/// somebody who sees the build. A token that is not valid is none.
///
/// With an `installation` it is counted as an install, once for each build. It is for the app to
/// decide whether it says so; neither the id nor the address is kept.
#[utoipa::path(get, path = "/api/apps/{app}/updates", tag = "apps",
    params(("app" = AppId, Path), InstalledBuild), security((), ("bearer" = [])),
    responses((status = 200, body = UpdateCheck), QueryProblems, Missing))]
pub(super) async fn check(
    State(app): State<App>,
    address: ClientAddress,
    caller: Result<Caller>,
    Path(id): Path<AppId>,
    Query(installed): Query<InstalledBuild>,
) -> Result<Json<UpdateCheck>> {
    let mut tx = app.db.begin().await?;
    let asked = store::asked(&mut tx, id, installed.key.as_deref()).await?.ok_or(NO_SUCH_APP)?;
    if installed.platform.is_some_and(|theirs| theirs != asked.platform) {
        return Ok(Json(UpdateCheck { update: None }));
    }
    usage::note_install(&mut tx, &app, (id, asked.platform, &installed), address).await?;
    tx.commit().await?;
    let mut conn = app.db.acquire().await?;
    let line = Line { channel: installed.channel.clone(), branch: None };
    let now = Utc::now();
    let newest = store::newest(&mut conn, id, &line, now).await?;
    let theirs = (installed.version.as_deref(), installed.build.as_deref());
    // The newest upload, not the highest number: who went back to 1.0 meant it.
    let newer = newest.filter(|build| {
        versions::is_newer((build.version.as_deref(), build.build_number.as_deref()), theirs)
    });
    let Some(build) = newer else { return Ok(Json(UpdateCheck { update: None })) };
    let between = store::mandatory(&mut conn, id, &line, now).await?;
    let mandatory = between.iter().any(|(version, number)| {
        versions::is_newer((version.as_deref(), number.as_deref()), theirs)
    });
    drop(conn);
    let knows = asked.is_public || asked.has_key || sees(&app, caller, build.id).await?;
    let page_url = app.addresses.page(build.id.0);
    let install_url = match asked.platform {
        Platform::Ios if asked.is_public && app.addresses.is_secure() => {
            builds::itms(&app.addresses.manifest(build.id.0, Who::Public, now))
        }
        Platform::Ios | Platform::Android => page_url.clone(),
    };
    let update = AvailableUpdate {
        build_id: build.id,
        version: build.version,
        build_number: build.build_number,
        mandatory,
        release_notes: build.release_notes.filter(|_| knows),
        size: build.size,
        page_url,
        install_url,
    };
    Ok(Json(UpdateCheck { update: Some(update) }))
}

/// Whether the caller, if there is one, may see the build.
async fn sees(app: &App, caller: Result<Caller>, build: BuildId) -> Result<bool> {
    let Ok(caller) = caller else { return Ok(false) };
    match builds::show_to(app, &caller, build).await {
        Ok(_) => Ok(true),
        Err(Error::Problem(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
