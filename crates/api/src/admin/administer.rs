//! The rules of changing somebody else's account.

use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    audit::{self, About, Entry},
    error::NOT_FOUND,
};
use securevox_protocol::{
    AccountId, Problem, SessionId,
    accounts::{Account, AdministerAccount, Role},
    history::Action,
};
use sqlx::PgConnection;

use super::store;
use crate::{accounts, sessions::revoke};

const LAST_ADMINISTRATOR: Problem = Problem::new(
    409,
    "/problems/last-administrator",
    "This is the last administrator; make another one first",
);

/// Changes the account; the sessions that ended because of it are to be forgotten after the commit.
pub(super) async fn administer(
    conn: &mut PgConnection,
    actor: AccountId,
    id: AccountId,
    request: &AdministerAccount,
    now: DateTime<Utc>,
) -> Result<(Account, Vec<SessionId>)> {
    // Locks all administrators: of two who demote each other at once, one is refused.
    let administrators = store::lock_administrators(conn).await?;
    let account = accounts::store::lock(conn, id).await?.ok_or(NOT_FOUND)?;
    let role = request.role.unwrap_or(account.role);
    let disabled_at = match request.disabled {
        None => account.disabled_at,
        Some(true) => Some(account.disabled_at.unwrap_or(now)),
        Some(false) => None,
    };
    let stays = role == Role::Admin && disabled_at.is_none();
    if !stays && administrators == [id] {
        return Err(LAST_ADMINISTRATOR.into());
    }
    let entry =
        |action| Entry { actor: Some(actor), account: Some(id), action, target: Some(id.0) };
    if role != account.role {
        let details = &[("role", role.as_str().to_owned())];
        let about = About { details, ..About::default() };
        audit::record_about(conn, entry(Action::RoleChanged), about).await?;
    }
    if disabled_at.is_some() != account.disabled_at.is_some() {
        let locked = disabled_at.is_some();
        audit::record(
            conn,
            entry(if locked { Action::AccountLocked } else { Action::AccountUnlocked }),
        )
        .await?;
    }
    let account = store::update(conn, id, role, disabled_at).await?;
    let ended = match disabled_at {
        Some(_) => revoke::revoke(conn, id, revoke::Of::All, Action::SessionRevoked, now).await?,
        None => Vec::new(),
    };
    Ok((account, ended))
}
