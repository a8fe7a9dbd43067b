//! The log of an app, or of the installation, as a page.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    extract::{Paging, Path, Query},
    web::{SignedInView, View},
};
use securevox_protocol::{
    AppId, Problem,
    accounts::Role,
    apps::{AppDetails, AppRole},
    history::LogEntry,
};
use serde::Deserialize;

use super::{
    store,
    words::{LogWords, done},
};
use crate::{
    app::App,
    apps::{self, Actor, NO_SUCH_APP},
    words::DistributionWords,
};

const ADMINISTRATORS_ONLY: Problem =
    Problem::new(403, "/problems/log-for-administrators", "Only administrators may read this log");

#[derive(Deserialize)]
pub(super) struct AppPath {
    app: AppId,
}

#[derive(Template)]
#[template(path = "history/log.html")]
struct LogPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    log: &'static LogWords,
    /// Without one it is the log of the whole installation.
    app: Option<&'a AppDetails>,
    entries: &'a [LogEntry],
    next: Option<&'a str>,
    is_first: bool,
    uploads: bool,
}

impl LogPage<'_> {
    /// Where the log is.
    fn at(&self) -> String {
        match self.app {
            Some(app) => format!("/admin/apps/{}/log", app.id),
            None => "/admin/log".to_owned(),
        }
    }

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
    signed_in: SignedInView,
    path: Result<Path<AppPath>>,
    Query(paging): Query<Paging>,
) -> Result<Response> {
    let Path(path) = path.map_err(|_| NO_SUCH_APP)?;
    let actor = Actor::of(&signed_in);
    let mut conn = app.db.acquire().await?;
    actor.in_app(&mut conn, path.app).await?.require(AppRole::Manager)?;
    let found = apps::store::list_details(&mut conn, actor, Some(path.app), (None, 1)).await?;
    let details = found.into_iter().next().ok_or(NO_SUCH_APP)?;
    let rows = store::of_app(&mut conn, path.app, (paging.after(), paging.limit()?)).await?;
    drop(conn);
    Ok(page(&signed_in, Some(&details), &paging, rows))
}

/// The log of the installation, for administrators.
pub(super) async fn show_all(
    State(app): State<App>,
    signed_in: SignedInView,
    Query(paging): Query<Paging>,
) -> Result<Response> {
    if signed_in.person.role != Role::Admin {
        return Err(ADMINISTRATORS_ONLY.into());
    }
    let part = (paging.after(), paging.limit()?);
    let rows = store::all(&mut *app.db.acquire().await?, part).await?;
    Ok(page(&signed_in, None, &paging, rows))
}

fn page(
    signed_in: &SignedInView,
    app: Option<&AppDetails>,
    paging: &Paging,
    rows: Vec<LogEntry>,
) -> Response {
    let found = paging.page(rows, |entry| entry.id);
    let view = &signed_in.view;
    let page = LogPage {
        words: DistributionWords::of(view.language),
        log: LogWords::of(view.language),
        app,
        entries: &found.items,
        next: found.next.as_deref(),
        is_first: paging.after().is_none(),
        uploads: true,
        view,
    };
    view.page(&page)
}
