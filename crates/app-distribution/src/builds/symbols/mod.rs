//! Symbols, kept with their build: dSYMs and mappings, found by what a crash names them.

mod handlers;
mod receive;
mod store;

use securevox_core::{Result, storage::Key};
use securevox_protocol::SymbolsId;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) use self::{
    handlers::{remove, send},
    receive::receive,
    store::of_build,
};

use crate::{
    app::App,
    sweep::{OLD_ENOUGH, orphans},
};

const PLACE: &str = "symbols";

/// Where a file is stored.
const fn key(symbols: SymbolsId) -> Key {
    Key::new(PLACE, symbols.0)
}

/// Deletes stored files that no build names.
pub(crate) async fn sweep(app: &App) -> Result<()> {
    orphans(app, PLACE, OLD_ENOUGH, store::unknown).await
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
