//! API tokens for CI.

mod create;
mod handlers;
mod store;

use utoipa_axum::{router::OpenApiRouter, routes};

pub use create::{Wanted, create};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list, handlers::create))
        .routes(routes!(handlers::delete))
}
