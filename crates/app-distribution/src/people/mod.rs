//! People without an account: testers, groups of them, the rosters of apps, and the links by which
//! they come in.

mod codes;
mod groups;
mod join;
mod letters;
mod roster;
mod sign_in;
mod store;

use axum::{
    Router,
    routing::{get, post},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use groups::{apps_of, changeable, give, wanted};
pub(crate) use store::sweep;

use crate::app::App;

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
        .route("/t/leave", post(sign_in::leave))
        .route("/t/leave/everywhere", post(sign_in::leave_everywhere))
        .merge(roster::pages())
}
