//! Access tokens: short-lived JWTs (RFC 7519, EdDSA) that any service checks alone.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use securevox_protocol::{AccountId, DeviceId, SessionId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::signing_keys::SigningKeys;

const AUDIENCE: &str = "securevox";
/// A session that may do whatever its account may.
const FULL_SCOPE: &str = "full";

/// Issues and verifies access tokens.
#[derive(Clone, Debug)]
pub struct AccessTokens {
    keys: SigningKeys,
    issuer: String,
    lifetime: TimeDelta,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: AccountId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    did: Option<DeviceId>,
    sid: SessionId,
    scope: String,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// Whom a valid access token names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bearer {
    pub(super) account: AccountId,
    pub(super) device: Option<DeviceId>,
    pub(super) session: SessionId,
}

impl AccessTokens {
    /// Tokens that say they are from `issuer` and are valid for `lifetime`.
    pub fn new(keys: SigningKeys, issuer: impl Into<String>, lifetime: TimeDelta) -> Self {
        Self { keys, issuer: issuer.into(), lifetime }
    }

    /// The keys behind the tokens.
    pub fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// How long a token is valid.
    pub fn lifetime(&self) -> TimeDelta {
        self.lifetime
    }

    /// A token for a session, signed with the current key.
    pub fn issue(
        &self,
        account: AccountId,
        device: Option<DeviceId>,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<String> {
        let (kid, key) = self.keys.current()?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            did: device,
            sid: session,
            scope: FULL_SCOPE.to_owned(),
            iat: now.timestamp(),
            exp: (now + self.lifetime).timestamp(),
            jti: Uuid::now_v7(),
        };
        let header = Header { kid: Some(kid), ..Header::new(Algorithm::EdDSA) };
        Ok(encode(&header, &claims, &key)?)
    }

    /// Whom `token` names, if it is ours, signed with a key of ours and has not expired.
    pub(super) async fn verify(&self, token: &str) -> Option<Bearer> {
        let kid = decode_header(token).ok()?.kid?;
        let key = self.keys.public(&kid).await?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = 0;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims = decode::<Claims>(token, &key, &validation).ok()?.claims;
        (claims.scope == FULL_SCOPE).then_some(Bearer {
            account: claims.sub,
            device: claims.did,
            session: claims.sid,
        })
    }
}
