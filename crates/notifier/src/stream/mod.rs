//! The event stream: `GET /v1/stream`, a WebSocket that lives as long as its session.

mod connect;
mod converse;
mod dispatch;
mod registry;

use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use dispatch::keep_told;
pub(crate) use registry::Streams;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(connect::connect))
}
