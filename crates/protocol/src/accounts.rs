//! Requests and responses of `/v1/account` and `/v1/admin/accounts`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AccountId, words::words};

words! {
    /// What an account may do on this installation; each includes the ones before it.
    pub enum Role {
        /// Chats, calls, installs.
        User = "user",
        /// Also uploads builds and makes API tokens for CI.
        Publisher = "publisher",
        /// Also administers accounts and sees every app.
        Admin = "admin",
    }
}

/// An account, as its owner and administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Never changes, never reused.
    pub id: AccountId,
    /// 3–32 characters of `a-z0-9_.`.
    pub handle: String,
    /// For recovery only; never shown to other accounts.
    pub email: Option<String>,
    /// What the account may do.
    pub role: Role,
    /// Since when the account is locked by an administrator; null when it is not.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// `PATCH /v1/account`: absent fields stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateAccount {
    /// The new address for recovery; an empty string removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// `PATCH /v1/admin/accounts/{account}`: absent fields stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdministerAccount {
    /// The new role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// True locks the account and ends its sessions; false unlocks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// `POST /v1/account/password`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password that is in force.
    pub current_password: String,
    /// 10–256 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 10, max_length = 256))]
    pub new_password: String,
}

/// Something that happened to the caller's account, `GET /v1/account/activity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// What happened, `session.started`, `session.refresh_token_reused`.
    pub action: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The session, device, token or invite it happened to.
    pub target: Option<String>,
}
