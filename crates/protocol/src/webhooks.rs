//! What webhooks are sent, and requests and responses of `/api/apps/{app}/webhooks`.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    BuildId, DeliveryId, EnrolledDeviceId, WebhookId,
    builds::{App, BuildStatus, Platform, Warning},
    words::words,
};

words! {
    /// What happened.
    pub enum WebhookEvent {
        /// There is a new build: it was uploaded, or else it is offered for the first time.
        BuildPublished = "build.published",
        /// A build is offered that was not, or the other way round.
        BuildChanged = "build.changed",
        /// A build is gone.
        BuildDeleted = "build.deleted",
        /// The signature of a build ends in 30, 7 or 1 days.
        BuildExpiring = "build.expiring",
        /// A tester said what they think of a version of the app.
        FeedbackCreated = "feedback.created",
        /// A phone was enrolled that the developers did not know: a profile is to list it.
        DeviceEnrolled = "device.enrolled",
        /// Somebody tries the webhook. Sent when asked for, whatever was chosen.
        WebhookTest = "webhook.test",
    }
}

words! {
    /// How a webhook wants to be told.
    pub enum WebhookFormat {
        /// A [`WebhookPayload`], signed after Standard Webhooks.
        Generic = "generic",
        /// A message for an incoming webhook of Slack.
        Slack = "slack",
        /// An adaptive card for a workflow of Teams.
        Teams = "teams",
        /// A message for an incoming webhook of Mattermost.
        Mattermost = "mattermost",
        /// A message for a webhook of Discord.
        Discord = "discord",
    }
}

words! {
    /// Why the platform turned a webhook off.
    pub enum WebhookEnd {
        /// It answered 410.
        Gone = "gone",
        /// It took nothing for days.
        Failing = "failing",
    }
}

words! {
    /// What became of a delivery.
    pub enum DeliveryState {
        /// It is tried until it is taken, for about three days.
        Waiting = "waiting",
        /// It was answered 2xx.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
    }
}

words! {
    /// Why there was no answer.
    pub enum DeliveryFault {
        /// Nobody answered in time.
        NoAnswer = "no-answer",
        /// The address is not one that may be called.
        Refused = "refused",
        /// The webhook is turned off.
        TurnedOff = "turned-off",
        /// The secret was sealed with another key of the server: make a new one.
        Sealed = "sealed",
    }
}

words! {
    /// The language of what is mailed and posted about an app.
    pub enum MailLanguage {
        /// English.
        English = "en",
        /// Italiano.
        Italian = "it",
    }
}

/// What a webhook is sent. Fields may be added; those that are here stay as they are while
/// `version` is 1.
///
/// It holds no link that opens anything by itself: `page_url` asks who comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookPayload {
    /// 1.
    pub version: u32,
    /// The same at each try, and in the header `webhook-id`: who has seen it may drop it.
    pub id: Uuid,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: WebhookEvent,
    /// When it happened. The order in which things arrive says nothing.
    pub created_at: DateTime<Utc>,
    /// The app it happened to.
    pub app: App,
    /// The build, as it was then; null for `device.enrolled` and `webhook.test`, and for feedback
    /// about a version that was never uploaded here.
    pub build: Option<WebhookBuild>,
    /// For `build.expiring`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiring: Option<WebhookExpiry>,
    /// For `feedback.created`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<WebhookFeedback>,
    /// For `device.enrolled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<WebhookDevice>,
}

/// A build, as a webhook is told of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookBuild {
    /// Never changes, never reused.
    pub id: BuildId,
    /// What it runs on.
    pub platform: Platform,
    /// iOS: the bundle id. Android: the package name.
    pub bundle_id: String,
    /// Null where the package has none.
    pub version: Option<String>,
    /// Null where the package has none.
    pub build_number: Option<String>,
    /// The oldest system it runs on.
    pub min_os_version: Option<String>,
    /// What is new, Markdown; of long notes the first 4,000 characters.
    pub release_notes: Option<String>,
    /// The line of releases it belongs to.
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
    /// Whether it is offered.
    pub status: BuildStatus,
    /// When the package stops to start: its provisioning profile or certificate ends.
    pub signing_expires_at: Option<DateTime<Utc>>,
    /// What the uploader ought to know.
    pub warnings: Vec<Warning>,
    /// Its page, where whoever may see it installs it. It is no key: others are asked to sign in.
    pub page_url: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

