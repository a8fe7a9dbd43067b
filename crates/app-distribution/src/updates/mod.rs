//! The newest of a line of builds: links that always lead to it, and the question of apps whether
//! there is a newer one.

mod check;
mod latest;
mod line;
mod store;
mod versions;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(check::check)).routes(routes!(latest::show))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/apps/{app}/latest", get(latest::open))
}
