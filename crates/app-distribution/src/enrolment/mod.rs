//! Learning the UDID of a phone that its owner enrols, and telling what it can install.
//!
//! iOS opens a small configuration profile (a "Profile Service"), asks its owner, and posts what
//! was asked for, signed by the phone. Nothing is installed by it and nothing remains. What a
//! phone can install is not stored but asked for each time: another build may list it tomorrow.

mod answer;
mod ask;
mod device_page;
mod devices;
mod devices_page;
mod export;
mod invitation;
mod models;
mod owned;
mod problem;
mod receive;
mod section;
mod store;
mod verdict;
mod words;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::answer::{Answer, AnswerError};
pub use self::invitation::Invitation;
pub(crate) use self::{
    owned::{Owned, owned},
    section::{Section, section},
    store::{sweep, take_back},
};
use crate::app::App;
pub use crate::cms::{Signer, SignerError};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(devices::list))
        .routes(routes!(devices::export))
        .routes(routes!(devices::delete_unverified))
        .routes(routes!(devices::delete))
}

/// What a phone and its browser open, and the list for developers.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/builds/{build}/device", get(device_page::remembered).post(ask::begin))
        .route("/enrol/{code}/device.mobileconfig", get(ask::question))
        .route("/enrol/{code}", post(receive::answer))
        .route("/devices/{token}", get(device_page::show).post(device_page::rename))
        .route("/devices/{token}/forget", post(device_page::forget))
        .route("/admin/apps/{app}/devices", get(devices_page::show))
        .route("/admin/apps/{app}/devices/export", get(devices_page::export))
        .route("/admin/apps/{app}/devices/unverified/delete", post(devices_page::delete_unverified))
        .route("/admin/apps/{app}/devices/{device}/delete", post(devices_page::delete))
        .layer(DefaultBodyLimit::max(answer::MAX_BYTES))
}
