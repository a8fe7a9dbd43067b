//! Whether a caller may upload to an app.

use securevox_core::{Result, auth::Caller};
use securevox_protocol::{AppId, Problem, accounts::Role, builds::Platform};
use sqlx::PgConnection;

use super::store;

pub(crate) const NOT_YOUR_APP: Problem =
    Problem::new(403, "/problems/not-your-app", "Builds of this app belong to somebody else here");
const TOKEN_FOR_ANOTHER_APP: Problem =
    Problem::new(403, "/problems/token-for-another-app", "The API token is for another app");

/// Who uploads: a caller, and their role on this installation.
#[derive(Clone, Debug)]
pub(crate) struct Uploader {
    pub(crate) caller: Caller,
    pub(crate) role: Role,
}

/// The app with that package or bundle id, if the uploader may upload to it; `None` if it is
/// new, and they may make it. Developers, managers, owners and administrators may upload.
pub(crate) async fn admit(
    conn: &mut PgConnection,
    uploader: &Uploader,
    (platform, bundle_id): (Platform, &str),
) -> Result<Option<AppId>> {
    let account = uploader.caller.account;
    let app = store::find_to_upload(conn, (platform, bundle_id), account).await?;
    if let Some(only) = uploader.caller.only_app()
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
