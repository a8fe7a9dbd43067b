//! Feedback as a table for a spreadsheet.

use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::Query,
    openapi::{CallerProblems, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{AppId, apps::AppRole, feedback::Feedback};

use super::{store, wanted::Wanted};
use crate::{
    access::{AppView, Belonging, Reader},
    app::App,
    csv::{self, Columns},
};

/// Lines of a table. Older ones are reached by `after`.
const MOST: i64 = 2_000;

const COLUMNS: Columns<'_, Feedback> = &[
    ("id", |row| row.id.to_string()),
    ("created_at", |row| row.created_at.to_rfc3339()),
    ("version", |row| row.version.clone().unwrap_or_default()),
    ("build_number", |row| row.build_number.clone().unwrap_or_default()),
    ("rating", |row| row.rating.map(|stars| stars.to_string()).unwrap_or_default()),
    ("text", |row| row.text.clone()),
    ("author", |row| row.author.clone().unwrap_or_default()),
    ("device", |row| row.device.clone().unwrap_or_default()),
    ("os", |row| row.os.clone().unwrap_or_default()),
    ("locale", |row| row.locale.clone().unwrap_or_default()),
    ("origin", |row| row.origin.to_string()),
    ("resolved_at", |row| row.resolved_at.map(|at| at.to_rfc3339()).unwrap_or_default()),
    ("screenshot", |row| row.screenshot.as_ref().map(|shot| shot.url.clone()).unwrap_or_default()),
    ("context", context),
];

fn context(row: &Feedback) -> String {
    if row.context.is_empty() {
        return String::new();
    }
    serde_json::to_string(&row.context).unwrap_or_default()
}

/// The same list as a table for a spreadsheet: CSV, the newest 2,000 of what is asked for.
#[utoipa::path(get, path = "/api/apps/{app}/feedback.csv", tag = "feedback",
    params(("app" = AppId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, description = "The table", content_type = "text/csv"), CallerProblems, QueryProblems, Missing))]
pub(super) async fn download(
    State(app): State<App>,
    Reader(belonging): Reader,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    answer(&app, &belonging, wanted).await
}

/// The same for a browser.
pub(super) async fn download_page(
    State(app): State<App>,
    at: AppView,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    answer(&app, &at.belonging, wanted).await
}

async fn answer(app: &App, belonging: &Belonging, wanted: Wanted) -> Result<Response> {
    belonging.require(AppRole::Developer)?;
    let after = wanted.paging()?.after();
    let mut conn = app.db.acquire().await?;
    let rows =
        store::list(&mut conn, belonging.app, (&wanted, None), Span::after(after, MOST)).await?;
    drop(conn);
    let rows: Vec<Feedback> = rows.into_iter().map(|row| row.shown(&app.addresses)).collect();
    Ok(csv::file("feedback.csv", COLUMNS, &rows))
}
