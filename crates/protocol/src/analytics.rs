//! Answers about how builds are used. All days are days in UTC.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{AppId, BuildId};

/// How an app is used: `GET /api/apps/{app}/analytics`.
///
/// A download is a package that was fetched by one link, an install an installation of the app that
/// told of itself for the first time by the update check. Both outlive the builds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Analytics {
    /// Of which app.
    pub app_id: AppId,
    /// Of which build alone, if one was asked for.
    pub build_id: Option<BuildId>,
    /// The first day, in UTC.
    pub from: NaiveDate,
    /// The last day, in UTC.
    pub to: NaiveDate,
    /// In all of these days.
    pub totals: Totals,
    /// Each day from the first to the last.
    pub days: Vec<DayCount>,
    /// By version, most downloaded and installed first; 20 at most.
    pub versions: Vec<Share>,
    /// By system and its major version, `iOS 18`; 20 at most.
    pub systems: Vec<Share>,
    /// By family of devices, `iphone`.
    pub devices: Vec<Share>,
    /// By build; 20 at most.
    pub builds: Vec<BuildShare>,
}

/// How often, and how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    /// Downloads.
    pub downloads: i64,
    /// Installs.
    pub installs: i64,
    /// How many accounts and testers downloaded. Whoever is not signed in is not among them.
    pub unique_testers: i64,
}

/// What was counted on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayCount {
    /// In UTC.
    pub day: NaiveDate,
    /// Downloads.
    pub downloads: i64,
    /// Installs.
    pub installs: i64,
}

/// What was counted of one version, system or family of devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// Which; empty where it is not known.
    pub name: String,
    /// Downloads.
    pub downloads: i64,
    /// Installs.
    pub installs: i64,
}

/// What was counted of one build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildShare {
    /// Which.
    pub build_id: BuildId,
    /// Its version.
    pub version: Option<String>,
    /// Its build number.
    pub build_number: Option<String>,
    /// Whether it is gone.
    pub deleted: bool,
    /// Downloads.
    pub downloads: i64,
    /// Installs.
    pub installs: i64,
}

/// How a build was used since its upload: `GET /api/builds/{build}/stats`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildStats {
    /// Of which build.
    pub build_id: BuildId,
    /// Downloads.
    pub downloads: i64,
    /// Installs.
    pub installs: i64,
    /// How many accounts and testers downloaded it.
    pub unique_testers: i64,
    /// How often somebody said something of it.
    pub feedback: i64,
    /// The mean of its stars; null if there are none.
    pub average_rating: Option<f64>,
    /// When it was last downloaded or installed, in UTC.
    pub last_day: Option<NaiveDate>,
}
