//! Who is told when something happens to an app or a build: webhooks, and people by mail.
//!
//! [`announce`] is called in the transaction in which it happens, and writes what is to be told
//! as rows and jobs of the same transaction.

mod announce;
mod enrolled;
mod expiry;
mod jobs;
mod mails;
mod store;
mod webhooks;
mod words;

use axum::{
    Router,
    routing::{get, post},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use announce::{Event, announce};
pub(crate) use enrolled::enrolled;
pub(crate) use jobs::start;
pub(crate) use mails::{
    fan_out::{Told, tell_testers, tell_untold, untold},
    unsubscribe::choose_mail,
};
pub(crate) use words::EventWords;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(webhooks::handlers::list, webhooks::handlers::create))
        .routes(routes!(
            webhooks::handlers::show,
            webhooks::handlers::update,
            webhooks::handlers::delete
        ))
        .routes(routes!(webhooks::handlers::rotate))
        .routes(routes!(webhooks::handlers::test))
        .routes(routes!(webhooks::handlers::deliveries))
        .routes(routes!(webhooks::handlers::payload, webhooks::handlers::send_again))
        .routes(routes!(mails::settings::show, mails::settings::change))
}

/// The pages of webhooks and of what is mailed, and those that mails lead to.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(
            "/admin/apps/{app}/webhooks",
            get(webhooks::pages::list).post(webhooks::pages::create),
        )
        .route(
            "/admin/apps/{app}/webhooks/{webhook}",
            get(webhooks::page::show).post(webhooks::page::update),
        )
        .route("/admin/apps/{app}/webhooks/{webhook}/delete", post(webhooks::page::delete))
        .route("/admin/apps/{app}/webhooks/{webhook}/secret", post(webhooks::page::rotate))
        .route("/admin/apps/{app}/webhooks/{webhook}/test", post(webhooks::page::test))
        .route(
            "/admin/apps/{app}/webhooks/{webhook}/deliveries/{delivery}",
            post(webhooks::page::send_again),
        )
        .route("/admin/apps/{app}/notifications", post(webhooks::pages::notifications))
        .route("/admin/mail", get(mails::address::form).post(mails::address::ask))
        .route("/mail/{token}", get(mails::address::show).post(mails::address::prove))
        .route(
            "/unsubscribe/{token}",
            get(mails::unsubscribe::show).post(mails::unsubscribe::change),
        )
}
