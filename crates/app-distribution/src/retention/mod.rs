//! Retention: deleting the builds that an app's rules say are too many, too old or too large
//! together, and telling before which those are.

mod forecast;
mod page;
mod retain;
mod store;
mod words;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use self::retain::retain;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(forecast::show))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/admin/apps/{app}/storage", get(page::show).post(page::update))
}
