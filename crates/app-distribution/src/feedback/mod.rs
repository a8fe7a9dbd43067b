//! Feedback: what people who test a build say of it, with stars, words and a screenshot.
//!
//! It comes from the page of a build, from programs of those who see the build, and from inside an
//! app that has the app's feedback key. The key is in every copy of the app, so it is no secret: it
//! only says which app speaks. It can be renewed, is off until somebody makes one, and what comes
//! by it is limited for each address and each app.

mod age;
mod author;
mod create;
mod export;
mod handlers;
mod key;
mod listed;
mod pages;
mod problem;
mod receive;
mod send;
mod store;
mod wanted;
mod words;

use axum::{
    Router,
    routing::{get, post},
};
use securevox_core::{Result, storage::Key};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

pub(crate) use age::forget_screenshots;
pub(crate) use send::{Reply, Said, say};
pub(crate) use words::FeedbackWords;

use crate::{
    app::App,
    sweep::{OLD_ENOUGH, orphans},
};

/// Where screenshots are stored.
const PLACE: &str = "screenshots";

/// Where one of them is.
const fn place_of(screenshot: Uuid) -> Key {
    Key::new(PLACE, screenshot)
}

/// Deletes stored screenshots that no feedback names.
pub(crate) async fn sweep(app: &App) -> Result<()> {
    orphans(app, PLACE, OLD_ENOUGH, store::unknown).await
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list))
        .routes(routes!(handlers::show, handlers::update, handlers::delete))
        .routes(routes!(handlers::of_build))
        .routes(routes!(export::download))
        .routes(routes!(key::show, key::renew, key::delete))
}

/// Routes that take as long as the line takes.
pub(crate) fn transfer_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(send::send))
        .routes(routes!(send::send_by_key))
        .routes(routes!(handlers::screenshot))
}

/// What developers read.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/apps/{app}/feedback", get(pages::show))
        .route("/admin/apps/{app}/feedback.csv", get(export::download_page))
        .route("/admin/apps/{app}/feedback/key", post(pages::renew_key))
        .route("/admin/apps/{app}/feedback/key/delete", post(pages::delete_key))
        .route("/admin/apps/{app}/feedback/{feedback}/resolve", post(pages::resolve))
        .route("/admin/apps/{app}/feedback/{feedback}/delete", post(pages::delete))
}

/// Screenshots, which take as long as the line takes.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn transfer_pages() -> Router<App> {
    Router::new().route("/admin/apps/{app}/feedback/{feedback}/screenshot", get(pages::screenshot))
}
