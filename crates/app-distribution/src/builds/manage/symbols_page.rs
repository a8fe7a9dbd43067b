//! Symbols on the page of their build.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method},
    response::Response,
};
use securevox_core::{
    Result,
    extract::Path,
    web::{Form, SignedInView, genuine, see_other},
};
use securevox_protocol::{BuildId, SymbolsId};
use serde::Deserialize;

use super::{
    BuildPath,
    edit_page::{Told, page},
    managed,
};
use crate::{
    app::App,
    apps::{Actor, sender, wrong},
    builds::{problem::NO_SUCH_BUILD, symbols},
};

#[derive(Deserialize)]
pub(super) struct SymbolsPath {
    build: BuildId,
    symbols: SymbolsId,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Takes the form, whose first field is its `csrf`.
pub(super) async fn add(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<BuildPath>>,
    request: Request,
) -> Result<Response> {
    let actor = Actor::of(&signed_in);
    let managed = managed(&app, actor, path).await?;
    let view = signed_in.view;
    let (build, site, headers) = (managed.build.id, app.site.clone(), request.headers().clone());
    let proof = |token: &str| genuine(&view, &site, &headers, token);
    match Box::pin(symbols::receive(&app, managed, request, Some(&proof))).await {
        Ok(_) => Ok(see_other(&format!("/admin/builds/{build}"))),
        Err(error) => {
            let told = Told { problem: Some(wrong(error)?), ..Told::default() };
            page(&app, (&view, actor), build, told).await
        }
    }
}

pub(super) async fn download(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<SymbolsPath>>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let Path(SymbolsPath { build, symbols }) = path.map_err(|_| NO_SUCH_BUILD)?;
    let actor = Actor::of(&signed_in);
    let managed = managed(&app, actor, Ok(Path(BuildPath { build }))).await?;
    symbols::send(&app, &managed, symbols, (&method, &headers)).await
}

pub(super) async fn delete(
    State(app): State<App>,
    path: Result<Path<SymbolsPath>>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let actor = sender(&view)?;
    let Path(SymbolsPath { build, symbols }) = path.map_err(|_| NO_SUCH_BUILD)?;
    let managed = managed(&app, actor, Ok(Path(BuildPath { build }))).await?;
    symbols::remove(&app, &managed, symbols).await?;
    Ok(see_other(&format!("/admin/builds/{build}")))
}
