//! The apps of whoever is looking.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use chrono::Utc;
use securevox_core::{
    Result,
    extract::Query,
    web::{Beside, Turn, View},
};
use securevox_protocol::{accounts::Role, builds::Platform};
use serde::Deserialize;
use uuid::Uuid;

use super::store;
use crate::{
    access::{Viewer, with_uploads},
    agent::Agent,
    app::App,
    words::{DistributionWords, PeopleWords},
};

/// Apps on a page.
const SHOWN: u16 = 50;

#[derive(Template)]
#[template(path = "apps/list.html")]
struct AppsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    apps: &'a [store::Listed],
    beside: Beside,
    /// Where the list is.
    path: &'a str,
    wanted: &'a Wanted,
    people: &'static PeopleWords,
    platform: Option<Platform>,
    /// The address of a tester who is signed in.
    tester: Option<&'a str>,
    address: &'a str,
}

/// What the form above the list asks for; an empty field asks for nothing.
#[derive(Deserialize)]
pub(super) struct Wanted {
    platform: Option<String>,
    #[serde(default)]
    q: String,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

impl AppsPage<'_> {
    /// Whether the viewer may make an app.
    fn makes(&self) -> bool {
        self.view.person.as_ref().is_some_and(|person| person.role >= Role::Publisher)
    }

    /// Whether the list is long enough to look for something in it.
    fn searches(&self) -> bool {
        let turns = self.beside.newer.is_some() || self.beside.older.is_some();
        turns || self.apps.len() > 10 || !self.wanted.q.is_empty()
    }
}

/// All apps; on a phone first those for it.
pub(super) async fn all(
    State(app): State<App>,
    view: View,
    viewer: Viewer,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let platform = match wanted.platform {
        Some(_) => None,
        None => Agent::of(&headers).platform(),
    };
    show(&app, (&view, &viewer), (platform, "/"), &wanted).await
}

pub(super) async fn ios(
    State(app): State<App>,
    view: View,
    viewer: Viewer,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    show(&app, (&view, &viewer), (Some(Platform::Ios), "/ios"), &wanted).await
}

pub(super) async fn android(
    State(app): State<App>,
    view: View,
    viewer: Viewer,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    show(&app, (&view, &viewer), (Some(Platform::Android), "/android"), &wanted).await
}

async fn show(
    app: &App,
    (view, viewer): (&View, &Viewer),
    (platform, path): (Option<Platform>, &str),
    wanted: &Wanted,
) -> Result<Response> {
    let view = &viewer.named(view.clone());
    let turn = Turn { after: wanted.after, before: wanted.before };
    let part = Some(wanted.q.trim()).filter(|part| !part.is_empty());
    let mut conn = app.db.acquire().await?;
    let range = (turn.span(SHOWN), Utc::now());
    let rows = store::list(&mut conn, viewer, (platform, part), range).await?;
    let view = &with_uploads(&mut conn, view).await?;
    drop(conn);
    let apps = turn.part(SHOWN, rows, |app| app.place);
    let kind = wanted.platform.as_deref().unwrap_or_default();
    let page = AppsPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        apps: &apps.items,
        beside: apps.beside(path, &[("platform", kind), ("q", wanted.q.trim())]),
        path,
        wanted,
        platform,
        tester: viewer.tester.as_ref().map(|tester| tester.email.as_str()),
        address: app.addresses.root(),
        view,
    };
    Ok(view.page(&page))
}
