//! Feedback as a table for a spreadsheet.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use securevox_core::{
    Result,
    extract::Query,
    openapi::{CallerProblems, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{AppId, apps::AppRole, feedback::Feedback};

use super::{store, wanted::Wanted};
use crate::{
    app::App,
    apps::{AppView, Belonging, Reader},
};

/// Lines of a table. Older ones are reached by `after`.
const MOST: i64 = 2_000;

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
    let rows = rows.into_iter().map(|row| row.shown(&app.addresses));
    let table = table(rows);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"feedback.csv\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, table).into_response())
}

fn table(rows: impl Iterator<Item = Feedback>) -> String {
    let names = "id,created_at,version,build_number,rating,text,author,device,os,locale,origin,resolved_at,screenshot,context";
    let mut table = format!("{names}\r\n");
    for row in rows {
        let context = serde_json::to_string(&row.context).unwrap_or_default();
        let cells = [
            row.id.to_string(),
            row.created_at.to_rfc3339(),
            row.version.unwrap_or_default(),
            row.build_number.unwrap_or_default(),
            row.rating.map(|stars| stars.to_string()).unwrap_or_default(),
            row.text,
            row.author.unwrap_or_default(),
            row.device.unwrap_or_default(),
            row.os.unwrap_or_default(),
            row.locale.unwrap_or_default(),
            row.origin.to_string(),
            row.resolved_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
            row.screenshot.map(|screenshot| screenshot.url).unwrap_or_default(),
            if row.context.is_empty() { String::new() } else { context },
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        table += &cells.join(",");
        table += "\r\n";
    }
    table
}

/// A cell (RFC 4180). A spreadsheet would calculate what begins like a formula: an apostrophe
/// before it says that it is a text.
fn cell(text: &str) -> String {
    let calculates = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let guard = if calculates { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_calculated() {
        for text in ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", " =1", "\n=1", "＝1"] {
            assert_eq!(cell(text), format!("\"'{text}\""));
        }
        assert_eq!(cell("It \"works\", mostly"), "\"It \"\"works\"\", mostly\"");
        assert_eq!(cell(""), "\"\"");
    }
}
