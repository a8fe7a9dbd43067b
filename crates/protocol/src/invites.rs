//! Requests and responses of `/v1/invites`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{InviteId, accounts::Role};

/// `POST /v1/invites`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// The role of whoever accepts, `user` if absent; others only by administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// How many may accept: 1 (if absent) to 1,000; more than 1 only by administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub uses: Option<u32>,
    /// Hours until it ends: 1 to 720, 168 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 720))]
    pub expires_in_hours: Option<u32>,
}

/// An invitation that the caller made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invite {
    /// To list and to withdraw it; not the code.
    pub id: InviteId,
    /// The role of whoever accepts.
    pub role: Role,
    /// How many may still accept.
    pub uses_left: i32,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The answer to `POST /v1/invites`: the only time the code is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedInvite {
    /// The invitation.
    #[serde(flatten)]
    pub invite: Invite,
    /// To give to the invited; the server keeps only its hash.
    pub code: String,
}
