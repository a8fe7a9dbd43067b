//! Coming in and going out: registration, login, refresh, logout, and the keys that prove access tokens.

mod hand_over;
mod handlers;
mod keys;
mod login;
mod pages;
mod problem;
mod register;
mod start;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use hand_over::Wanted;
pub(crate) use pages::arrive;
pub(crate) use problem::{ACCOUNT_LOCKED, SESSION_ENDED};
pub(crate) use start::in_browser;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::register))
        .routes(routes!(handlers::login))
        .routes(routes!(handlers::refresh))
        .routes(routes!(handlers::logout))
        .routes(routes!(keys::show))
}

/// Signing in and out in a browser, for all hosts.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/", get(pages::home))
        .route("/login", get(pages::show).post(pages::login))
        .route("/logout", get(pages::end).post(pages::logout))
}
