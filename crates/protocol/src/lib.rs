//! The words that services and clients exchange.
//!
//! Only serde types live here: no SQL, no HTTP, no I/O. A type that one service
//! keeps to itself does not belong here. All times are RFC 3339 in UTC, all ids
//! are `UUIDv7`, all JSON is in `snake_case`.
#![warn(missing_docs)]

pub mod accounts;
pub mod analytics;
pub mod apps;
pub mod auth;
pub mod builds;
pub mod devices;
pub mod downloads;
pub mod enrolment;
pub mod feedback;
pub mod feeds;
pub mod history;
mod id;
pub mod invites;
pub mod packages;
mod page;
mod problem;
pub mod retention;
pub mod roster;
pub mod sessions;
pub mod shares;
pub mod signaling;
pub mod stream;
pub mod symbols;
pub mod testers;
pub mod tokens;
pub mod uploads;
pub mod webhooks;
mod words;

pub use id::{
    AccountId, AppId, BuildId, CallId, DeliveryId, DeviceId, DownloadId, EnrolledDeviceId, FeedId,
    FeedbackId, GroupId, InviteId, JoinLinkId, SessionId, ShareLinkId, SymbolsId, TesterId,
    TokenId, UploadId, WebhookId,
};
pub use page::Page;
pub use problem::{FieldError, Problem, Quota};
