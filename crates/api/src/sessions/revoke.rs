//! Ending sessions: in Postgres first, then in the memory of this process.

use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    audit::{self, Entry},
    bus::AccountNews,
};
use securevox_protocol::{
    AccountId, DeviceId, SessionId,
    history::Action,
    stream::{News, NewsKind},
};
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
    action: Action,
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
    let ended = revoke(conn, account, Of::All, Action::SessionRevoked, now).await?;
    Ok(ended.len())
}

impl App {
    /// Refuses the access tokens of sessions whose end was committed, everywhere, and tells
    /// the devices of the account.
    pub(crate) async fn forget(
        &self,
        account: AccountId,
        revoked: &[SessionId],
        now: DateTime<Utc>,
    ) {
        self.gate.revocations.tell(revoked, now).await;
        for session_id in revoked {
            let kind = NewsKind::SessionRevoked;
            let news = News { kind, session_id: *session_id, device_id: None };
            self.bus.publish(&AccountNews { account, news }).await;
        }
    }
}
