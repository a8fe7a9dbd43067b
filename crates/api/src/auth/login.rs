//! Proving a handle and a password.

use secrecy::SecretString;
use securevox_core::{
    Result,
    auth::{PasswordRefused, digest},
    extract::Checks,
    http::ClientAddress,
};
use securevox_protocol::{AccountId, auth::Login};

use super::problem::{ACCOUNT_LOCKED, WRONG_CREDENTIALS};
use crate::{accounts, app::App, sessions::start};

/// The account, if the password is its own and it is not locked.
pub(super) async fn prove(app: &App, address: ClientAddress, request: Login) -> Result<AccountId> {
    let mut checks = Checks::default();
    start::check_device(&mut checks, request.device.as_ref());
    checks.finish()?;

    app.limits.logins_from.check(&address)?;
    let handle = request.handle.trim().to_lowercase();
    // The digest bounds what the limiter keeps, however long the handle.
    let key = digest(handle.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    app.limits.logins_of_account.check(&key)?;

    let mut conn = app.db.acquire().await?;
    let found = match accounts::handle_fits(&handle) {
        true => accounts::store::find_credentials(&mut conn, &handle).await?,
        false => None,
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
    if account.locked {
        return Err(ACCOUNT_LOCKED.into());
    }
    Ok(account.id)
}
