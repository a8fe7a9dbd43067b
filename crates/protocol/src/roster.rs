//! Who can install an app, and what they did with it: `/api/apps/{app}/testers`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    AccountId, BuildId, DownloadId, GroupId, TesterId, apps::AppRole, downloads::DownloadDevice,
    words::words,
};

words! {
    /// Some of those who can install an app.
    pub enum RosterFilter {
        /// Those who have not signed in yet.
        Invited = "invited",
        /// Those who have not fetched the newest build they are offered.
        Behind = "behind",
        /// Those who have.
        Newest = "newest",
    }
}

/// Somebody who can install an app: a member, a tester of a group, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppTester {
    /// What pages of the list continue after.
    pub id: Uuid,
    /// Their account, if they are a member.
    pub account_id: Option<AccountId>,
    /// The handle of that.
    pub handle: Option<String>,
    /// Their role, if they are a member.
    pub role: Option<AppRole>,
    /// What they are called as a tester, if a group of theirs has the app.
    pub tester_id: Option<TesterId>,
    /// The address they were invited with.
    pub email: Option<String>,
    /// What one of these groups calls them.
    pub name: Option<String>,
    /// Their groups that have the app.
    pub groups: Vec<RosterGroup>,
    /// When they first got the app.
    pub invited_at: DateTime<Utc>,
    /// Whether they came in: with an account, or by a link that was sent to them.
    pub signed_in: bool,
    /// The newest build they are offered that installs.
    pub offered: Option<OfferedBuild>,
    /// The newest build they fetched of those that there are, and when they last did.
    pub fetched: Option<FetchedBuild>,
    /// Whether what they fetched is what they are offered, or newer; null if they are offered none.
    pub is_newest: Option<bool>,
}

/// A group that somebody is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RosterGroup {
    /// Which.
    pub id: GroupId,
    /// What it is called.
    pub name: String,
    /// Whether the caller may change it.
    pub may_change: bool,
}

/// A build that somebody is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferedBuild {
    /// Which.
    pub id: BuildId,
    /// Its version.
    pub version: Option<String>,
    /// Its build number.
    pub build_number: Option<String>,
}

/// A build that somebody fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FetchedBuild {
    /// Which.
    pub id: BuildId,
    /// Its version.
    pub version: Option<String>,
    /// Its build number.
    pub build_number: Option<String>,
    /// The entry of the log of downloads.
    pub download_id: DownloadId,
    /// What they fetched it with, as far as it says so.
    pub device: DownloadDevice,
    /// When.
    pub at: DateTime<Utc>,
}
