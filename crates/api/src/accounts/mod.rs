//! People: what an account is, and what its owner may see and change.

mod create;
mod handlers;
mod problem;
mod rules;
pub(crate) mod store;

use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use create::create_under_one_of;
pub use create::{NewAccount, create};
pub use rules::{check_email, check_handle, check_password, handle_fits};
pub(crate) use rules::{email_fits, require_passwords};
pub use store::{find_by_handle, set_password};

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(handlers::show, handlers::update))
        .routes(routes!(handlers::change_password))
        .routes(routes!(handlers::activity))
}
