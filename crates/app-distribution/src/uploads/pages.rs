//! What became of an upload, for whoever sent it with our page.

use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    auth::BrowserPerson,
    extract::Path,
    web::{Form, Nothing, SignedInView, see_other},
};
use securevox_protocol::{UploadId, uploads::UploadState};

use super::{form_page, handlers, metadata, problem::NO_SUCH_UPLOAD, store};
use crate::{access::SIGNED_OUT, app::App};

/// The build; or the form again, which says why there is none.
pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    Path(upload): Path<UploadId>,
) -> Result<Response> {
    let SignedInView { view, person } = signed_in;
    let upload = find(&app, upload, &person).await?;
    let (_, fields) = metadata::fields(upload.metadata())?;
    let upload = upload.shown();
    Ok(match (upload.state, upload.build_id, upload.problem) {
        (UploadState::Done, Some(build), _) => see_other(&format!("/builds/{build}")),
        (UploadState::Refused, _, Some(problem)) => {
            form_page::page(&app, &view, &fields, Some(&problem)).await?
        }
        _ => see_other("/admin"),
    })
}

/// Gives it up, and goes back to the form.
pub(super) async fn abandon(
    State(app): State<App>,
    Path(upload): Path<UploadId>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let person = view.person.ok_or(SIGNED_OUT)?;
    let upload = find(&app, upload, &person).await?;
    handlers::give_up(&app, upload.id).await?;
    Ok(see_other("/admin"))
}

async fn find(app: &App, upload: UploadId, person: &BrowserPerson) -> Result<store::Row> {
    let mut conn = app.db.acquire().await?;
    let upload = store::find(&mut conn, upload).await?;
    let theirs = upload.filter(|upload| upload.account_id == person.account);
    Ok(theirs.ok_or(NO_SUCH_UPLOAD)?)
}
