use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::Utc;
use securevox_core::{Error, Result, auth::Caller};
use securevox_protocol::{AccountId, BuildId, apps::AppRole, tokens::Scope};

use super::{problem::NO_SUCH_BUILD, store, visible::Visible};
use crate::{
    access::{Actor, Audience, Viewer, at_least},
    app::App,
};

/// The build in the path, and a caller who may change it. To those who may not see it, it does not exist.
pub(super) struct Managed {
    pub(super) build: store::Row,
    pub(super) account: AccountId,
    /// Developer or more; administrators are owners of every app.
    pub(super) role: AppRole,
}

/// The same for whoever only reads: API tokens with `builds:read` too.
pub(super) struct Studied(pub(super) Managed);

impl Managed {
    /// The build, for somebody who looks at one of its pages.
    pub(super) async fn by(app: &App, actor: Actor, build: BuildId) -> Result<Self> {
        let mut conn = app.db.acquire().await?;
        let build = store::find(&mut conn, build).await?.ok_or(NO_SUCH_BUILD)?;
        let viewer = Viewer::account(actor);
        let seen = viewer.sees(&mut conn, (build.id, build.app()), Utc::now()).await?;
        seen.ok_or(NO_SUCH_BUILD)?;
        let role = actor.standing(&mut conn, build.app()).await?;
        let role = at_least(role, AppRole::Developer)?;
        Ok(Self { build, account: actor.account, role })
    }

    pub(super) fn audience(&self) -> Audience {
        Audience::developer(self.account)
    }

    async fn from_parts(parts: &mut Parts, app: &App, scope: Scope) -> Result<Self> {
        let Visible { build, .. } = Visible::from_request_parts(parts, app).await?;
        let caller = Caller::from_request_parts(parts, app).await?;
        let mut conn = app.db.acquire().await?;
        let actor = Actor::of_caller(&mut conn, &caller, scope).await?;
        let role = actor.standing(&mut conn, build.app()).await?;
        let role = at_least(role, AppRole::Developer)?;
        Ok(Self { build, account: actor.account, role })
    }
}

impl FromRequestParts<App> for Managed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Self::from_parts(parts, app, Scope::BuildsWrite).await
    }
}

impl FromRequestParts<App> for Studied {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Managed::from_parts(parts, app, Scope::BuildsRead).await.map(Self)
    }
}
