//! Responses of `/v1/sessions`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{DeviceId, SessionId};

/// One sign-in of the caller's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Named in every access token (`sid`).
    pub id: SessionId,
    /// The device it belongs to; null for a session without one.
    pub device_id: Option<DeviceId>,
    /// When the password was given.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it is refreshed before.
    pub expires_at: DateTime<Utc>,
    /// Whether it is the session that asks.
    pub current: bool,
}
