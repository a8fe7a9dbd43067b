//! Who downloaded what, when, and on which device: for the developers of an app.

mod export;
mod handlers;
mod pages;
mod store;
mod wanted;
mod words;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::list)).routes(routes!(export::download))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/apps/{app}/downloads", get(pages::show))
        .route("/admin/apps/{app}/downloads.csv", get(export::download_page))
}
