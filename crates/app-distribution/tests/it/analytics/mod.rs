//! How builds are used.

mod installs;
mod metrics;
mod report;
mod rollups;
