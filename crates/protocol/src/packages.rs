//! What a package says of itself beyond its name and version: the `details` of a build.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::words;

/// The facts that one kind of package has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PackageDetails {
    /// An iOS app.
    Ipa(Box<IpaDetails>),
    /// An Android app that devices install.
    Apk(Box<ApkDetails>),
    /// An Android App Bundle: kept for download, installable nowhere.
    Aab(Box<ApkDetails>),
}

words! {
    /// How an iOS app was signed for distribution, which decides who can install it.
    pub enum IosDistribution {
        /// Any device of anybody, after trusting the developer (`ProvisionsAllDevices`).
        Enterprise = "enterprise",
        /// The devices listed in its profile.
        AdHoc = "ad_hoc",
        /// The devices listed in its profile, in Developer Mode.
        Development = "development",
        /// Nobody: it is made for the App Store or `TestFlight`.
        AppStore = "app_store",
        /// Nobody: it was built for the simulator.
        Simulator = "simulator",
        /// Nobody: it is made for Apple TV, Vision Pro, a watch or a Mac.
        OtherSystem = "other_system",
        /// Nobody: it has no provisioning profile that can be read.
        Unsigned = "unsigned",
    }
}

impl IosDistribution {
    /// Whether devices install it from a page of ours.
    pub const fn installs_over_the_air(self) -> bool {
        matches!(self, Self::Enterprise | Self::AdHoc | Self::Development)
    }
}

/// What an IPA says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IpaDetails {
    /// How it was signed for distribution.
    pub distribution: IosDistribution,
    /// When it stops to start: the earlier end of its profile and of its signing certificate.
    pub expires_at: Option<DateTime<Utc>>,
    /// `embedded.mobileprovision`, where there is one that can be read.
    pub profile: Option<ProvisioningProfile>,
    /// Whose certificate signed the app, as its executable says.
    pub signed_by: Option<Certificate>,
    /// The UUID of its executable, by which its symbols are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executable_uuid: Option<String>,
    /// `iphone`, `ipad`, `tv`, `watch`, `vision`, from `UIDeviceFamily`.
    pub device_families: Vec<String>,
    /// `CFBundleSupportedPlatforms`, such as `iPhoneOS`.
    pub supported_platforms: Vec<String>,
    /// `UIRequiredDeviceCapabilities`.
    pub required_capabilities: Vec<String>,
    /// `UIBackgroundModes`.
    pub background_modes: Vec<String>,
    /// The schemes of URLs that open it (`CFBundleURLTypes`).
    pub url_schemes: Vec<String>,
    /// Why it asks for what it asks for: each `NS…UsageDescription` with its text.
    pub usage_descriptions: BTreeMap<String, String>,
    /// The bundle ids of its app extensions (`PlugIns/*.appex`).
    pub extensions: Vec<String>,
    /// The bundle id of its watch app.
    pub watch_app: Option<String>,
    /// The names of its embedded frameworks, without `.framework`.
    pub frameworks: Vec<String>,
}

/// What a provisioning profile says. Its devices are not told here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProvisioningProfile {
    /// As Apple's portal shows it.
    pub name: String,
    /// Its `UUID`.
    pub uuid: String,
    /// Who signed the profile itself: Apple, says the certificate; devices alone verify that.
    pub signed_by: Option<String>,
    /// The ten characters of the team.
    pub team_id: Option<String>,
    /// What the team is called.
    pub team_name: Option<String>,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many devices it lists.
    pub device_count: u32,
    /// The certificates that may sign with it.
    pub certificates: Vec<Certificate>,
    /// What it allows the app, as in the profile.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub entitlements: serde_json::Value,
}

/// A certificate, as far as people compare it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Certificate {
    /// Whose it is: the common name, or the whole subject.
    pub subject: String,
    /// SHA-256 of the whole certificate in DER, lower-case hex.
    pub fingerprint: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

words! {
    /// An Android signing scheme.
    pub enum SignatureScheme {
        /// JAR signing.
        V1 = "v1",
        /// The whole file, from Android 7.
        V2 = "v2",
        /// With key rotation, from Android 9.
        V3 = "v3",
        /// With rotation that older versions pass over, from Android 13.
        V31 = "v3.1",
    }
}

/// What an APK or AAB says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApkDetails {
    /// API level, `minSdkVersion`; 1 where the manifest says nothing is told as null.
    pub min_sdk: Option<u32>,
    /// API level, `targetSdkVersion`.
    pub target_sdk: Option<u32>,
    /// API level, `maxSdkVersion`.
    pub max_sdk: Option<u32>,
    /// `uses-permission`, in the order of the manifest, each once.
    pub permissions: Vec<String>,
    /// `uses-feature`.
    pub features: Vec<Feature>,
    /// The folders below `lib/`; empty for an app without native code.
    pub abis: Vec<String>,
    /// Its names by language (`it`, `pt-BR`), where they differ from the default one.
    pub labels: BTreeMap<String, String>,
    /// Whether anybody with a cable can look into it as it runs.
    pub debuggable: bool,
    /// Whether only `adb install -t` installs it.
    pub test_only: bool,
    /// The schemes by which it is signed, each verified.
    pub schemes: Vec<SignatureScheme>,
    /// Who signed, as devices on Android 9 and later see it; empty for a package that is not signed.
    pub signers: Vec<Certificate>,
    /// Whose key was changed for that of the signers, as these proved; the first one first.
    #[serde(default)]
    pub former_signers: Vec<Certificate>,
}

/// A `uses-feature` of an Android manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feature {
    /// `android.hardware.camera`.
    pub name: String,
    /// Whether it cannot be installed without.
    pub required: bool,
}
