//! The pages by which developers look after the builds of their apps.

mod build_view;
mod compare_page;
mod edit;
mod edit_page;
mod fact_words;
mod facts;
pub(super) mod groups;
mod list_page;
mod store;
mod symbols_page;
mod words;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use securevox_core::web::Language;

use self::words::ManageWords;
pub(super) use self::{
    build_view::{BuildForm, BuildView},
    edit_page::{Told, page},
};
use super::LONGEST_CHANGE;
use crate::app::App;

/// The words for templates of other pages.
pub(crate) fn words(language: Language) -> &'static ManageWords {
    ManageWords::of(language)
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(super) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/apps/{app}/builds", get(list_page::show))
        .route(
            "/admin/builds/{build}",
            get(edit_page::show)
                .post(edit_page::update)
                .layer(DefaultBodyLimit::max(LONGEST_CHANGE)),
        )
        .route("/admin/builds/{build}/delete", post(edit_page::delete))
        .route("/admin/builds/{build}/package", get(edit_page::package))
        .route("/admin/builds/{build}/compare", get(compare_page::show))
        .route("/admin/builds/{build}/groups/{group}", post(groups::change))
        .route("/admin/builds/{build}/symbols/{symbols}/delete", post(symbols_page::delete))
}

/// Pages that take as long as the line takes.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(super) fn transfer_pages() -> Router<App> {
    Router::new()
        .route("/admin/builds/{build}/symbols", post(symbols_page::add))
        .route("/admin/builds/{build}/symbols/{symbols}", get(symbols_page::download))
}
