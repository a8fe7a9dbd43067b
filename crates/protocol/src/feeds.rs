//! Requests and responses of `/api/feeds`: links by which programs that send no cookies look for
//! new builds themselves.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    FeedId,
    builds::{App, Platform},
};

/// A link of the caller's, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feed {
    /// Never changes, never reused.
    pub id: FeedId,
    /// What it is for: a phone, a feed reader.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When something was last read by it, to the hour; null if nothing was yet.
    pub used_at: Option<DateTime<Utc>>,
}

/// `POST /api/feeds`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateFeed {
    /// What it is for: a link for each phone is easy to withdraw. 100 characters at most.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
}

/// A new link: the only time its addresses, which hold the secret, are shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedFeed {
    /// The link.
    #[serde(flatten)]
    pub feed: Feed,
    /// Where it leads.
    #[serde(flatten)]
    pub addresses: FeedAddresses,
}

/// What can be added to phones and feed readers. Whoever has the addresses sees what their owner is
/// offered.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedAddresses {
    /// For F-Droid; null where the owner is offered apps for iOS alone.
    pub fdroid: Option<FdroidRepository>,
    /// For `AltStore`; null where the owner is offered apps for Android alone.
    pub altstore: Option<AltStoreSource>,
    /// News of each app that the owner is offered now.
    pub news: Vec<AppNews>,
}

/// A repository from which F-Droid updates phones.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FdroidRepository {
    /// Its address.
    pub url: String,
    /// The SHA-256 of the certificate that signs its index.
    pub fingerprint: String,
    /// What a phone opens to add it.
    pub add_url: String,
}

/// A source from which `AltStore` updates phones.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AltStoreSource {
    /// Its address.
    pub url: String,
    /// What a phone opens to add it.
    pub add_url: String,
}

/// News of an app for feed readers.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppNews {
    /// The app.
    pub app: App,
    /// What it runs on.
    pub platform: Platform,
    /// RSS 2.0.
    pub rss_url: String,
    /// JSON Feed 1.1.
    pub json_url: String,
    /// News of one channel alone, for each in which the owner is offered a build now.
    pub channels: Vec<ChannelNews>,
}

/// News of a channel for feed readers.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelNews {
    /// Its name.
    pub channel: String,
    /// RSS 2.0.
    pub rss_url: String,
    /// JSON Feed 1.1.
    pub json_url: String,
}
