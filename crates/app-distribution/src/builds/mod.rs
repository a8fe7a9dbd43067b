//! Builds: uploaded, listed, shown, downloaded.

mod download;
mod form;
mod handlers;
mod problem;
mod publish;
mod reconcile;
mod store;
pub(crate) mod sweep;
mod upload;
mod visible;
mod wanted;

use axum::extract::DefaultBodyLimit;
use securevox_core::storage::Key;
use securevox_protocol::BuildId;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

use crate::app::App;

const PLACE: &str = "builds";

/// Where the package of a build is stored.
const fn key(build: BuildId) -> Key {
    Key::new(PLACE, build.0)
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list))
        .routes(routes!(handlers::show))
        .routes(routes!(download::redirect))
}

/// Routes that take as long as the line takes.
pub(crate) fn transfer_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        // The form counts the bytes itself; other limits would cut it short.
        .routes(routes!(upload::create).map(|router| router.layer(DefaultBodyLimit::disable())))
        .routes(routes!(download::download))
}
