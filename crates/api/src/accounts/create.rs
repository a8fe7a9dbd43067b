//! A new account, however it comes about.

use securevox_core::{
    Result,
    audit::{self, Entry},
};
use securevox_protocol::{AccountId, accounts::Role, history::Action};
use sqlx::PgConnection;

use super::{problem::HANDLE_TAKEN, store};

/// An account that fulfils the rules.
#[derive(Clone, Copy)]
pub struct NewAccount<'a> {
    pub handle: &'a str,
    pub email: Option<&'a str>,
    /// None for whoever comes in by other means.
    pub password_hash: Option<&'a str>,
    pub role: Role,
}

/// Makes the account; 409 if the handle is taken. `actor` is the administrator who does it.
pub async fn create(
    conn: &mut PgConnection,
    actor: Option<AccountId>,
    account: &NewAccount<'_>,
) -> Result<AccountId> {
    let id = store::insert(conn, account).await?.ok_or(HANDLE_TAKEN)?;
    record(conn, actor, id).await?;
    Ok(id)
}

/// Makes the account that `new` wants under the first of `handles` that nobody has.
pub(crate) async fn create_under_one_of(
    conn: &mut PgConnection,
    handles: impl Iterator<Item = String>,
    new: NewAccount<'_>,
) -> Result<AccountId> {
    for handle in handles {
        let account = NewAccount { handle: &handle, ..new };
        if let Some(id) = store::insert(conn, &account).await? {
            record(conn, None, id).await?;
            return Ok(id);
        }
    }
    Err(HANDLE_TAKEN.into())
}

async fn record(conn: &mut PgConnection, actor: Option<AccountId>, id: AccountId) -> Result<()> {
    let entry =
        Entry { actor, account: Some(id), action: Action::AccountCreated, target: Some(id.0) };
    audit::record(conn, entry).await
}
