//! Requests and responses of `/api/builds/{build}/links`: links by which a build is shared.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AccountId, ShareLinkId};

/// `POST /api/builds/{build}/links`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateShareLink {
    /// Hours until it ends, 1 to 2,160: an hour to 90 days.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 2160))]
    pub expires_in_hours: u32,
    /// Whom it is for, 200 characters at most; developers of the app read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub note: Option<String>,
    /// How many may install by it, 1 to 10,000; any number if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10000))]
    pub installs: Option<i32>,
}

/// A link by which a build is shared. It ends early when the build is offered no longer, or whoever
/// made it sees it no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLink {
    /// To list and to withdraw it; not the code.
    pub id: ShareLinkId,
    /// Whom it is for.
    pub note: Option<String>,
    /// Who made it.
    pub created_by: AccountId,
    /// What they are called; null for an account that is gone.
    pub created_by_handle: Option<String>,
    /// How many began to install by it.
    pub installs: i32,
    /// How many may; null for any number.
    pub most_installs: Option<i32>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// The answer to `POST /api/builds/{build}/links`: the only time the address is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedShareLink {
    /// The link.
    #[serde(flatten)]
    pub link: ShareLink,
    /// To be passed on; the server keeps only its hash.
    pub url: String,
}
