//! Installations of clients.

mod handlers;
pub(crate) mod store;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

/// Characters of a device's name.
pub(crate) const NAME_LENGTH: (usize, usize) = (1, 64);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::list)).routes(routes!(
        handlers::show,
        handlers::update,
        handlers::delete
    ))
}
