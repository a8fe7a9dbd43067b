use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::Utc;
use securevox_core::{Error, Result, auth::Caller, extract::Path};
use securevox_protocol::{BuildId, apps::AppRole, builds::Build, tokens::Scope};
use serde::Deserialize;

use super::{problem::NO_SUCH_BUILD, store};
use crate::{
    access::{Actor, Audience, Look, Viewer},
    app::App,
};

/// The build in the path, and a caller who may see it. To anyone else it does not exist.
pub(crate) struct Visible {
    pub(crate) build: store::Row,
    /// By what they see it, and whether as one of its developers.
    pub(crate) audience: Audience,
    pub(crate) actor: Actor,
}

impl Visible {
    /// Unless they are `least` or above in its app: 403, and 404 for those who do not belong to it.
    pub(crate) async fn require(&self, app: &App, least: AppRole) -> Result<()> {
        let mut conn = app.db.acquire().await?;
        self.actor.in_app(&mut conn, self.build.app()).await?.require(least)
    }
}

#[derive(Deserialize)]
struct BuildPath {
    build: BuildId,
}

impl FromRequestParts<App> for Visible {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let path = Path::<BuildPath>::from_request_parts(parts, app).await;
        let Path(BuildPath { build }) = path.map_err(|_| NO_SUCH_BUILD)?;
        find(app, &caller, build).await
    }
}

/// The build as it is told, if the caller may see it.
pub(crate) async fn show_to(app: &App, caller: &Caller, build: BuildId) -> Result<Build> {
    let Visible { build, audience, .. } = find(app, caller, build).await?;
    Ok(build.shown(&app.addresses, audience, Utc::now()))
}

async fn find(app: &App, caller: &Caller, build: BuildId) -> Result<Visible> {
    let mut conn = app.db.acquire().await?;
    let actor = Actor::of_caller(&mut conn, caller, Scope::BuildsRead).await?;
    let build = store::find(&mut conn, build).await?.ok_or(NO_SUCH_BUILD)?;
    let within = caller.only_app().is_none_or(|only| only == build.app());
    let viewer = Viewer::account(actor);
    match viewer.look(&mut conn, (build.id, build.app()), Utc::now()).await? {
        Look::Sees { who, develops } if within => {
            Ok(Visible { build, audience: Audience { who, develops }, actor })
        }
        _ => Err(NO_SUCH_BUILD.into()),
    }
}
