//! What every service shares, and nothing that only one of them needs.
#![warn(missing_docs)]

pub mod audit;
pub mod auth;
pub mod bus;
pub mod config;
pub mod db;
pub mod error;
pub mod extract;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod metrics;
pub mod openapi;
pub mod outbound;
pub mod process;
pub mod rate_limit;
pub mod storage;
pub mod tasks;
pub mod telemetry;
pub mod web;

pub use error::{Error, Result};
