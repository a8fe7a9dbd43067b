//! The log of an app, or of the installation, as a page.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    extract::Query,
    web::{Beside, SignedInView, Turn, View},
};
use securevox_protocol::{
    Problem,
    accounts::Role,
    apps::{AppDetails, AppRole},
    history::LogEntry,
};

use super::{
    store,
    words::{LogWords, done},
};
use crate::{access::AppView, app::App, words::DistributionWords};

const ADMINISTRATORS_ONLY: Problem =
    Problem::new(403, "/problems/log-for-administrators", "Only administrators may read this log");

const ON_A_PAGE: u16 = 50;

#[derive(Template)]
#[template(path = "history/log.html")]
struct LogPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    log: &'static LogWords,
    /// Without one it is the log of the whole installation.
    app: Option<&'a AppDetails>,
    entries: &'a [LogEntry],
    beside: Beside,
}

impl LogPage<'_> {
    /// What was done, in words.
    fn done(&self, action: &str) -> String {
        done(action, self.view.language).map_or_else(|| action.to_owned(), ToOwned::to_owned)
    }

    fn actor<'b>(&'b self, entry: &'b LogEntry) -> &'b str {
        match (&entry.actor, entry.actor_id) {
            (Some(handle), _) => handle,
            (None, Some(_)) => self.log.gone,
            (None, None) => self.log.platform,
        }
    }

    /// What was changed, and to what.
    fn details(&self, entry: &LogEntry) -> Option<String> {
        let told = entry.details.iter().map(|(field, value)| {
            format!("{}: {}", self.log.field(field), self.log.value(field, value))
        });
        Some(told.collect::<Vec<_>>().join(" · ")).filter(|told| !told.is_empty())
    }

    /// `23 November 2026, 10:04 UTC`.
    fn time(&self, at: &DateTime<Utc>) -> String {
        format!("{}, {} UTC", self.view.language.date(at), at.format("%H:%M"))
    }
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(turn): Query<Turn>,
) -> Result<Response> {
    at.require(AppRole::Manager)?;
    let mut conn = app.db.acquire().await?;
    let rows = store::of_app(&mut conn, at.id(), turn.span(ON_A_PAGE)).await?;
    Ok(page(&at.view, Some(&at.details), turn, rows))
}

/// The log of the installation, for administrators.
pub(super) async fn show_all(
    State(app): State<App>,
    signed_in: SignedInView,
    Query(turn): Query<Turn>,
) -> Result<Response> {
    if signed_in.person.role != Role::Admin {
        return Err(ADMINISTRATORS_ONLY.into());
    }
    let rows = store::all(&mut *app.db.acquire().await?, turn.span(ON_A_PAGE)).await?;
    Ok(page(&signed_in.view, None, turn, rows))
}

fn page(view: &View, app: Option<&AppDetails>, turn: Turn, rows: Vec<LogEntry>) -> Response {
    let found = turn.part(ON_A_PAGE, rows, |entry| entry.id);
    let path = match app {
        Some(app) => format!("/admin/apps/{}/log", app.id),
        None => "/admin/log".to_owned(),
    };
    let page = LogPage {
        words: DistributionWords::of(view.language),
        log: LogWords::of(view.language),
        app,
        entries: &found.items,
        beside: found.beside(&path, &[]),
        view,
    };
    view.page(&page)
}
