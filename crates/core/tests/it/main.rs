//! What every service shares, tested through a small service of its own.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod auth;
mod bus;
mod errors;
mod http;
mod jobs;
mod mail;
mod outbound;
mod probe;
mod storage;
