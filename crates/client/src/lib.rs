//! The SDK of SecureVOX: a [`Client`] for its REST API, with one file per resource.
//!
//! Requests and answers are those of `securevox_protocol`. A client that has signed in renews
//! its access token by itself; what the server refuses comes back as [`Error::Problem`].
#![warn(missing_docs)]

mod account;
mod admin;
mod apps;
mod auth;
mod builds;
mod client;
mod devices;
mod enrolment;
mod error;
mod exchange;
mod feeds;
mod groups;
mod insight;
mod invites;
mod paging;
mod renew;
mod roster;
mod session;
mod sessions;
mod tokens;
mod webhooks;

pub use builds::{BuildFilter, Upload};
pub use client::{Client, Servers};
pub use error::{Error, Result};
pub use insight::{AnalyticsFilter, FeedbackFilter};
pub use paging::Paging;
pub use reqwest::Url;
pub use roster::RosterSearch;
