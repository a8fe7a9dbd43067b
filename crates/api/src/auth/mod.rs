//! Coming in and going out: registration, login, refresh, logout, and the keys that prove access tokens.

mod handlers;
mod keys;
mod login;
mod problem;
mod register;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::register))
        .routes(routes!(handlers::login))
        .routes(routes!(handlers::refresh))
        .routes(routes!(handlers::logout))
        .routes(routes!(keys::show))
}
