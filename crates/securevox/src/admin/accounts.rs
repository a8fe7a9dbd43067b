//! Accounts, made and let in again by the operator.

use chrono::Utc;
use clap::Args;
use securevox_api::{
    accounts::{self, NewAccount, check_email, check_handle},
    sessions,
};
use securevox_core::{
    Error, Result,
    audit::{self, Entry},
    auth::Passwords,
    extract::Checks,
};
use securevox_protocol::{AccountId, accounts::Role, history::Action};
use sqlx::PgConnection;

use super::password;
use crate::settings::Settings;

#[derive(Args)]
pub(crate) struct Create {
    /// 3–32 of a-z, 0-9, _ and .
    #[arg(long)]
    handle: String,
    /// admin, publisher or user.
    #[arg(long, default_value = "user")]
    role: Role,
    /// For recovery.
    #[arg(long)]
    email: Option<String>,
}

#[derive(Args)]
pub(crate) struct SetPassword {
    /// Whose password.
    #[arg(long)]
    account: String,
}

impl Create {
    /// The id of the new account.
    pub(super) async fn run(self, conn: &mut PgConnection, settings: &Settings) -> Result<String> {
        let mut checks = Checks::default();
        check_handle(&mut checks, &self.handle, "#/handle");
        check_email(&mut checks, self.email.as_deref(), "#/email");
        checks.finish()?;
        // Where nobody signs in by a password, none is asked for.
        let only = settings.api.sso.only;
        let hash = if only { None } else { Some(hashed(settings).await?) };
        let account = NewAccount {
            handle: &self.handle,
            email: self.email.as_deref(),
            password_hash: hash.as_deref(),
            role: self.role,
        };
        let id = accounts::create(conn, None, &account).await?;
        Ok(id.to_string())
    }
}

impl SetPassword {
    pub(super) async fn run(self, conn: &mut PgConnection, settings: &Settings) -> Result<String> {
        let id = account(conn, &self.account).await?;
        if settings.api.sso.only {
            let words = "SECUREVOX_SSO_ONLY is set, so nobody signs in by a password: \
                         `securevox admin sign-in-link` lets somebody in";
            return Err(Error::Internal(anyhow::anyhow!(words)));
        }
        let hash = hashed(settings).await?;
        accounts::set_password(conn, id, &hash).await?;
        let ended = sessions::revoke_all(conn, id, Utc::now()).await?;
        let action = Action::PasswordSet;
        audit::record(conn, Entry { actor: None, account: Some(id), action, target: None }).await?;
        Ok(format!("The password of {} was set; {ended} session(s) ended.", self.account))
    }
}

/// The hash of the password on standard input.
async fn hashed(settings: &Settings) -> Result<String> {
    let password = password::read()?;
    Passwords::new(&settings.api.accounts).hash(password).await
}

/// The account with that handle.
pub(super) async fn account(conn: &mut PgConnection, handle: &str) -> Result<AccountId> {
    let found = accounts::find_by_handle(conn, handle).await?;
    let found = found.ok_or_else(|| Error::Internal(anyhow::anyhow!("no account {handle:?}")))?;
    Ok(found.0)
}
