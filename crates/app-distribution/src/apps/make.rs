//! Making an app: by its first upload, or before it.

use securevox_core::{Result, extract::Checks};
use securevox_protocol::{
    AccountId, AppId, Problem,
    apps::{AppDetails, CreateApp},
    builds::Platform,
    history::Action,
};
use sqlx::PgConnection;

use super::store;
use crate::{
    access::{Actor, Uploader, details_of},
    history::{self, Act},
    inspect,
};

const APP_EXISTS: Problem =
    Problem::new(409, "/problems/app-exists", "There is an app with this bundle ID already");

/// Makes the app, owned by `owner`; `None` if there is one, which somebody else may just have made.
pub(crate) async fn make(
    conn: &mut PgConnection,
    (platform, bundle_id): (Platform, &str),
    name: &str,
    owner: AccountId,
) -> Result<Option<AppId>> {
    let made = store::insert(&mut *conn, (platform, bundle_id), name, owner).await?;
    if let Some(id) = made {
        let act =
            Act { action: Action::AppCreated, actor: Some(owner), account: None, target: id.0 };
        history::record(conn, &[id], act).await?;
    }
    Ok(made)
}

/// Makes an app that has no build yet.
pub(super) async fn create(
    conn: &mut PgConnection,
    uploader: &Uploader,
    request: &CreateApp,
) -> Result<AppDetails> {
    uploader.require_new_apps()?;
    let CreateApp { platform, bundle_id, name } = request;
    let (bundle_id, name) = (bundle_id.trim(), name.trim());
    let mut checks = Checks::default();
    let is_one = inspect::is_bundle_id(*platform, bundle_id);
    checks.require(is_one, "#/bundle_id", "must be an identifier like com.example.app");
    checks.text(name, "#/name", (1, 255));
    checks.finish()?;
    let made = make(&mut *conn, (*platform, bundle_id), name, uploader.account).await?;
    let exists = || APP_EXISTS.with_detail(format!("{bundle_id} ({platform}) is here."));
    let actor = Actor { account: uploader.account, role: uploader.role };
    details_of(conn, actor, made.ok_or_else(exists)?).await
}
