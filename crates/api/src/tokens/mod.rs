//! API tokens for CI.

mod create;
mod handlers;
mod pages;
mod revoke;
mod store;
mod words;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use create::{Wanted, create};

use crate::app::App;

/// Where people make them.
pub(crate) const PAGE: &str = "/tokens";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list, handlers::create))
        .routes(routes!(handlers::delete))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(PAGE, get(pages::show).post(pages::create))
        .route("/tokens/{token}/revoke", get(pages::ask).post(pages::revoke))
}
