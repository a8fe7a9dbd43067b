//! Whether a caller may upload to an app.

use securevox_core::{Result, auth::Caller};
use securevox_protocol::{
    AccountId, AppId, Problem, accounts::Role, builds::Platform, tokens::Scope,
};
use sqlx::PgConnection;

use super::store;

pub(crate) const NOT_YOUR_APP: Problem =
    Problem::new(403, "/problems/not-your-app", "Builds of this app belong to somebody else here");
const TOKEN_FOR_ANOTHER_APP: Problem =
    Problem::new(403, "/problems/token-for-another-app", "The API token is for another app");

/// Who uploads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uploader {
    pub(crate) account: AccountId,
    /// On this installation.
    pub(crate) role: Role,
    /// The one app that their token is restricted to.
    pub(crate) only_app: Option<AppId>,
}

impl Uploader {
    /// The caller, if they are a publisher and what they hold allows it: 403 otherwise.
    pub(crate) async fn prove(conn: &mut PgConnection, caller: &Caller) -> Result<Self> {
        caller.require(Scope::BuildsWrite)?;
        let role = caller.require_role(conn, Role::Publisher).await?;
        Ok(Self { account: caller.account, role, only_app: caller.only_app() })
    }
}

/// The app with that package or bundle id, if the uploader may upload to it; `None` if it is
/// new, and they may make it. Developers, managers, owners and administrators may upload.
pub(crate) async fn admit(
    conn: &mut PgConnection,
    uploader: &Uploader,
    (platform, bundle_id): (Platform, &str),
) -> Result<Option<AppId>> {
    let app = store::find_to_upload(conn, (platform, bundle_id), uploader.account).await?;
    if let Some(only) = uploader.only_app
        && app.as_ref().is_none_or(|app| app.id != only)
    {
        return Err(TOKEN_FOR_ANOTHER_APP.into());
    }
    match app {
        None => Ok(None),
        Some(app) if app.uploads || uploader.role == Role::Admin => Ok(Some(app.id)),
        Some(_) => {
            let detail =
                format!("Ask an owner of {bundle_id} ({platform}) to make you a developer.");
            Err(NOT_YOUR_APP.with_detail(detail).into())
        }
    }
}
