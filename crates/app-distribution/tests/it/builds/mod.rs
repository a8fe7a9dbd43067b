//! Builds: uploaded, listed, changed, shared, with their symbols.

mod change;
mod download;
mod filters;
mod manage;
mod sharing;
pub(crate) mod symbols;
pub(crate) mod upload;
