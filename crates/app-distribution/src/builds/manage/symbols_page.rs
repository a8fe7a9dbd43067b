//! Symbols on the page of their build.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method},
    response::Response,
};
use securevox_core::{
    Result,
    extract::Path,
    web::{Nothing, genuine},
};
use securevox_protocol::SymbolsId;
use serde::Deserialize;

use super::{
    BuildForm, BuildView,
    edit_page::{Told, page},
};
use crate::{
    app::App,
    builds::{problem::NO_SUCH_BUILD, symbols},
    done::{Done, done},
    words::faults,
};

#[derive(Deserialize)]
pub(super) struct SymbolsPath {
    symbols: SymbolsId,
}

/// Takes the form, whose first field is its `csrf`.
pub(super) async fn add(
    State(app): State<App>,
    at: BuildView,
    request: Request,
) -> Result<Response> {
    let (home, build) = (at.home(), at.id());
    let BuildView { view, managed, .. } = at;
    let (site, headers) = (app.site.clone(), request.headers().clone());
    let proof = |token: &str| genuine(&view, &site, &headers, token);
    match Box::pin(symbols::receive(&app, managed, request, Some(&proof))).await {
        Ok(_) => Ok(done(&app, &home, Done::Added)),
        Err(error) => {
            let told = Told { faults: faults(error, &view, &["file", "id"])?, ..Told::default() };
            page(&app, BuildView::of(&app, view, build).await?, told).await
        }
    }
}

pub(super) async fn download(
    State(app): State<App>,
    at: BuildView,
    path: Result<Path<SymbolsPath>>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let Path(SymbolsPath { symbols }) = path.map_err(|_| NO_SUCH_BUILD)?;
    symbols::send(&app, &at.managed, symbols, (&method, &headers)).await
}

pub(super) async fn delete(
    State(app): State<App>,
    path: Result<Path<SymbolsPath>>,
    BuildForm(at, Nothing {}): BuildForm<Nothing>,
) -> Result<Response> {
    let Path(SymbolsPath { symbols }) = path.map_err(|_| NO_SUCH_BUILD)?;
    symbols::remove(&app, &at.managed, symbols).await?;
    Ok(done(&app, &at.home(), Done::Deleted))
}
