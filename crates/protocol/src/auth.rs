//! Requests and responses of `/v1/auth`.

use serde::{Deserialize, Serialize};

use crate::{AccountId, DeviceId, SessionId, devices::NewDevice};

/// `POST /v1/auth/register`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// 3–32 characters of `a-z0-9_.`, first and last a letter or digit.
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 32))]
    pub handle: String,
    /// 10–256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 256))]
    pub password: String,
    /// For recovery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The code of an invitation; needed where registration is by invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
    /// The installation that registers; absent for a session without a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<NewDevice>,
}

/// `POST /v1/auth/login`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Upper case is folded.
    pub handle: String,
    /// In clear, over TLS; the server keeps only its argon2id hash.
    pub password: String,
    /// The installation that signs in; absent for a session without a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<NewDevice>,
}

/// `POST /v1/auth/refresh`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token of the last answer.
    pub refresh_token: String,
}

/// What a session works with. `access_token` proves the caller for `expires_in`
/// seconds; `refresh_token` is used once, for the next pair.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// A JWT (EdDSA), sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// Opaque. Presenting an older one again ends the session (the lost answer excepted).
    pub refresh_token: String,
    /// Whose tokens these are.
    pub account_id: AccountId,
    /// The session they belong to.
    pub session_id: SessionId,
    /// The device of the session, if it has one.
    pub device_id: Option<DeviceId>,
}
