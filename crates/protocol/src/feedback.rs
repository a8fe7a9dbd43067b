//! Requests and responses of feedback: what people who test a build say of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AccountId, AppId, BuildId, FeedbackId, TesterId, words::words};

words! {
    /// Where feedback was written.
    pub enum FeedbackOrigin {
        /// On the page of a build.
        Page = "page",
        /// By a program of somebody who sees the build.
        Api = "api",
        /// Inside the app, with its feedback key.
        App = "app",
    }
}

words! {
    /// What a screenshot is, decided from its content.
    pub enum ImageType {
        /// PNG.
        Png = "image/png",
        /// JPEG.
        Jpeg = "image/jpeg",
        /// WebP.
        Webp = "image/webp",
    }
}

/// `POST /api/builds/{build}/feedback`: a rating, a text, or a screenshot, at least one of them.
///
/// With a screenshot it is sent as `multipart/form-data` with these names, and the file as `screenshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SendFeedback {
    /// A UUID of version 7 of your own making, for a request that may be repeated: the same again is
    /// answered with what there is. Somebody else's is a 409.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<FeedbackId>,
    /// Stars, 1 to 5.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i16>,
    /// 5,000 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The device, `iPhone17,1`; 100 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Its system, `iOS 18.1`; 100 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// The language of the app, `it-IT`; 35 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The version that the app says it is; that of the build if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The build number that the app says it is; that of the build if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// What else the app wants to be known: 20 texts at most, names of 64 and values of 500 characters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub context: BTreeMap<String, String>,
}

/// A screenshot, which is at `/api/apps/{app}/feedback/{feedback}/screenshot`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Screenshot {
    /// Where it is downloaded; needs the same authorization as this answer.
    pub url: String,
    /// What it is.
    pub media_type: ImageType,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
}

/// What somebody said of a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feedback {
    /// Never changes, never reused.
    pub id: FeedbackId,
    /// Of which app.
    pub app_id: AppId,
    /// Of which build; null if it is not known, or was deleted.
    pub build_id: Option<BuildId>,
    /// The version it is about.
    pub version: Option<String>,
    /// The build number it is about.
    pub build_number: Option<String>,
    /// Stars, 1 to 5.
    pub rating: Option<i16>,
    /// May be empty.
    pub text: String,
    /// What was seen; without what the camera or the phone wrote into the file.
    pub screenshot: Option<Screenshot>,
    /// The device, as it was told.
    pub device: Option<String>,
    /// Its system, as it was told.
    pub os: Option<String>,
    /// The language, as it was told.
    pub locale: Option<String>,
    /// What else the app told.
    pub context: BTreeMap<String, String>,
    /// Where it was written.
    pub origin: FeedbackOrigin,
    /// The account that wrote it.
    pub account_id: Option<AccountId>,
    /// The tester who wrote it.
    pub tester_id: Option<TesterId>,
    /// Their handle or address, while there is one.
    pub author: Option<String>,
    /// When a developer said that it is done with; null while it is open.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// That feedback has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackReceived {
    /// Its id, to be quoted.
    pub id: FeedbackId,
}

/// `PATCH /api/apps/{app}/feedback/{feedback}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateFeedback {
    /// Whether it is done with.
    pub resolved: bool,
}

/// What an app needs to send feedback from inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedbackKey {
    /// Where the app sends it: `POST`, without authorization. The address has the key in it.
    pub url: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}
