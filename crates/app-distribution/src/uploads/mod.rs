//! Uploads: the form of a browser, and those that come in pieces and can be resumed.
//!
//! The latter are tus 1.0 (<https://tus.io/protocols/resumable-upload>) with creation,
//! creation-with-upload, termination and expiration. What has come is stored piece by piece, in the
//! storage of the packages and in Postgres, so any copy takes the next piece. The last one puts a job
//! in the queue that makes the build; what became of it is told by `GET`.

mod finish;
mod form_page;
mod handlers;
mod metadata;
mod pages;
mod pieces;
mod problem;
mod sender;
mod store;
pub(crate) mod sweep;
mod tus;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};

pub(crate) use finish::{FinishUpload, finish};

use crate::app::App;

/// Where pieces are stored.
const PLACE: &str = "upload-pieces";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::options)).routes(routes!(
        handlers::offset,
        handlers::show,
        handlers::terminate
    ))
}

/// The form to upload a build, and what became of an upload.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/admin", get(form_page::show))
        .route("/admin/uploads/{upload}", get(pages::show))
        .route("/admin/uploads/{upload}/abandon", post(pages::abandon))
}

/// Routes that take as long as the line takes.
pub(crate) fn transfer_routes() -> OpenApiRouter<App> {
    // What a piece may hold is known from its upload.
    OpenApiRouter::new()
        .routes(routes!(handlers::create).map(|router| router.layer(DefaultBodyLimit::disable())))
        .routes(
            routes!(handlers::append, handlers::instead)
                .map(|router| router.layer(DefaultBodyLimit::disable())),
        )
}

/// Where the form is sent, which takes as long as the line takes.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn transfer_pages() -> Router<App> {
    Router::new().route("/admin/builds", post(form_page::create))
}
