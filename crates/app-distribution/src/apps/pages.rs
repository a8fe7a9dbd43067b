//! The apps of whoever is looking.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use chrono::Utc;
use securevox_core::{Result, extract::Query, web::View};
use securevox_protocol::builds::Platform;
use serde::Deserialize;

use super::{admit::with_uploads, store};
use crate::{
    agent::Agent,
    app::App,
    people::Viewer,
    words::{DistributionWords, PeopleWords},
};

#[derive(Template)]
#[template(path = "apps.html")]
struct AppsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    apps: &'a [store::Listed],
    people: &'static PeopleWords,
    platform: Option<Platform>,
    /// The address of a tester who is signed in.
    tester: Option<&'a str>,
    address: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    platform: Option<String>,
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
    show(&app, (&view, &viewer), platform).await
}

pub(super) async fn ios(State(app): State<App>, view: View, viewer: Viewer) -> Result<Response> {
    show(&app, (&view, &viewer), Some(Platform::Ios)).await
}

pub(super) async fn android(
    State(app): State<App>,
    view: View,
    viewer: Viewer,
) -> Result<Response> {
    show(&app, (&view, &viewer), Some(Platform::Android)).await
}

async fn show(
    app: &App,
    (view, viewer): (&View, &Viewer),
    platform: Option<Platform>,
) -> Result<Response> {
    let view = &viewer.named(view.clone());
    let mut conn = app.db.acquire().await?;
    let apps = store::list(&mut conn, viewer, platform, Utc::now()).await?;
    let view = &with_uploads(&mut conn, view).await?;
    let page = AppsPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        apps: &apps,
        platform,
        tester: viewer.tester.as_ref().map(|tester| tester.email.as_str()),
        address: app.addresses.root(),
        view,
    };
    Ok(view.page(&page))
}
