//! Apps: their lists, their settings, and who belongs to them.

mod admin_page;
pub(crate) mod change;
mod handlers;
mod make;
mod members;
mod new_page;
mod pages;
pub(crate) mod store;

use axum::{
    Router,
    routing::{get, post},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use make::make;
pub(crate) use store::Choice;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list, handlers::create))
        .routes(routes!(handlers::show, handlers::update, handlers::delete))
        .routes(routes!(handlers::members, handlers::set_member))
        .routes(routes!(handlers::remove_member))
}

/// The lists of apps, and the page to change one.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/", get(pages::all))
        .route("/ios", get(pages::ios))
        .route("/android", get(pages::android))
        .route("/admin/new-app", get(new_page::show).post(new_page::create))
        .route("/admin/apps/{app}", get(admin_page::show).post(admin_page::update))
        .route("/admin/apps/{app}/members", post(admin_page::set_member))
        .route("/admin/apps/{app}/members/{account}/remove", post(admin_page::remove_member))
        .route("/admin/apps/{app}/delete", post(admin_page::delete))
}
