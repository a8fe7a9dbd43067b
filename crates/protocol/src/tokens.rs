//! Requests and responses of `/v1/tokens`: API tokens for CI.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppId, TokenId, words::words};

words! {
    /// What an API token may do. A session has every scope its role allows.
    pub enum Scope {
        /// List, look at and download builds.
        BuildsRead = "builds:read",
        /// Upload, change and delete builds; includes `builds:read`.
        BuildsWrite = "builds:write",
    }
}

impl Scope {
    /// Whether holding `self` is enough where `needed` is asked for.
    pub fn grants(self, needed: Self) -> bool {
        self == needed || matches!((self, needed), (Self::BuildsWrite, Self::BuildsRead))
    }
}

/// `POST /v1/tokens`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it is for, 1–64 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub name: String,
    /// What it may do; at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub scopes: Vec<Scope>,
    /// Restricts the token to one app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<AppId>,
    /// Days until it ends, 1 to 3,650; never if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650))]
    pub expires_in_days: Option<u32>,
}

/// An API token of the caller, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// To list and to revoke it.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The one app it is restricted to.
    pub app_id: Option<AppId>,
    /// When it ends; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last presented, to about a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The answer to `POST /v1/tokens`: the only time the token is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedToken {
    /// The token without its secret.
    #[serde(flatten)]
    pub info: ApiToken,
    /// `svx_…`, sent as `Authorization: Token …`; the server keeps only its hash.
    pub token: String,
}
