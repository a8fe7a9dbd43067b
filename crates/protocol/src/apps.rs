//! Requests and responses of `/api/apps`.
#![expect(clippy::option_option, reason = "absent, null and a value are three things")]

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{AccountId, AppId, builds::Platform, words::words};

words! {
    /// What an account may do with an app; each includes the ones before it.
    pub enum AppRole {
        /// Installs what is offered.
        Tester = "tester",
        /// Uploads builds and decides who gets them.
        Developer = "developer",
        /// Changes the app, and makes developers and testers.
        Manager = "manager",
        /// Makes managers and owners, and deletes the app.
        Owner = "owner",
    }
}

words! {
    /// Who may open the install pages of an app.
    pub enum Access {
        /// Its members and testers.
        Members = "members",
        /// Whoever knows its password, too.
        Password = "password",
        /// Anybody.
        Public = "public",
    }
}

/// An app with its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppDetails {
    /// Never changes, never reused.
    pub id: AppId,
    /// What people call it: its name in the newest package.
    pub name: String,
    /// What it runs on.
    pub platform: Platform,
    /// iOS: the bundle id. Android: the package name.
    pub bundle_id: String,
    /// What it is for.
    pub description: Option<String>,
    /// Where it is on `TestFlight`.
    pub testflight_url: Option<String>,
    /// Where it is on Google Play.
    pub play_url: Option<String>,
    /// Who may open its install pages.
    pub access: Access,
    /// How many builds are kept; null keeps all.
    pub keep_builds: Option<i32>,
    /// For how many days builds are kept; null keeps all.
    pub keep_days: Option<i32>,
    /// How many bytes of builds are kept; null keeps all.
    pub quota_bytes: Option<i64>,
    /// What the caller may do with it; administrators own all.
    pub role: AppRole,
    /// When it was made, by its first upload or before it.
    pub created_at: DateTime<Utc>,
}

/// `POST /api/apps`: an app before its first build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApp {
    /// What it runs on.
    pub platform: Platform,
    /// iOS: the bundle id. Android: the package name. Builds of it belong to the app.
    pub bundle_id: String,
    /// What people call it until its first build says so; 255 characters at most.
    pub name: String,
}

/// `PATCH /api/apps/{app}`: absent fields stay as they are, null removes.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateApp {
    /// 5,000 characters at most.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub description: Option<Option<String>>,
    /// An https address.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub testflight_url: Option<Option<String>>,
    /// An https address.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub play_url: Option<Option<String>>,
    /// Who may open the install pages. `password` needs one, sent now or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// The password of the install pages, 8–256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 256))]
    pub password: Option<String>,
    /// At least 1.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>, minimum = 1))]
    pub keep_builds: Option<Option<i32>>,
    /// 1 to 36,500.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i32>, minimum = 1, maximum = 36500))]
    pub keep_days: Option<Option<i32>>,
    /// At least 1.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>, minimum = 1))]
    pub quota_bytes: Option<Option<i64>>,
}

/// Tells null, which removes, from a field that is absent.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An account that belongs to an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The account.
    pub account_id: AccountId,
    /// What it is called.
    pub handle: String,
    /// What it may do.
    pub role: AppRole,
    /// Since when it belongs to the app.
    pub created_at: DateTime<Utc>,
}

/// `PUT /api/apps/{app}/members`: adds an account, or gives it another role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetMember {
    /// Of the account.
    pub handle: String,
    /// What it may do from now on.
    pub role: AppRole,
}
