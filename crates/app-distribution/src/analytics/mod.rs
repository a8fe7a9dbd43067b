//! Analytics: downloads and installs by day, version, system and device, and how many testers.
//!
//! They are counted when they happen, in the transaction that notes them: a question over a quarter
//! and a million downloads reads some thousand rows. What was counted outlives the builds;
//! who downloaded goes with them. Days are days in UTC.
//!
//! An install is an installation of the app that says so of itself, by a random id in its update
//! check. That is for the app to do or not: whoever knows the app's id can say it, so what one
//! address and all together are believed is limited.

mod chart;
mod count;
mod counters;
mod handlers;
mod pages;
mod range;
mod report;
mod store;
#[cfg(test)]
mod tests;
mod words;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use count::{Fetched, Installations, note_download, note_install};
pub(crate) use counters::{Counters, watch};
pub(crate) use store::are_one;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::of_app)).routes(routes!(handlers::of_build))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/admin/apps/{app}/analytics", get(pages::show))
}
