//! Links by which developers share a build with whoever they like: until a time of their choosing,
//! for a number of installs if they say so, listed and withdrawn one by one. The server keeps the
//! hash of their codes.

mod change;
mod handlers;
mod page;
mod store;

use axum::{
    Router,
    routing::{get, post},
};
use securevox_protocol::Problem;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use self::store::sweep;
pub(super) use self::store::{begin_install, has_room, list};

use crate::app::App;

pub(super) const SHARE_LINK_OVER: Problem =
    Problem::new(410, "/problems/share-link-over", "The link is over");

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list, handlers::create))
        .routes(routes!(handlers::withdraw))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(super) fn pages() -> Router<App> {
    Router::new()
        .route("/s/{code}", get(page::open))
        .route("/admin/builds/{build}/links", post(page::create))
        .route("/admin/builds/{build}/links/{share}/withdraw", post(page::withdraw))
}
