//! The apps of whoever is looking.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use securevox_core::{Result, extract::Query, web::View};
use securevox_protocol::{accounts::Role, builds::Platform};
use serde::Deserialize;

use super::store;
use crate::{
    app::App,
    words::{Device, DistributionWords},
};

#[derive(Template)]
#[template(path = "apps.html")]
struct AppsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    apps: &'a [store::Listed],
    platform: Option<Platform>,
    uploads: bool,
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
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let platform = match wanted.platform {
        Some(_) => None,
        None => Device::of(&headers).platform(),
    };
    show(&app, &view, platform).await
}

pub(super) async fn ios(State(app): State<App>, view: View) -> Result<Response> {
    show(&app, &view, Some(Platform::Ios)).await
}

pub(super) async fn android(State(app): State<App>, view: View) -> Result<Response> {
    show(&app, &view, Some(Platform::Android)).await
}

async fn show(app: &App, view: &View, platform: Option<Platform>) -> Result<Response> {
    let apps = match &view.person {
        Some(person) => {
            let mut conn = app.db.acquire().await?;
            let everything = person.role == Role::Admin;
            store::list(&mut conn, person.account, everything, platform).await?
        }
        None => Vec::new(),
    };
    let uploads = view.person.as_ref().is_some_and(|person| person.role >= Role::Publisher);
    let words = DistributionWords::of(view.language);
    let address = app.addresses.root();
    Ok(view.page(&AppsPage { view, words, apps: &apps, platform, uploads, address }))
}
