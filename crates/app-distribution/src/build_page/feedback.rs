//! The form on the page by which testers say something of the build.

use axum::{
    extract::{Request, State},
    response::Response,
};
use securevox_core::{Result, http::ClientAddress, web::see_other};

use super::page;
use crate::{
    app::App,
    builds::Opened,
    feedback::{self, Said},
};

/// Takes it, and goes back to the page, which says so.
pub(super) async fn send(
    State(app): State<App>,
    address: ClientAddress,
    opened: Opened,
    request: Request,
) -> Result<Response> {
    let headers = request.headers().clone();
    match feedback::say(&app, address, &opened, request).await? {
        Said::Taken => {
            let link = opened.link.as_ref().map(|link| format!("link={link}&"));
            let (build, link) = (opened.build.id, link.unwrap_or_default());
            Ok(see_other(&format!("/builds/{build}?{link}thanks=1#feedback")))
        }
        Said::Refused(status, reply) => page(&app, &headers, opened, (status, *reply)).await,
    }
}
