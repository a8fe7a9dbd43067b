//! Who acts on an app, and what they may do with it.

use axum::{extract::FromRequestParts, http::request::Parts};
use securevox_core::{
    Error, Result,
    auth::{Caller, Grant, SignedIn, role_of},
    extract::Path,
    web::SignedInView,
};
use securevox_protocol::{AccountId, AppId, Problem, accounts::Role, apps::AppRole, tokens::Scope};
use serde::Deserialize;
use sqlx::PgConnection;

use super::store;
use crate::app::App;

pub(crate) const NO_SUCH_APP: Problem = Problem::new(404, "/problems/no-such-app", "No such app");
const APP_ROLE_MISSING: Problem =
    Problem::new(403, "/problems/app-role-missing", "Your role in the app does not allow this");
const NOT_IN_FORCE: Problem =
    Problem::new(401, "/problems/account-not-in-force", "The account is locked, or gone");

/// An account that signed in, and its role on this installation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Actor {
    pub(crate) account: AccountId,
    pub(crate) role: Role,
}

/// An app in the path that the actor belongs to. To anybody else it does not exist.
#[derive(Clone, Debug)]
pub(crate) struct Belonging {
    pub(crate) actor: Actor,
    pub(crate) app: AppId,
    pub(crate) standing: AppRole,
}

/// The same for whoever only reads: API tokens with `builds:read` too.
#[derive(Clone, Debug)]
pub(crate) struct Reader(pub(crate) Belonging);

#[derive(Deserialize)]
struct AppPath {
    app: AppId,
}

impl Actor {
    /// Whoever looks at a page.
    pub(crate) fn of(signed_in: &SignedInView) -> Self {
        Self { account: signed_in.person.account, role: signed_in.person.role }
    }

    /// Whoever calls the API with something that has `scope`.
    pub(crate) async fn of_caller(
        conn: &mut PgConnection,
        caller: &Caller,
        scope: Scope,
    ) -> Result<Self> {
        caller.require(scope)?;
        let role = caller.require_role(conn, Role::User).await?;
        Ok(Self { account: caller.account, role })
    }

    /// What they may do with `app`; administrators own all.
    pub(crate) async fn standing(
        &self,
        conn: &mut PgConnection,
        app: AppId,
    ) -> Result<Option<AppRole>> {
        let found = store::role_in(conn, app, self.account).await?;
        Ok(match found {
            Some(_) if self.role == Role::Admin => Some(AppRole::Owner),
            Some(role) => role,
            None => None,
        })
    }

    /// The app, if they belong to it: 404 otherwise.
    pub(crate) async fn in_app(self, conn: &mut PgConnection, app: AppId) -> Result<Belonging> {
        let standing = self.standing(conn, app).await?.ok_or(NO_SUCH_APP)?;
        Ok(Belonging { actor: self, app, standing })
    }
}

impl Belonging {
    /// 403 unless they are `least` or above.
    pub(crate) fn require(&self, least: AppRole) -> Result<()> {
        at_least(Some(self.standing), least).map(|_| ())
    }
}

/// The role that somebody has in an app, if it is `least` or above: 403 otherwise.
pub(crate) fn at_least(role: Option<AppRole>, least: AppRole) -> Result<AppRole> {
    let missing = || APP_ROLE_MISSING.with_detail(format!("It needs the role {least}."));
    Ok(role.filter(|role| *role >= least).ok_or_else(missing)?)
}

impl FromRequestParts<App> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let SignedIn { account, .. } = SignedIn::from_request_parts(parts, app).await?;
        let mut conn = app.db.acquire().await?;
        let role = role_of(&mut conn, account).await?.ok_or(NOT_IN_FORCE)?;
        Ok(Self { account, role })
    }
}

impl FromRequestParts<App> for Belonging {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let actor = Actor::from_request_parts(parts, app).await?;
        let id = path(parts, app).await?;
        actor.in_app(&mut *app.db.acquire().await?, id).await
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let mut conn = app.db.acquire().await?;
        let actor = Actor::of_caller(&mut conn, &caller, Scope::BuildsRead).await?;
        let id = path(parts, app).await?;
        if matches!(caller.grant, Grant::Token { app: Some(only), .. } if only != id) {
            return Err(NO_SUCH_APP.into());
        }
        Ok(Self(actor.in_app(&mut conn, id).await?))
    }
}

/// The app in the path.
pub(super) async fn path(parts: &mut Parts, app: &App) -> Result<AppId> {
    let path = Path::<AppPath>::from_request_parts(parts, app).await;
    let Path(AppPath { app }) = path.map_err(|_| NO_SUCH_APP)?;
    Ok(app)
}
