//! Feeds: what programs read that send no cookies. News of an app, a repository from which F-Droid
//! updates phones, a source for `AltStore`.
//!
//! The place in their paths is `public`, for public apps, or the secret of a link that somebody
//! made for themselves; that one opens what they are offered, and ends with their right to it.

mod addresses;
mod altstore;
mod answer;
mod fdroid;
mod files;
mod handlers;
mod link;
mod make;
mod news;
mod pages;
mod places;
mod store;
mod words;

use axum::{
    Router,
    routing::{get, post},
};
use securevox_protocol::AppId;

use utoipa_axum::{router::OpenApiRouter, routes};

use self::places::{PUBLIC, Place};

use crate::app::{Addresses, App};

/// Where feed readers find the news of a public app, or of one of its channels: as RSS, as JSON.
pub(crate) fn public_news(addresses: &Addresses, app: AppId, channel: Option<&str>) -> [String; 2] {
    Place::new(addresses, PUBLIC).both_news(app, channel)
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::list, handlers::create))
        .routes(routes!(handlers::delete))
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/feeds", get(pages::show).post(pages::create))
        .route("/feeds/links/{link}/withdraw", post(pages::withdraw))
        .route("/feeds/{place}/apps/{app}/{file}", get(news::of_app))
        .route("/feeds/{place}/apps/{app}/channels/{channel}/{file}", get(news::of_channel))
        .route("/feeds/{place}/altstore.json", get(altstore::source))
        .route("/feeds/{place}/icons/{file}", get(files::icon))
        .route("/feeds/{place}/fdroid/repo/icons/{file}", get(files::icon))
}

/// What takes as long as the line takes: the packages, which lie beside the index of a repository.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn transfer_pages() -> Router<App> {
    Router::new()
        .route("/feeds/{place}/packages/{file}", get(files::package))
        .route("/feeds/{place}/fdroid/repo/{file}", get(fdroid::file))
}
