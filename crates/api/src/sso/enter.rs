//! From a proven person to an account.

use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    audit::{self, Entry},
    config::{OpenIdProvider, SsoRegistration},
    error::NOT_FOUND,
};
use securevox_protocol::{AccountId, accounts::Role, history::Action};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    admit::admit,
    handles::handles,
    problem::{IDENTITY_TAKEN, LAST_WAY_IN},
    store,
};
use crate::{
    accounts::{self, NewAccount},
    auth::ACCOUNT_LOCKED,
    provider::Claims,
};

/// The account of `person`, an own one if there is none and `settings` want it so; `None` for
/// whom nobody has linked.
pub(super) async fn account_of(
    conn: &mut PgConnection,
    settings: &OpenIdProvider,
    person: &Claims,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>> {
    admit(settings, person)?;
    let identity = (settings.issuer.as_str(), person.subject.as_str());
    // Somebody may come for the first time in two tabs.
    store::lock(conn, identity).await?;
    let account = match store::find(conn, identity).await? {
        Some(account) => account,
        None if settings.registration == SsoRegistration::Known => return Ok(None),
        None => register(conn, identity, person).await?,
    };
    let found = accounts::store::lock(conn, account).await?.ok_or(NOT_FOUND)?;
    if found.disabled_at.is_some() {
        return Err(ACCOUNT_LOCKED.into());
    }
    store::touch(conn, identity, person.label().as_deref(), now).await?;
    Ok(Some(account))
}

/// An account that `identity` alone opens.
async fn register(
    conn: &mut PgConnection,
    identity: (&str, &str),
    person: &Claims,
) -> Result<AccountId> {
    // What nobody has proven, or another account has, is not kept: recovery goes by it.
    let email = match person.verified_email().filter(|email| accounts::email_fits(email)) {
        Some(email) if !store::is_somebodys(conn, email).await? => Some(email),
        _ => None,
    };
    let new = NewAccount { handle: "", email, password_hash: None, role: Role::User };
    let account = accounts::create_under_one_of(conn, handles(person), new).await?;
    link(conn, Some(account), account, identity).await?;
    Ok(account)
}

/// Lets the identity of `person` open `account`, whose owner asked for it.
pub(super) async fn link_proven(
    conn: &mut PgConnection,
    settings: &OpenIdProvider,
    account: AccountId,
    person: &Claims,
    now: DateTime<Utc>,
) -> Result<()> {
    admit(settings, person)?;
    let identity = (settings.issuer.as_str(), person.subject.as_str());
    link(conn, Some(account), account, identity).await?;
    store::touch(conn, identity, person.label().as_deref(), now).await
}

/// Lets `identity` (issuer and subject) open `account`; 409 if it opens another. `actor` asked for it.
pub async fn link(
    conn: &mut PgConnection,
    actor: Option<AccountId>,
    account: AccountId,
    identity: (&str, &str),
) -> Result<()> {
    let Some(id) = store::insert(conn, account, identity).await? else {
        let is_theirs = store::find(conn, identity).await? == Some(account);
        return if is_theirs { Ok(()) } else { Err(IDENTITY_TAKEN.into()) };
    };
    let (account, target) = (Some(account), Some(id));
    let entry = Entry { actor, account, action: Action::IdentityLinked, target };
    audit::record(conn, entry).await
}

/// Takes the identity `id` from `account`, whose owner asks for it; 409 if it is their last way
/// in. `passwords` says whether there are any.
pub(super) async fn unlink(
    conn: &mut PgConnection,
    account: AccountId,
    id: Uuid,
    passwords: bool,
) -> Result<()> {
    // Two at once must not take the last two.
    accounts::store::lock(conn, account).await?.ok_or(NOT_FOUND)?;
    if !store::delete(conn, account, id).await? {
        return Err(NOT_FOUND.into());
    }
    let has_password = passwords && accounts::store::has_password(conn, account).await?;
    if !has_password && store::list(conn, account).await?.is_empty() {
        return Err(LAST_WAY_IN.into());
    }
    record_end(conn, Some(account), account, id).await
}

/// Takes `identity` (issuer and subject) from `account`, for an operator on the host, who can let
/// its owner in by other means; 404 if it is not theirs.
pub async fn take(
    conn: &mut PgConnection,
    account: AccountId,
    identity: (&str, &str),
) -> Result<()> {
    let theirs = store::list(conn, account).await?;
    let is_it = |own: &&store::Identity| (own.issuer.as_str(), own.subject.as_str()) == identity;
    let id = theirs.iter().find(is_it).ok_or(NOT_FOUND)?.id;
    store::delete(conn, account, id).await?;
    record_end(conn, None, account, id).await
}

async fn record_end(
    conn: &mut PgConnection,
    actor: Option<AccountId>,
    account: AccountId,
    id: Uuid,
) -> Result<()> {
    let (account, target) = (Some(account), Some(id));
    let entry = Entry { actor, account, action: Action::IdentityUnlinked, target };
    audit::record(conn, entry).await
}
