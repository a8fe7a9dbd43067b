//! What is known of a package after reading it.

use chrono::{DateTime, Utc};
use securevox_protocol::{builds::Platform, packages::PackageDetails};

/// The facts a package states about itself, as its own tools print them.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    pub platform: Platform,
    /// `CFBundleIdentifier` or the Android package name.
    pub bundle_id: String,
    /// `CFBundleShortVersionString` or `versionName`.
    pub version: Option<String>,
    /// `CFBundleVersion` or `versionCode`.
    pub build_number: Option<String>,
    /// The name under the icon, in the package's default language.
    pub name: Option<String>,
    /// `MinimumOSVersion` (`15.0`), or for Android the API level (`26`).
    pub min_os_version: Option<String>,
    /// The app's icon as an ordinary PNG, square, at most 1024 px wide.
    pub icon: Option<Vec<u8>>,
    /// The devices that the profile of an IPA lists (UDIDs in upper case).
    pub devices: Vec<String>,
    /// What only one kind of package has.
    pub details: PackageDetails,
}

impl Package {
    /// When it stops to start, because what it is signed with ends.
    pub fn signing_expires_at(&self) -> Option<DateTime<Utc>> {
        match &self.details {
            PackageDetails::Ipa(ipa) => ipa.expires_at,
            PackageDetails::Apk(_) | PackageDetails::Aab(_) => None,
        }
    }
}
