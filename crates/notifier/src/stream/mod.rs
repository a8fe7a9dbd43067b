//! The event stream: `GET /v1/stream`, a WebSocket that lives as long as its session.

mod connect;
mod converse;
mod dispatch;

use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use dispatch::keep_told;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(connect::connect))
}
