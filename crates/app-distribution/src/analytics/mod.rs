//! Analytics: downloads and installs by day, version, system and device, and how many testers.
//!
//! A question over a quarter and a million downloads reads some thousand rows. Days are days in UTC.

mod chart;
mod handlers;
mod pages;
mod range;
mod report;
mod store;
#[cfg(test)]
mod tests;
mod watch;
mod words;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use watch::watch;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::of_app)).routes(routes!(handlers::of_build))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/admin/apps/{app}/analytics", get(pages::show))
}
