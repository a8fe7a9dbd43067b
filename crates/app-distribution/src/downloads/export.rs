//! The log of downloads as a table for a spreadsheet.

use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::Query,
    openapi::{CallerProblems, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{AppId, apps::AppRole, downloads::BuildDownload};

use super::{pages::Asked, store, wanted::Wanted};
use crate::{
    access::{AppView, Belonging},
    app::App,
    csv::{self, Columns},
};

/// Lines of a table. Older ones are reached by `after`.
const MOST: i64 = 5_000;

const COLUMNS: Columns<'_, BuildDownload> = &[
    ("id", |row| row.id.to_string()),
    ("started_at", |row| row.started_at.to_rfc3339()),
    ("version", |row| row.version.clone().unwrap_or_default()),
    ("build_number", |row| row.build_number.clone().unwrap_or_default()),
    ("via", |row| row.via.map(|via| via.to_string()).unwrap_or_default()),
    ("handle", |row| row.handle.clone().unwrap_or_default()),
    ("email", |row| row.email.clone().unwrap_or_default()),
    ("model", |row| row.device.model.clone().unwrap_or_default()),
    ("system", |row| row.device.system.clone().unwrap_or_default()),
    ("program", |row| row.device.program.clone().unwrap_or_default()),
];

/// The same log as a table for a spreadsheet: CSV, the newest 5,000 entries of what is asked for.
/// Developers, managers and owners of the app.
#[utoipa::path(get, path = "/api/apps/{app}/downloads.csv", tag = "apps",
    params(("app" = AppId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, description = "The table", content_type = "text/csv"), CallerProblems, Missing, QueryProblems))]
pub(super) async fn download(
    State(app): State<App>,
    belonging: Belonging,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    answer(&app, &belonging, &wanted).await
}

/// The same for a browser.
pub(super) async fn download_page(
    State(app): State<App>,
    at: AppView,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    answer(&app, &at.belonging, &asked.wanted()).await
}

async fn answer(app: &App, belonging: &Belonging, wanted: &Wanted) -> Result<Response> {
    belonging.require(AppRole::Developer)?;
    let mut conn = app.db.acquire().await?;
    let of = (belonging.app, wanted.build);
    let rows = store::list(&mut conn, of, Span::after(wanted.after, MOST)).await?;
    drop(conn);
    let rows: Vec<BuildDownload> = rows.into_iter().map(store::Row::told).collect();
    Ok(csv::file("downloads.csv", COLUMNS, &rows))
}
