//! What became of an upload, for whoever sent it with our page.

use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::Path,
    web::{SignedInView, see_other},
};
use securevox_protocol::{UploadId, uploads::UploadState};

use super::{metadata, problem::NO_SUCH_UPLOAD, store};
use crate::{app::App, builds};

/// The build; or the form again, which says why there is none.
pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    Path(upload): Path<UploadId>,
) -> Result<Response> {
    let SignedInView { view, person } = signed_in;
    let mut conn = app.db.acquire().await?;
    let upload = store::find(&mut conn, upload).await?;
    drop(conn);
    let upload =
        upload.filter(|upload| upload.account_id == person.account).ok_or(NO_SUCH_UPLOAD)?;
    let (_, fields) = metadata::fields(upload.metadata())?;
    let upload = upload.shown();
    Ok(match (upload.state, upload.build_id, upload.problem) {
        (UploadState::Done, Some(build), _) => see_other(&format!("/builds/{build}")),
        (UploadState::Refused, _, Some(problem)) => {
            builds::upload_page(&app, &view, &fields, Some(&problem))
        }
        _ => see_other("/admin"),
    })
}
