//! `GET /api/apps/{app}/retention`: what the builds of an app take, and what of them is deleted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{BuildId, words::words};

words! {
    /// Why a build is deleted.
    pub enum RetentionReason {
        /// There are more builds than are kept.
        Many = "too-many",
        /// It is older than builds are kept.
        Old = "too-old",
        /// It is beyond the quota.
        Large = "too-large",
    }
}

/// Which builds of an app are kept; null for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionRules {
    /// How many builds.
    pub keep_builds: Option<i32>,
    /// For how many days.
    pub keep_days: Option<i32>,
    /// How many bytes, of all builds and symbol files together.
    pub quota_bytes: Option<i64>,
}

/// What the next clean-up does to the builds of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retention {
    /// By which rules: those that were asked about, or those of the app.
    pub rules: RetentionRules,
    /// What the app takes.
    pub storage: AppStorage,
    /// What is deleted, oldest first. Never the pinned, the newest of a channel, or what somebody
    /// downloads.
    pub deletes: Vec<RetiredBuild>,
}

/// What an app takes, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppStorage {
    /// How many builds there are.
    pub builds: i64,
    /// Of all builds and symbol files.
    pub used_bytes: i64,
    /// Of those that are never deleted: the pinned, and the newest of each channel.
    pub kept_bytes: i64,
    /// What unfinished uploads have announced.
    pub reserved_bytes: i64,
}

/// A build that is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetiredBuild {
    /// Which one.
    pub id: BuildId,
    /// Null where the package has none.
    pub version: Option<String>,
    /// Null where the package has none.
    pub build_number: Option<String>,
    /// The line of releases it belongs to.
    pub channel: Option<String>,
    /// What it takes, with its symbol files.
    pub bytes: i64,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// Why it is deleted.
    pub reasons: Vec<RetentionReason>,
}
