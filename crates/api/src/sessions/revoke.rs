//! Ending sessions: in Postgres first, then in the memory of this process.

use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    audit::{self, Entry},
};
use securevox_protocol::{AccountId, DeviceId, SessionId};
use sqlx::PgConnection;

use super::store;
use crate::app::App;

/// Which sessions of an account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of {
    All,
    AllBut(SessionId),
    Device(DeviceId),
    Session(SessionId),
}

/// Ends sessions of `account` and returns them; `action` is what the account's activity will say.
///
/// After the commit pass them to [`App::forget`].
pub(crate) async fn revoke(
    conn: &mut PgConnection,
    account: AccountId,
    of: Of,
    action: &'static str,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let (session, device, but) = match of {
        Of::All => (None, None, None),
        Of::AllBut(session) => (None, None, Some(session)),
        Of::Device(device) => (None, Some(device), None),
        Of::Session(session) => (Some(session), None, None),
    };
    let revoked = store::revoke(conn, account, (session, device, but), now).await?;
    for session in &revoked {
        let target = Some(session.0);
        let entry = Entry { actor: Some(account), account: Some(account), action, target };
        audit::record(conn, entry).await?;
    }
    Ok(revoked)
}

/// Ends all sessions of `account` for an operator on the host, and says how many there were.
pub async fn revoke_all(
    conn: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<usize> {
    let ended = revoke(conn, account, Of::All, "session.revoked", now).await?;
    Ok(ended.len())
}

impl App {
    /// Refuses the access tokens of sessions whose end was committed, everywhere.
    pub(crate) async fn forget(&self, revoked: &[SessionId], now: DateTime<Utc>) {
        self.gate.revocations.tell(revoked, now).await;
    }
}
