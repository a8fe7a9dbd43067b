//! What a browser keeps for somebody without an account: who they are, and which apps' passwords
//! they knew. Signed; whether it is still in force is for the database to say.

use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};
use securevox_core::{auth::SecretKey, auth::digest, storage::Links, web::Site};
use securevox_protocol::{AppId, TesterId};
use uuid::Uuid;

const TESTER: &str = "tester";

/// Signs what browsers keep. Clones are cheap.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    testers: Links,
    passwords: Links,
    site: Site,
}

/// A tester as their browser says: their sessions end when the epoch of the row is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) tester: TesterId,
    pub(crate) epoch: i32,
}

impl Cookies {
    pub(super) fn new(secret: &SecretKey, site: &Site) -> Self {
        Self {
            testers: Links::new(secret, "tester-session"),
            passwords: Links::new(secret, "password-of-app"),
            site: site.clone(),
        }
    }

    /// The value of `Set-Cookie` that keeps a tester signed in.
    pub(crate) fn keep(
        &self,
        claim: Claim,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> HeaderValue {
        let epoch = claim.epoch.to_be_bytes();
        let token = self.testers.sign_with(claim.tester.0, &epoch, expires);
        self.site.set(TESTER, &token, (expires - now).num_seconds())
    }

    /// The values of `Set-Cookie` that forget all that a browser kept here: the tester, the builds
    /// that were opened on a phone, passwords of apps, the device.
    pub(crate) fn forget(&self, headers: &HeaderMap) -> Vec<HeaderValue> {
        let kept = self.site.kept(headers);
        kept.iter().map(|name| self.site.set(name, "", 0)).collect()
    }

    pub(crate) fn claim(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Claim> {
        let token = self.site.get(headers, TESTER)?;
        let (opened, epoch) = self.testers.verify_with(token, now).ok()?;
        let epoch = i32::from_be_bytes(epoch.try_into().ok()?);
        Some(Claim { tester: TesterId(opened.id), epoch })
    }

    /// The value of `Set-Cookie` of somebody who knew the password of `app`, whose hash is told:
    /// another password ends it.
    pub(crate) fn unlock(
        &self,
        app: AppId,
        hash: &str,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> HeaderValue {
        let token = self.passwords.sign_with(app.0, &password_mark(hash), expires);
        self.site.set(&name(app), &token, (expires - now).num_seconds())
    }

    /// Whether the browser says that its owner knew the password with this hash.
    pub(crate) fn knows(
        &self,
        headers: &HeaderMap,
        app: AppId,
        hash: &str,
        now: DateTime<Utc>,
    ) -> bool {
        let token = self.site.get(headers, &name(app));
        let opened = token.and_then(|token| self.passwords.verify_with(token, now).ok());
        opened.is_some_and(|(opened, said)| opened.id == app.0 && said == password_mark(hash))
    }
}

/// A cookie for each app.
fn name(AppId(app): AppId) -> String {
    format!("app-{}", Uuid::simple(app))
}

/// Tells one hash of a password from another, and nothing else about it.
pub(crate) fn password_mark(hash: &str) -> [u8; 8] {
    digest(hash.as_bytes())[..8].try_into().expect("eight of 32")
}
