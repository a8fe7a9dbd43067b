//! Responses of `/api/apps/{app}/devices`: iPhones and iPads whose owners asked to be listed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::EnrolledDeviceId;

/// A device that somebody enrolled for an app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolledDevice {
    /// Never changes, never reused.
    pub id: EnrolledDeviceId,
    /// What Apple knows it by, in upper case.
    pub udid: String,
    /// As its owner calls it.
    pub name: Option<String>,
    /// The model, `iPhone14,7`.
    pub product: Option<String>,
    /// The build of iOS, `20A362`.
    pub version: Option<String>,
    /// The handle or the mail address of whoever enrolled it; null for somebody unknown.
    pub owner: Option<String>,
    /// Whether the newest build whose profile lists devices lists it.
    pub listed: bool,
    /// Whether it proved that it is a device of Apple's; nothing does where the server knows no
    /// authority of devices.
    pub verified: bool,
    /// When it was enrolled.
    pub first_seen_at: DateTime<Utc>,
    /// When it was enrolled last.
    pub last_seen_at: DateTime<Utc>,
}

impl std::fmt::Debug for EnrolledDevice {
    /// Neither UDID nor owner: what is printed ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolledDevice").field("id", &self.id).finish_non_exhaustive()
    }
}
