//! Apps, and who belongs to them.

mod admit;
mod pages;
pub(crate) mod store;

use axum::{Router, routing::get};

pub(crate) use admit::{NOT_YOUR_APP, Uploader, admit};

use crate::app::App;

/// The lists of apps.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/", get(pages::all))
        .route("/ios", get(pages::ios))
        .route("/android", get(pages::android))
}