/// When the signature of a build ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookExpiry {
    /// The warning that this is: 30, 7 or 1.
    pub days: i32,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// What a tester thinks of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookFeedback {
    /// 1 to 5, if they gave one.
    pub rating: Option<i32>,
    /// What they wrote; of a long text the first 4,000 characters.
    pub text: String,
    /// The version it is about, as its sender or the build says.
    #[serde(default)]
    pub version: Option<String>,
    /// The build number it is about, as its sender or the build says.
    #[serde(default)]
    pub build_number: Option<String>,
    /// Where the developers read it. It is no key: others are asked to sign in.
    #[serde(default)]
    pub page_url: Option<String>,
}

/// A phone, as a webhook is told of it: without its UDID, which stands on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDevice {
    /// Never changes, never reused.
    pub id: EnrolledDeviceId,
    /// The model, `iPhone 14`; what is not known by name, as the device says, `iPad16,3`.
    pub model: Option<String>,
    /// Its system, `iOS 18`.
    pub os: Option<String>,
    /// Where the developers see and export it. It is no key: others are asked to sign in.
    pub page_url: String,
}

/// An address that is told when something happens to an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Never changes, never reused.
    pub id: WebhookId,
    /// Where it is told.
    pub url: String,
    /// How it wants to be told.
    pub format: WebhookFormat,
    /// What it is told.
    pub events: Vec<WebhookEvent>,
    /// Of builds only those of this channel; null for all. What is about no build is told anyway.
    pub channel: Option<String>,
    /// Whether it is told at all.
    pub enabled: bool,
    /// Why the platform turned it off, if it did.
    pub disabled_because: Option<WebhookEnd>,
    /// Since when it takes nothing; null while all is well.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// `POST /api/apps/{app}/webhooks`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// A UUID of version 7 of your own making, for a request that may be repeated: the same again is
    /// answered with what there is. Somebody else's is a 409.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<WebhookId>,
    /// An https address of the public Internet, 2,000 characters at most.
    pub url: String,
    /// `generic` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<WebhookFormat>,
    /// What it is told, at least one.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub events: Vec<WebhookEvent>,
    /// Of builds only those of this channel; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// `PATCH /api/apps/{app}/webhooks/{webhook}`: absent fields stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// As when it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How it wants to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<WebhookFormat>,
    /// What it is told, at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<WebhookEvent>>,
    /// Of builds only those of this channel; an empty string means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Whether it is told at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A new webhook: the only time its secret is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What a receiver verifies signatures with, `whsec_…`.
    pub secret: String,
}

/// The answer to `POST …/webhooks/{webhook}/secret`: the only time the secret is shown.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotatedSecret {
    /// What a receiver verifies signatures with from now on.
    pub secret: String,
    /// Until when deliveries are signed with the one before, too.
    pub old_until: DateTime<Utc>,
}

/// One thing that was, or will be, told to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// To send it again.
    pub id: DeliveryId,
    /// The `id` of the payload.
    pub event_id: Uuid,
    /// What happened.
    pub event: WebhookEvent,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was last tried.
    pub tried_at: Option<DateTime<Utc>>,
    /// The status that was answered at the last try.
    pub status: Option<i16>,
    /// Why nothing was answered at the last try.
    pub fault: Option<DeliveryFault>,
    /// How long the last try took, in milliseconds.
    pub duration_ms: Option<i32>,
    /// How the last answer began, 1,000 characters at most.
    pub answer: Option<String>,
    /// When it happened.
    pub created_at: DateTime<Utc>,
}

/// `GET` and `PUT /api/apps/{app}/notifications`: what people are mailed about an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AppNotifications {
    /// Whether those who get a new build are mailed, if its uploader does not say.
    pub mail_builds: bool,
    /// The language of what is mailed and posted.
    pub mail_language: MailLanguage,
}
