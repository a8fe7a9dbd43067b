//! Sessions: how they stay alive and end. `auth/` starts them.

mod handlers;
pub(crate) mod refresh;
pub(crate) mod revoke;
pub(crate) mod store;

use utoipa_axum::{router::OpenApiRouter, routes};

pub use revoke::revoke_all;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::list)).routes(routes!(handlers::delete))
}
