//! What stands between a build and a phone: whether it installs from here at all, what its kind
//! asks of whoever installs it, the pictures iOS shows meanwhile, and the code that takes a page
//! from a desk to a phone.

mod caution;
mod obstacle;
mod phone;
mod picture;
mod qr;
pub(crate) mod store;
mod words;

use axum::{Router, routing::get};

pub(crate) use caution::{Phone, cautions, cautions_of};
pub(crate) use obstacle::Obstacle;
pub(crate) use phone::code;
pub(crate) use picture::{icon_of, scaled};
pub(crate) use qr::qr_code;
pub(crate) use store::sweep;
pub(crate) use words::{InstallWords, Told};

use crate::app::App;

/// What the code on the page of a desk leads to.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/p/{code}", get(phone::show).post(phone::redeem))
}
