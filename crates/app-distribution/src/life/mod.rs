//! The life of builds after their upload: the newest of a line, updates, comparison, retention.

mod compare;
mod forecast;
mod latest;
mod line;
pub(crate) mod quota;
pub(crate) mod retention;
mod store;
mod updates;
mod versions;

pub(crate) use compare::differences;
pub(crate) use retention::superfluous;
pub(crate) use store::{Room, Superfluous, newest_public, room, used};

use axum::{Router, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(updates::check))
        .routes(routes!(latest::show))
        .routes(routes!(compare::compare))
        .routes(routes!(forecast::show))
}

/// Links that always lead to the newest build.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/apps/{app}/latest", get(latest::open))
}
