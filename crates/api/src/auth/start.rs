//! A new session: after a registration or a login.

use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    audit::{self, Entry},
    auth::Opaque,
    bus::AccountNews,
    extract::Checks,
};
use securevox_protocol::{
    AccountId, DeviceId, Problem, SessionId,
    auth::Tokens,
    devices::NewDevice,
    history::Action,
    stream::{News, NewsKind},
};
use sqlx::PgConnection;

use crate::{accounts, app::App, devices, sessions};

const TOO_MANY_DEVICES: Problem =
    Problem::new(409, "/problems/too-many-devices", "The account has too many devices");
/// Sessions without a device that an account keeps; the least used ones end.
const SESSIONS_WITHOUT_DEVICE: i64 = 20;

/// A session and the first tokens of its family.
pub(super) struct Started {
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) device: Option<DeviceId>,
    pub(super) refresh_token: Opaque,
    /// Sessions that ended to make room: pass them to [`App::forget`] after the commit.
    pub(super) ended: Vec<SessionId>,
}

/// 422 pointers for a device that cannot be one.
pub(super) fn check_device(checks: &mut Checks, device: Option<&NewDevice>) {
    if let Some(device) = device {
        checks.text(&device.name, "#/device/name", devices::NAME_LENGTH);
    }
}

/// Starts a session of `account`, on a new device if there is one.
pub(super) async fn start(
    conn: &mut PgConnection,
    app: &App,
    account: AccountId,
    device: Option<&NewDevice>,
    now: DateTime<Utc>,
) -> Result<Started> {
    // Serialises the sign-ins of one account, so that limits on counts hold.
    accounts::store::lock(conn, account).await?;
    let device = match device {
        Some(device) => {
            let most = i64::from(app.config.devices_per_account);
            if devices::store::count(conn, account).await? >= most {
                let detail = format!("{most} are allowed; remove one first.");
                return Err(TOO_MANY_DEVICES.with_detail(detail).into());
            }
            Some(devices::store::insert(conn, account, device).await?)
        }
        None => None,
    };
    let ended = match device {
        Some(_) => Vec::new(),
        None => {
            sessions::store::revoke_surplus(conn, account, SESSIONS_WITHOUT_DEVICE - 1, now).await?
        }
    };
    let expires = now + app.config.refresh_lifetime.delta();
    let session = sessions::store::insert(conn, account, device, expires).await?;
    let refresh_token = Opaque::random();
    sessions::store::insert_token(conn, session, &refresh_token.hash(), None).await?;
    record(conn, account, session).await?;
    Ok(Started { account, session, device, refresh_token, ended })
}

/// Tells the activity of the account.
async fn record(conn: &mut PgConnection, account: AccountId, session: SessionId) -> Result<()> {
    let (actor, action) = (Some(account), Action::SessionStarted);
    let entry = Entry { actor, account: Some(account), action, target: Some(session.0) };
    audit::record(conn, entry).await
}

/// A session in a browser: a cookie holds it, so it has no refresh token.
pub(crate) struct InBrowser {
    pub(crate) session: SessionId,
    pub(crate) expires: DateTime<Utc>,
    /// Sessions that ended to make room: pass them to [`App::forget`] after the commit.
    pub(crate) ended: Vec<SessionId>,
}

/// Starts a session of `account` in a browser.
pub(crate) async fn in_browser(
    conn: &mut PgConnection,
    app: &App,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<InBrowser> {
    accounts::store::lock(conn, account).await?;
    let ended =
        sessions::store::revoke_surplus(conn, account, SESSIONS_WITHOUT_DEVICE - 1, now).await?;
    let expires = now + app.config.browser_session_lifetime.delta();
    let session = sessions::store::insert(conn, account, None, expires).await?;
    record(conn, account, session).await?;
    Ok(InBrowser { session, expires, ended })
}

impl App {
    /// Tells the devices of an account that somebody signed in; after the commit.
    pub(super) async fn announce(&self, started: &Started) {
        let kind = NewsKind::SessionStarted;
        let news = News { kind, session_id: started.session, device_id: started.device };
        self.bus.publish(&AccountNews { account: started.account, news }).await;
    }

    /// The answer to a registration, a login or a refresh.
    pub(super) fn tokens(
        &self,
        (account, session, device): (AccountId, SessionId, Option<DeviceId>),
        refresh_token: &Opaque,
        now: DateTime<Utc>,
    ) -> Result<Tokens> {
        let access_token = self.gate.tokens.issue(account, device, session, now)?;
        let expires_in = self.gate.tokens.lifetime().num_seconds().unsigned_abs();
        Ok(Tokens {
            access_token,
            token_type: "Bearer".to_owned(),
            expires_in,
            refresh_token: refresh_token.to_string(),
            account_id: account,
            session_id: session,
            device_id: device,
        })
    }
}
