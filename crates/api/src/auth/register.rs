//! Making an account for whoever asks for one.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use securevox_core::{
    Result, auth::Opaque, config::Registration, extract::Checks, http::ClientAddress,
};
use securevox_protocol::{AccountId, accounts::Role, auth::Register, devices::NewDevice};
use sqlx::PgConnection;

use super::{
    problem::{INVITE_NEEDED, INVITE_NOT_VALID, REGISTRATION_CLOSED},
    start,
};
use crate::{
    accounts::{self, NewAccount},
    app::App,
    invites,
};

/// Somebody who may register, with a password that was hashed.
pub(super) struct Candidate {
    handle: String,
    email: Option<String>,
    password_hash: String,
    invite: Option<Opaque>,
    pub(super) device: Option<NewDevice>,
}

/// Whether the request may lead to an account. Costly only for those who may register.
pub(super) async fn admit(
    app: &App,
    address: ClientAddress,
    request: Register,
    now: DateTime<Utc>,
) -> Result<Candidate> {
    accounts::require_passwords(&app.sso)?;
    let handle = request.handle.trim().to_lowercase();
    let email = request.email.filter(|email| !email.is_empty());
    let mut checks = Checks::default();
    accounts::check_handle(&mut checks, &handle, "#/handle");
    accounts::check_password(&mut checks, &request.password, "#/password");
    accounts::check_email(&mut checks, email.as_deref(), "#/email");
    start::check_device(&mut checks, request.device.as_ref());
    checks.finish()?;

    let invite = match (app.config.registration, request.invite) {
        (Registration::Closed, _) => return Err(REGISTRATION_CLOSED.into()),
        (Registration::Invite, None) => return Err(INVITE_NEEDED.into()),
        (Registration::Open, None) => None,
        (_, Some(code)) => Some(code.parse::<Opaque>().map_err(|()| INVITE_NOT_VALID)?),
    };
    match &invite {
        Some(code) => {
            let mut conn = app.db.acquire().await?;
            if !invites::store::is_valid(&mut conn, &code.hash(), now).await? {
                app.limits.registrations_from.check(&address).await?;
                return Err(INVITE_NOT_VALID.into());
            }
        }
        None => app.limits.registrations_from.check(&address).await?,
    }
    let password_hash = app.passwords.hash(SecretString::from(request.password)).await?;
    Ok(Candidate { handle, email, password_hash, invite, device: request.device })
}

/// Makes the account and takes one use from the invitation.
pub(super) async fn register(
    conn: &mut PgConnection,
    candidate: &Candidate,
    now: DateTime<Utc>,
) -> Result<AccountId> {
    let role = match &candidate.invite {
        Some(code) => {
            let role = invites::store::take(conn, &code.hash(), now).await?;
            role.ok_or(INVITE_NOT_VALID)?
        }
        None => Role::User,
    };
    let account = NewAccount {
        handle: &candidate.handle,
        email: candidate.email.as_deref(),
        password_hash: Some(&candidate.password_hash),
        role,
    };
    accounts::create(conn, None, &account).await
}
