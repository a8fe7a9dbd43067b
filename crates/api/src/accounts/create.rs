//! A new account, however it comes about.

use securevox_core::{
    Result,
    audit::{self, Entry},
};
use securevox_protocol::{AccountId, accounts::Role};
use sqlx::PgConnection;

use super::store;

/// An account that fulfils the rules.
#[derive(Clone, Copy)]
pub struct NewAccount<'a> {
    pub handle: &'a str,
    pub email: Option<&'a str>,
    pub password_hash: &'a str,
    pub role: Role,
}

/// Makes the account; 409 if the handle is taken. `actor` is the administrator who does it.
pub async fn create(
    conn: &mut PgConnection,
    actor: Option<AccountId>,
    account: &NewAccount<'_>,
) -> Result<AccountId> {
    let id = store::insert(conn, account).await?;
    let entry = Entry { actor, account: Some(id), action: "account.created", target: Some(id.0) };
    audit::record(conn, entry).await?;
    Ok(id)
}
