//! Proving a handle and a password.

use secrecy::SecretString;
use securevox_core::{Result, auth::PasswordRefused, extract::Checks, http::ClientAddress};
use securevox_protocol::{AccountId, auth::Login};
use sqlx::PgConnection;

use super::{
    problem::{ACCOUNT_LOCKED, WRONG_CREDENTIALS},
    start,
};
use crate::{
    accounts::{self, store::Credentials},
    app::App,
};

/// The account, if the password is its own and it is not locked; to be confirmed.
pub(super) async fn prove(
    app: &App,
    address: ClientAddress,
    request: Login,
) -> Result<Credentials> {
    accounts::require_passwords(&app.sso)?;
    let mut checks = Checks::default();
    start::check_device(&mut checks, request.device.as_ref());
    checks.finish()?;

    app.limits.logins_from.check(&address).await?;
    let handle = request.handle.trim().to_lowercase();
    app.limits.logins_of_account.check(&handle).await?;

    let mut conn = app.db.acquire().await?;
    let found = if accounts::handle_fits(&handle) {
        accounts::store::find_credentials(&mut conn, &handle).await?
    } else {
        None
    };
    // Not held while the password is hashed: connections are few.
    drop(conn);
    let stored = found.as_ref().and_then(|account| account.password_hash.clone());
    let password = SecretString::from(request.password);
    if let Err(PasswordRefused) = app.passwords.verify(password, stored).await? {
        app.gate.failures.with_label_values(&["password"]).inc();
        return Err(WRONG_CREDENTIALS.into());
    }
    let account = found.ok_or(WRONG_CREDENTIALS)?;
    if account.locked { Err(ACCOUNT_LOCKED.into()) } else { Ok(account) }
}

/// The account, unless it was locked or got another password while this one was hashed: a
/// session that starts after such a change would escape it.
pub(super) async fn confirm(conn: &mut PgConnection, proven: &Credentials) -> Result<AccountId> {
    let now = accounts::store::lock_credentials(conn, proven.id).await?;
    let now = now.filter(|now| now.password_hash == proven.password_hash);
    let account = now.ok_or(WRONG_CREDENTIALS)?;
    if account.locked { Err(ACCOUNT_LOCKED.into()) } else { Ok(account.id) }
}
