//! Requests and responses of `/v1/devices`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{DeviceId, words::words};

words! {
    /// What kind of machine a client is installed on.
    pub enum DevicePlatform {
        /// iPhone and iPad.
        Ios = "ios",
        /// Android.
        Android = "android",
        /// A browser.
        Web = "web",
        /// A desktop application.
        Desktop = "desktop",
        /// A terminal client.
        Cli = "cli",
    }
}

/// An installation that signs in for the first time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// 1–64 characters, chosen by the person.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub name: String,
    /// What it runs on.
    pub platform: DevicePlatform,
}

/// One installation of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Device {
    /// Never changes, never reused.
    pub id: DeviceId,
    /// The name the person gave it.
    pub name: String,
    /// What it runs on.
    pub platform: DevicePlatform,
    /// When it signed in first.
    pub created_at: DateTime<Utc>,
    /// When its session was last refreshed.
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is the device that asks.
    pub current: bool,
}

/// `PATCH /v1/devices/{device}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateDevice {
    /// 1–64 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub name: String,
}
