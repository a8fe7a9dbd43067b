//! The log of an app as a page.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    extract::{Paging, Query},
    web::View,
};
use securevox_protocol::{
    apps::{AppDetails, AppRole},
    history::LogEntry,
};

use super::{
    store,
    words::{LogWords, done},
};
use crate::{app::App, apps::AppView, words::DistributionWords};

#[derive(Template)]
#[template(path = "history/log.html")]
struct LogPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    log: &'static LogWords,
    app: &'a AppDetails,
    entries: &'a [LogEntry],
    next: Option<&'a str>,
    is_first: bool,
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

    /// `23 November 2026, 10:04 UTC`.
    fn time(&self, at: &DateTime<Utc>) -> String {
        format!("{}, {} UTC", self.view.language.date(at), at.format("%H:%M"))
    }
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(paging): Query<Paging>,
) -> Result<Response> {
    at.require(AppRole::Manager)?;
    let range = (paging.after(), paging.limit()?);
    let rows = store::list(&mut *app.db.acquire().await?, at.id(), range).await?;
    let found = paging.page(rows, |entry| entry.id);
    let view = &at.view;
    let page = LogPage {
        words: DistributionWords::of(view.language),
        log: LogWords::of(view.language),
        app: &at.details,
        entries: &found.items,
        next: found.next.as_deref(),
        is_first: paging.after().is_none(),
        view,
    };
    Ok(view.page(&page))
}
