//! Requests and responses of `/api/builds`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AppId, BuildId, words::words};

words! {
    /// What a package runs on, decided from its content.
    pub enum Platform {
        /// An IPA.
        Ios = "ios",
        /// An APK.
        Android = "android",
    }
}

words! {
    /// Whether a build is offered.
    pub enum BuildStatus {
        /// Offered to whoever may see it.
        Active = "active",
        /// Hidden from all but the developers of the app.
        Inactive = "inactive",
    }
}

/// An app, as a build names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct App {
    /// Never changes, never reused.
    pub id: AppId,
    /// What people call it: its name in the newest package.
    pub name: String,
}

/// One uploaded package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Build {
    /// Never changes, never reused.
    pub id: BuildId,
    /// The app it is a build of.
    pub app: App,
    /// What it runs on.
    pub platform: Platform,
    /// iOS: `CFBundleIdentifier`. Android: the package name.
    pub bundle_id: String,
    /// iOS: `CFBundleShortVersionString`. Android: `versionName`. Null where the package has none.
    pub version: Option<String>,
    /// iOS: `CFBundleVersion`. Android: `versionCode`. Null where the package has none.
    pub build_number: Option<String>,
    /// The oldest system it runs on: iOS version, or Android API level.
    pub min_os_version: Option<String>,
    /// What is new, Markdown, as the uploader sent it.
    pub release_notes: Option<String>,
    /// The line of releases it belongs to, `beta`.
    pub channel: Option<String>,
    /// The branch it was built from.
    pub branch: Option<String>,
    /// The commit it was built from.
    pub commit: Option<String>,
    /// The CI run that built it.
    pub ci_url: Option<String>,
    /// Whether the uploader called it a beta.
    pub is_beta: bool,
    /// Bytes.
    pub size: i64,
    /// Of the whole package, lower-case hex.
    pub sha256: String,
    /// The name the file was uploaded under.
    pub file_name: String,
    /// Whether it is offered.
    pub status: BuildStatus,
    /// Where the package is downloaded; needs the same authorization as this answer.
    pub download_url: String,
    /// The page to install from. It opens to whoever holds this link, for some days.
    pub install_url: String,
    /// A QR code of `install_url`, as SVG, for whoever holds this link.
    pub qr_svg_url: String,
    /// What the uploader ought to know.
    pub warnings: Vec<Warning>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// Something that did not stop the upload and that the uploader ought to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warning {
    /// A stable word, `version-differs`.
    pub code: String,
    /// What is the matter, and what to do about it.
    pub detail: String,
}
