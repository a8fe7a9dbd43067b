//! Single sign-on by OpenID Connect: people sign in at a provider that the operator chose.
//!
//! Somebody is known by the provider's name and its own name for them, never by an address. An
//! identity is linked with an account by its owner, who is signed in, or by an operator; what
//! else has none gets an account of its own, or stays outside.

mod admit;
mod attempt;
mod enter;
mod handles;
mod pages;
mod problem;
pub(crate) mod store;
mod ways;

use axum::{
    Router,
    routing::{get, post},
};

pub use self::enter::{link, take};
pub use crate::provider::{Fault, Metadata, Provider};
use crate::{app::App, ways_in::WAYS};

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/login/sso", get(pages::begin))
        .route("/login/sso/callback", get(pages::end))
        .route(WAYS, get(ways::show).post(ways::link))
        .route("/account/sso/unlink", post(ways::unlink))
}
