//! The roster as a table for a spreadsheet.

use axum::{extract::State, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::Query,
    openapi::{CallerProblems, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{
    AppId,
    apps::AppRole,
    roster::{AppTester, FetchedBuild},
};

use super::{pages::Asked, store, wanted::Wanted};
use crate::{
    access::{AppView, Belonging},
    app::App,
    csv::{self, Columns},
};

/// Lines of a table. Others are reached by `after`.
const MOST: i64 = 5_000;

const COLUMNS: Columns<'_, AppTester> = &[
    ("id", |row| row.id.to_string()),
    ("email", |row| row.email.clone().unwrap_or_default()),
    ("name", |row| row.name.clone().unwrap_or_default()),
    ("handle", |row| row.handle.clone().unwrap_or_default()),
    ("role", |row| row.role.map(|role| role.to_string()).unwrap_or_default()),
    ("groups", groups),
    ("invited_at", |row| row.invited_at.to_rfc3339()),
    ("signed_in", |row| row.signed_in.to_string()),
    ("is_newest", |row| row.is_newest.map(|newest| newest.to_string()).unwrap_or_default()),
    ("offered_version", |row| {
        row.offered.as_ref().and_then(|build| build.version.clone()).unwrap_or_default()
    }),
    ("offered_build_number", |row| {
        row.offered.as_ref().and_then(|build| build.build_number.clone()).unwrap_or_default()
    }),
    ("fetched_version", |row| fetched(row, |build| build.version.clone())),
    ("fetched_build_number", |row| fetched(row, |build| build.build_number.clone())),
    ("fetched_at", |row| fetched(row, |build| Some(build.at.to_rfc3339()))),
    ("model", |row| fetched(row, |build| build.device.model.clone())),
    ("system", |row| fetched(row, |build| build.device.system.clone())),
];

fn groups(row: &AppTester) -> String {
    let names: Vec<&str> = row.groups.iter().map(|group| group.name.as_str()).collect();
    names.join("; ")
}

fn fetched(row: &AppTester, text: fn(&FetchedBuild) -> Option<String>) -> String {
    row.fetched.as_ref().and_then(text).unwrap_or_default()
}

/// The same list as a table for a spreadsheet: CSV, the 5,000 who came last of those who are asked
/// for. Developers, managers and owners of the app.
#[utoipa::path(get, path = "/api/apps/{app}/testers.csv", tag = "apps",
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
    let of = (wanted.part()?, wanted.only);
    let span = Span::after(wanted.after, MOST);
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, belonging, of, (span, Utc::now())).await?;
    drop(conn);
    let rows: Vec<AppTester> = rows.into_iter().map(store::Row::told).collect();
    Ok(csv::file("testers.csv", COLUMNS, &rows))
}
