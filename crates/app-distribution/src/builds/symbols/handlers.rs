use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use securevox_core::{
    Result,
    auth::{Caller, hex},
    extract::{Json, Path},
    openapi::{BodyProblems, CallerProblems, Limited, Missing},
    storage::{self, Download, Label},
};
use securevox_protocol::{
    BuildId, Page, Problem, SymbolsId,
    history::Action,
    symbols::{SymbolKind, Symbols},
    tokens::Scope,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{key, receive, store};
use crate::{
    access::Actor,
    app::App,
    builds::{
        change,
        download::found,
        managed::{Managed, Studied},
    },
    inspect,
    sweep::forget,
};

const NO_SUCH_SYMBOLS: Problem =
    Problem::new(404, "/problems/no-such-symbols", "There are no such symbols");

/// The form, as the API's description shows it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, never built")]
pub(super) struct SymbolsForm {
    /// A zipped `.dSYM` folder, or the `mapping.txt` of R8 or `ProGuard`.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// By what a mapping is found, besides the ids that it names itself.
    id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SymbolsPath {
    symbols: SymbolsId,
}

#[derive(Deserialize)]
pub(super) struct UuidPath {
    uuid: String,
}

/// Keeps symbols with a build. Developers, managers and owners of its app.
///
/// The same file again is 200 with what is kept already.
#[utoipa::path(post, path = "/api/builds/{build}/symbols", tag = "symbols",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    request_body(content = SymbolsForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Symbols), (status = 200, description = "The same file is kept already", body = Symbols),
        (status = 507, description = "The disk is full", body = Problem, content_type = "application/problem+json"),
        CallerProblems, Missing, BodyProblems, Limited))]
pub(super) async fn create(
    State(app): State<App>,
    managed: Managed,
    request: Request,
) -> Result<(StatusCode, Json<Symbols>)> {
    let (written, symbols) = Box::pin(receive(&app, managed, request, None)).await?;
    Ok((written.status(), Json(symbols)))
}

/// The symbols that are kept with a build. Developers, managers and owners of its app.
#[utoipa::path(get, path = "/api/builds/{build}/symbols", tag = "symbols",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Page<Symbols>), CallerProblems, Missing))]
pub(super) async fn list(
    State(app): State<App>,
    Studied(managed): Studied,
) -> Result<Json<Page<Symbols>>> {
    let rows = store::of_build(&mut *app.db.acquire().await?, managed.build.id).await?;
    let items = rows.into_iter().map(|row| row.shown(&app.addresses)).collect();
    Ok(Json(Page { items, next: None }))
}

/// The symbols for what a crash names: the UUID of an executable, or the id of a mapping. Those
/// of the apps that the caller develops.
#[utoipa::path(get, path = "/api/symbols/{uuid}", tag = "symbols",
    params(("uuid" = String, Path)), security(("bearer" = [])),
    responses((status = 200, body = Page<Symbols>), CallerProblems, Missing))]
pub(super) async fn find(
    State(app): State<App>,
    caller: Caller,
    path: Result<Path<UuidPath>>,
) -> Result<Json<Page<Symbols>>> {
    let mut conn = app.db.acquire().await?;
    let actor = Actor::of_caller(&mut conn, &caller, Scope::BuildsRead).await?;
    let Path(UuidPath { uuid }) = path.map_err(|_| NO_SUCH_SYMBOLS)?;
    let uuid = normal(&uuid).ok_or(NO_SUCH_SYMBOLS)?;
    let rows = store::named(&mut conn, (actor, caller.only_app()), &uuid).await?;
    if rows.is_empty() {
        return Err(NO_SUCH_SYMBOLS.into());
    }
    let items = rows.into_iter().map(|row| row.shown(&app.addresses)).collect();
    Ok(Json(Page { items, next: None }))
}

/// As it is kept: crash reports write UUIDs in upper case, and some without hyphens.
fn normal(text: &str) -> Option<String> {
    let id = inspect::normal_id(text)?;
    let is_bare = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    match uuid::Uuid::try_parse(&id) {
        Ok(uuid) if is_bare => Some(uuid.to_string()),
        _ => Some(id),
    }
}

/// The file with symbols, with ranges. Developers, managers and owners of the app.
#[utoipa::path(get, path = "/api/builds/{build}/symbols/{symbols}", tag = "symbols",
    params(("build" = BuildId, Path), ("symbols" = SymbolsId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 206, description = "A part of it", content_type = "application/octet-stream"),
        (status = 302, description = "To the object storage that has it", headers(("location" = String))),
        (status = 304, description = "The client has it"),
        (status = 416, description = "There is no such part"), CallerProblems, Missing))]
pub(super) async fn download(
    State(app): State<App>,
    Studied(managed): Studied,
    path: Result<Path<SymbolsPath>>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let Path(SymbolsPath { symbols }) = path.map_err(|_| NO_SUCH_SYMBOLS)?;
    send(&app, &managed, symbols, (&method, &headers)).await
}

/// Sends the file, or on to where it is.
pub(in crate::builds) async fn send(
    app: &App,
    managed: &Managed,
    symbols: SymbolsId,
    (method, headers): (&Method, &HeaderMap),
) -> Result<Response> {
    let row = row(app, managed, symbols).await?;
    let media_type = match row.kind {
        SymbolKind::Dsym => "application/zip",
        SymbolKind::Mapping => "text/plain; charset=utf-8",
    };
    let label = Label { media_type, file_name: &row.file_name };
    let lifetime = app.config.download_lifetime.duration();
    if let Some(link) = app.storage.direct_link(key(symbols), method, label, lifetime).await? {
        return Ok(found(&link));
    }
    let stored = app.storage.find(key(symbols)).await?.ok_or(NO_SUCH_SYMBOLS)?;
    let (etag, file_name) = (hex(&row.sha256), row.file_name);
    storage::download(headers, Download { stored, etag, media_type, file_name }).await
}

/// Deletes symbols. Developers, managers and owners of the app.
#[utoipa::path(delete, path = "/api/builds/{build}/symbols/{symbols}", tag = "symbols",
    params(("build" = BuildId, Path), ("symbols" = SymbolsId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Deleted"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    managed: Managed,
    path: Result<Path<SymbolsPath>>,
) -> Result<StatusCode> {
    let Path(SymbolsPath { symbols }) = path.map_err(|_| NO_SUCH_SYMBOLS)?;
    remove(&app, &managed, symbols).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(in crate::builds) async fn remove(
    app: &App,
    managed: &Managed,
    symbols: SymbolsId,
) -> Result<()> {
    let row = row(app, managed, symbols).await?;
    let mut tx = app.db.begin().await?;
    if !store::delete(&mut tx, row.id).await? {
        return Err(NO_SUCH_SYMBOLS.into());
    }
    change::record(&mut tx, managed, Action::SymbolsDeleted).await?;
    tx.commit().await?;
    forget(app, key(row.id)).await;
    Ok(())
}

async fn row(app: &App, managed: &Managed, symbols: SymbolsId) -> Result<store::Row> {
    let rows = store::of_build(&mut *app.db.acquire().await?, managed.build.id).await?;
    Ok(rows.into_iter().find(|row| row.id == symbols).ok_or(NO_SUCH_SYMBOLS)?)
}
