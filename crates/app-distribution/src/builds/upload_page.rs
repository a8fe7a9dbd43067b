//! The form to upload a build with a browser.

use askama::Template;
use axum::{
    extract::{Request, State},
    response::Response,
};
use securevox_core::{
    Result,
    auth::BrowserPerson,
    web::{SignedInView, View, genuine, see_other},
};
use securevox_protocol::{Problem, accounts::Role};

use super::upload;
use crate::{app::App, apps::Uploader, words::DistributionWords};

const NOT_A_PUBLISHER: Problem =
    Problem::new(403, "/problems/not-a-publisher", "Your account may not upload builds");

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    most: String,
    address: &'a str,
    uploads: bool,
}

pub(super) async fn show(State(app): State<App>, signed_in: SignedInView) -> Result<Response> {
    publisher(&signed_in.person)?;
    let view = &signed_in.view;
    let most = i64::try_from(app.config.max_bytes.0).unwrap_or(i64::MAX);
    Ok(view.page(&UploadPage {
        view,
        words: DistributionWords::of(view.language),
        most: view.language.size(most),
        address: app.addresses.root(),
        uploads: true,
    }))
}

/// Takes the form, whose first field is its `csrf`, and goes on to the page of the build.
pub(super) async fn create(
    State(app): State<App>,
    signed_in: SignedInView,
    request: Request,
) -> Result<Response> {
    let SignedInView { view, person } = signed_in;
    publisher(&person)?;
    let BrowserPerson { account, role, .. } = person;
    let headers = request.headers().clone();
    let site = app.site.clone();
    let proof = |token: &str| genuine(&view, &site, &headers, token);
    let uploader = Uploader { account, role, only_app: None };
    let (_, build) = Box::pin(upload::receive(app, uploader, request, Some(&proof))).await?;
    Ok(see_other(&format!("/builds/{}", build.id)))
}

fn publisher(person: &BrowserPerson) -> Result<()> {
    if person.role >= Role::Publisher {
        return Ok(());
    }
    Err(NOT_A_PUBLISHER.with_detail("Ask an administrator to make you a publisher.").into())
}
