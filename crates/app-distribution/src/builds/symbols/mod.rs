//! Symbols, kept with their build: dSYMs and mappings, found by what a crash names them.

mod handlers;
mod receive;
mod store;
mod sweep;

use securevox_core::storage::Key;
use securevox_protocol::SymbolsId;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use self::sweep::sweep;
pub(super) use self::{
    handlers::{remove, send},
    receive::receive,
    store::of_build,
};

use crate::app::App;

const PLACE: &str = "symbols";

/// Where a file is stored.
const fn key(symbols: SymbolsId) -> Key {
    Key::new(PLACE, symbols.0)
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(handlers::list)).routes(routes!(handlers::find))
}

/// Routes that take as long as the line takes.
pub(super) fn transfer_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::create))
        .routes(routes!(handlers::download, handlers::delete))
}
