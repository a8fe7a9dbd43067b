//! The roster of an app: who can install it, by what, whether they came in, and which build they
//! have. Its developers read it; its managers invite people again, and remove testers.

mod change;
mod export;
mod handlers;
mod pages;
mod store;
mod wanted;
mod words;

use axum::{
    Router,
    routing::{get, post},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) use store::note_sign_in;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list))
        .routes(routes!(export::download))
        .routes(routes!(handlers::invite))
        .routes(routes!(handlers::remove))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(super) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/apps/{app}/testers", get(pages::show))
        .route("/admin/apps/{app}/testers.csv", get(export::download_page))
        .route("/admin/apps/{app}/testers/{tester}/invite", post(pages::invite))
        .route("/admin/apps/{app}/testers/{tester}/remove", post(pages::remove))
}
