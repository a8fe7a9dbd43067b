//! Requests and responses of `/api/builds`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AppId, BuildId, packages::PackageDetails, testers::BuildGroup, words::words};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// When it is no longer offered, because somebody said so.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the package stops to start: its provisioning profile or certificate ends.
    pub signing_expires_at: Option<DateTime<Utc>>,
    /// Whether it is kept whatever the app's retention says.
    pub pinned: bool,
    /// Whether those with an older build are told that they must update.
    pub mandatory: bool,
    /// Where the package is downloaded; needs the same authorization as this answer.
    pub download_url: String,
    /// The page to install from. What its developers are told opens to whoever holds the link, for
    /// some days and as long as they see the build themselves; to others it is the page of the
    /// build, for whoever may see that.
    pub install_url: String,
    /// A QR code of `install_url`, as SVG, for the same people.
    pub qr_svg_url: String,
    /// The app's icon as PNG, for whoever holds this link, which opens nothing else; null for a
    /// package that has none.
    pub icon_url: Option<String>,
    /// What the uploader ought to know.
    pub warnings: Vec<Warning>,
    /// The groups of testers that get it: told to its developers who ask for this one build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<BuildGroup>>,
    /// What the package says of itself beyond this; null for builds from before that was read.
    pub details: Option<PackageDetails>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// `PATCH /api/builds/{build}`: absent fields stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateBuild {
    /// What is new, Markdown, 50,000 characters at most; an empty string removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes: Option<String>,
    /// The line of releases it belongs to; an empty string takes it out of any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Whether it is a beta.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_beta: Option<bool>,
    /// Whether it is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<BuildStatus>,
    /// Whether it is kept whatever the app's retention says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// Whether those with an older build are told that they must update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandatory: Option<bool>,
    /// When it is no longer offered; `null` takes the end away.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime<Utc>>))]
    #[expect(clippy::option_option, reason = "absent, null and a time are three things")]
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// Whether those who get it are mailed when it is offered; as was said before if absent, or
    /// else as the app says. Nobody is mailed twice about a build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

/// What `POST /api/builds/{build}/notify` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildTold {
    /// How many get the build, were not told of it, and are mailed now.
    pub people: i64,
}

/// Tells `null` from absence.
fn present<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
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

/// What the update check is asked for: `GET /api/apps/{app}/updates`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct InstalledBuild {
    /// What the app runs on; another platform than the app's has no updates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// The version that is installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The build number that is installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// The line of releases to look at; any if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// A random UUID that the app made when it first started, and keeps: it is counted once for
    /// each build, and stored so that nobody can tell it from others. Nothing is counted if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<Uuid>,
    /// With `installation`: the system it runs on, `iOS 18.1` or `18.1`; its major version is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// With `installation`: the device, `iPhone17,1`; its family is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The app's feedback key: with it, release notes are told of an app that is not public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Whether there is something newer than what is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateCheck {
    /// The newest build, if it is newer.
    pub update: Option<AvailableUpdate>,
}

/// A build that is newer than what is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableUpdate {
    /// Which build.
    pub build_id: BuildId,
    /// Its version.
    pub version: Option<String>,
    /// Its build number.
    pub build_number: Option<String>,
    /// Whether this build, or one between, is mandatory.
    pub mandatory: bool,
    /// What is new in it, Markdown. Null for who shows neither the key of an app that is not public
    /// nor a token of somebody who sees the build.
    pub release_notes: Option<String>,
    /// Bytes.
    pub size: i64,
    /// Its page, for whoever may see it.
    pub page_url: String,
    /// What the app opens to install it: an `itms-services` link for ten minutes, where the app is
    /// public and iOS is what it runs on; its page otherwise.
    pub install_url: String,
}

/// What differs between two builds of one app, from the older to the newer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildComparison {
    /// The one that was asked for.
    pub build_id: BuildId,
    /// The one it is compared with.
    pub base_id: BuildId,
    /// Bytes more, or fewer.
    pub size_change: i64,
    /// What was a single value and is another now.
    pub changes: Vec<Change>,
    /// What there is more of and less of: permissions, features, frameworks…
    pub lists: Vec<ListChange>,
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// What it is, as in the build: `version`, `target_sdk`.
    pub field: String,
    /// In the base.
    pub from: Option<String>,
    /// In the build.
    pub to: Option<String>,
}

/// A list that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListChange {
    /// What it is a list of, as in the details: `permissions`.
    pub field: String,
    /// Only in the build.
    pub added: Vec<String>,
    /// Only in the base.
    pub removed: Vec<String>,
}
