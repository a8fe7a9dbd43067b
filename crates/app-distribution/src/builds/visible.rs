use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::Utc;
use securevox_core::{Error, Result, auth::Caller, extract::Path};
use securevox_protocol::{AccountId, BuildId, accounts::Role, builds::Build, tokens::Scope};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{problem::NO_SUCH_BUILD, store};
use crate::app::App;

/// The build in the path, and a caller who may see it. To anyone else it does not exist.
pub(super) struct Visible {
    pub(super) build: store::Row,
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
        Ok(Self { build: find(app, &caller, build).await? })
    }
}

/// The build as it is told, if the caller may see it.
pub(crate) async fn show_to(app: &App, caller: &Caller, build: BuildId) -> Result<Build> {
    let build = find(app, caller, build).await?;
    Ok(build.shown(&app.addresses, Utc::now()))
}

async fn find(app: &App, caller: &Caller, build: BuildId) -> Result<store::Row> {
    caller.require(Scope::BuildsRead)?;
    let mut conn = app.db.acquire().await?;
    let role = caller.require_role(&mut conn, Role::User).await?;
    let build = store::find(&mut conn, build).await?.ok_or(NO_SUCH_BUILD)?;
    let within = caller.only_app().is_none_or(|only| only == build.app());
    let allowed = may_see(&mut conn, &build, (caller.account, role)).await?;
    if within && allowed { Ok(build) } else { Err(NO_SUCH_BUILD.into()) }
}

/// Administrators see all builds, everybody else those of their apps.
pub(super) async fn may_see(
    conn: &mut PgConnection,
    build: &store::Row,
    (account, role): (AccountId, Role),
) -> Result<bool> {
    Ok(role == Role::Admin || store::is_member(conn, build.app(), account).await?)
}
