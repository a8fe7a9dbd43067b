use axum::{extract::FromRequestParts, http::request::Parts};
use securevox_core::{Error, Result, auth::Caller};
use securevox_protocol::{AccountId, Problem, accounts::Role, apps::AppRole, tokens::Scope};

use super::{store, visible::Visible};
use crate::{app::App, apps::Actor};

const NOT_A_DEVELOPER: Problem =
    Problem::new(403, "/problems/not-a-developer", "Developers of the app do this");

/// The build in the path, and a caller who may change it. To those who may not see it, it does not exist.
pub(super) struct Managed {
    pub(super) build: store::Row,
    pub(super) account: AccountId,
    /// Developer or more; administrators are owners of every app.
    pub(super) role: AppRole,
}

impl FromRequestParts<App> for Managed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Visible { build, .. } = Visible::from_request_parts(parts, app).await?;
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require(Scope::BuildsWrite)?;
        let mut conn = app.db.acquire().await?;
        let role = caller.require_role(&mut conn, Role::User).await?;
        let actor = Actor { account: caller.account, role };
        let role = actor.standing(&mut conn, build.app()).await?;
        let role = role.filter(|role| *role >= AppRole::Developer).ok_or(NOT_A_DEVELOPER)?;
        Ok(Self { build, account: caller.account, role })
    }
}
