//! The log of an app as a page.

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    extract::{Paging, Path, Query},
    web::{SignedInView, View},
};
use securevox_protocol::{
    AppId,
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
    app: &'a AppDetails,
    entries: &'a [LogEntry],
    next: Option<&'a str>,
    is_first: bool,
    uploads: bool,
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
    let rows = store::list(&mut conn, path.app, (paging.after(), paging.limit()?)).await?;
    drop(conn);
    let found = paging.page(rows, |entry| entry.id);
    let view = signed_in.view;
    let page = LogPage {
        words: DistributionWords::of(view.language),
        log: LogWords::of(view.language),
        app: &details,
        entries: &found.items,
        next: found.next.as_deref(),
        is_first: paging.after().is_none(),
        uploads: true,
        view: &view,
    };
    Ok(view.page(&page))
}
