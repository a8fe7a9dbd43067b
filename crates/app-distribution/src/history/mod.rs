//! The log: who did what to an app, its builds and its groups, for its managers and owners; and all of
//! it, for administrators, where what was deleted is found as well.

mod handlers;
mod page;
mod record;
mod store;
mod wanted;
mod words;

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use record::{Act, Told, changes, record, record_change};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::list)).routes(routes!(handlers::all))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/apps/{app}/log", get(page::show))
        .route("/admin/log", get(page::show_all))
}
