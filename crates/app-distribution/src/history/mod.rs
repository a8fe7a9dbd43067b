//! The log of an app: who did what to it, to its builds and its groups. Managers and owners read it.

mod handlers;
mod page;
mod store;
mod words;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::list))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/admin/apps/{app}/log", get(page::show))
}
