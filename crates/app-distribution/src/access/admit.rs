//! Who may upload what: developers of an app builds of that, publishers make new apps. Which app a
//! package is for is known once it is read; until then whoever may upload anything is let in.

use securevox_core::{Result, auth::Caller, web::View};
use securevox_protocol::{
    AccountId, AppId, Problem, accounts::Role, builds::Platform, tokens::Scope,
};
use sqlx::PgConnection;

use super::store;

pub(crate) const NOT_YOUR_APP: Problem =
    Problem::new(403, "/problems/not-your-app", "Builds of this app belong to somebody else here");
pub(crate) const MAY_NOT_MAKE_APPS: Problem =
    Problem::new(403, "/problems/may-not-make-apps", "Your account may not make new apps");
const MAY_NOT_UPLOAD: Problem =
    Problem::new(403, "/problems/not-a-publisher", "Your account may not upload builds");
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
    /// The caller, if they may upload anything and what they hold allows it: 403 otherwise.
    pub(crate) async fn prove(conn: &mut PgConnection, caller: &Caller) -> Result<Self> {
        caller.require(Scope::BuildsWrite)?;
        let role = caller.require_role(&mut *conn, Role::User).await?;
        let found = Self::of(conn, caller.account, role).await?;
        Ok(Self { only_app: caller.only_app(), ..found })
    }

    /// 403 unless they may make apps.
    pub(crate) fn require_new_apps(&self) -> Result<()> {
        if self.only_app.is_some() {
            return Err(TOKEN_FOR_ANOTHER_APP.into());
        }
        if self.role < Role::Publisher {
            let detail = "Ask an administrator to make you a publisher.";
            return Err(MAY_NOT_MAKE_APPS.with_detail(detail).into());
        }
        Ok(())
    }

    /// An account, if it may upload anything: 403 otherwise.
    pub(crate) async fn of(
        conn: &mut PgConnection,
        account: AccountId,
        role: Role,
    ) -> Result<Self> {
        if uploads(conn, account, role).await? {
            return Ok(Self { account, role, only_app: None });
        }
        let detail = "Ask an owner of the app to make you its developer, or an administrator to make you a publisher.";
        Err(MAY_NOT_UPLOAD.with_detail(detail).into())
    }
}

/// Whether an account uploads anything: publishers, and developers of any app.
pub(crate) async fn uploads(
    conn: &mut PgConnection,
    account: AccountId,
    role: Role,
) -> Result<bool> {
    Ok(role >= Role::Publisher || !store::developed_by(conn, account).await?.is_empty())
}

/// The view of whoever looks at a page, whose frame leads to the uploads of who uploads anything.
pub(crate) async fn with_uploads(conn: &mut PgConnection, view: &View) -> Result<View> {
    let mut view = view.clone();
    if let Some(person) = &view.person {
        view.publishes = uploads(conn, person.account, person.role).await?;
    }
    Ok(view)
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
        None if uploader.role >= Role::Publisher => Ok(None),
        None => {
            let detail = format!(
                "There is no app {bundle_id} ({platform}) yet. Ask an administrator to make you a publisher."
            );
            Err(MAY_NOT_MAKE_APPS.with_detail(detail).into())
        }
        Some(app) if app.uploads || uploader.role == Role::Admin => Ok(Some(app.id)),
        Some(_) => {
            let detail =
                format!("Ask an owner of {bundle_id} ({platform}) to make you a developer.");
            Err(NOT_YOUR_APP.with_detail(detail).into())
        }
    }
}
