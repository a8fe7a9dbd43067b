//! What every service shares, and nothing that only one of them needs.
#![warn(missing_docs)]

pub mod audit;
pub mod auth;
pub mod bus;
mod client_address;
pub mod config;
pub mod db;
pub mod error;
pub mod extract;
mod hex;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod metrics;
pub mod openapi;
pub mod outbound;
pub mod process;
pub mod rate_limit;
mod request_id;
mod secret_key;
pub mod storage;
pub mod tasks;
pub mod telemetry;
pub mod web;

pub use error::{Error, Result};
