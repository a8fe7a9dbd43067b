//! People without an account: testers, groups of them, the links by which they come in, and who
//! may see a build.

pub(crate) mod access;
mod codes;
mod cookies;
mod groups;
mod join;
mod letters;
mod me;
mod roster;
mod sign_in;
pub(crate) mod store;

use axum::{
    Router,
    routing::{get, post},
};
use securevox_core::{
    bus::Bus,
    rate_limit::{Limiter, Tally},
};
use std::time::Duration;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use access::{Audience, Look, Viewer, Who};
pub(crate) use cookies::{Claim, Cookies};
pub(crate) use groups::{changeable, give, wanted};
pub(crate) use store::sweep;

use crate::{app::App, config::People};

const HOUR: Duration = Duration::from_hours(1);

/// How often strangers may try.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Mails that somebody asks for, from one network address.
    pub(crate) asked_from: Limiter,
    /// Sign-ins and passwords that are tried, from one network address.
    pub(crate) tried_from: Limiter,
    /// Wrong passwords for one app from one network address.
    pub(crate) wrong_passwords: Tally,
    /// Addresses that an account invites.
    pub(crate) invited_by: Limiter,
}

impl Limits {
    pub(crate) fn new(bus: &Bus, people: &People) -> Self {
        Self {
            asked_from: Limiter::new(bus, "tester-mails-from", people.mails_per_address, HOUR),
            tried_from: Limiter::new(
                bus,
                "tester-tries-from",
                people.tries_per_address,
                Duration::from_mins(1),
            ),
            wrong_passwords: Tally::new(
                bus,
                "app-passwords-of",
                people.passwords_per_app,
                Duration::from_mins(1),
            ),
            invited_by: Limiter::new(bus, "testers-invited-by", people.invites_per_account, HOUR),
        }
    }
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(groups::handlers::list, groups::handlers::create))
        .routes(routes!(groups::handlers::show, groups::handlers::rename, groups::handlers::delete))
        .routes(routes!(groups::handlers::attach, groups::handlers::detach))
        .routes(routes!(groups::handlers::testers, groups::handlers::invite))
        .routes(routes!(groups::handlers::remove))
        .routes(routes!(groups::handlers::forget))
        .routes(routes!(groups::handlers::links, groups::handlers::create_link))
        .routes(routes!(groups::handlers::withdraw_link))
        .merge(roster::routes())
}

/// The pages of groups, and those by which testers come in.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/admin/groups", get(groups::list_page::show).post(groups::list_page::create))
        .route("/admin/groups/{group}", get(groups::pages::show).post(groups::pages::rename))
        .route("/admin/groups/{group}/delete", post(groups::pages::delete))
        .route("/admin/groups/{group}/apps", post(groups::pages::attach))
        .route("/admin/groups/{group}/apps/{app}/detach", post(groups::pages::detach))
        .route("/admin/groups/{group}/testers", post(groups::pages::invite))
        .route("/admin/groups/{group}/testers/{tester}/remove", post(groups::pages::remove))
        .route("/admin/groups/{group}/links", post(groups::pages::create_link))
        .route("/admin/groups/{group}/links/{link}/withdraw", post(groups::pages::withdraw_link))
        .route("/join/{code}", get(join::show).post(join::ask))
        .route("/t/{code}", get(sign_in::show).post(sign_in::redeem))
        .route("/t", get(sign_in::form).post(sign_in::ask))
        .route("/t/me", get(me::show))
        .route("/t/me/groups/{group}/leave", post(me::leave))
        .route("/t/me/mail", post(me::mail))
        .route("/t/me/devices/{device}/remove", post(me::remove_device))
        .route("/t/me/forget", post(me::forget))
        .route("/t/leave", post(sign_in::leave))
        .route("/t/leave/everywhere", post(sign_in::leave_everywhere))
        .merge(roster::pages())
}
