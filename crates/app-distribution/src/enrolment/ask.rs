//! The question to a phone: a button makes it, the phone fetches it.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::Opaque,
    extract::Path,
    http::ClientAddress,
    web::{Form, Nothing, View, see_other},
};
use securevox_protocol::builds::Platform;
use uuid::Uuid;

use super::{
    Invitation,
    problem::{ENROLMENT_OVER, NO_SUCH_DEVICE},
    store,
};
use crate::{app::App, builds::Looked};

const MEDIA_TYPE: &str = "application/x-apple-aspen-config";

/// Makes a question about a build that the viewer sees, and sends the browser on to fetch it.
pub(super) async fn begin(
    State(app): State<App>,
    address: ClientAddress,
    looked: Looked,
    Form(_view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    app.enrolling.tries().check(&address).await?;
    if looked.platform != Platform::Ios {
        return Err(NO_SUCH_DEVICE.with_detail("The build is not for iPhones.").into());
    }
    let code = Opaque::random();
    let expires = Utc::now() + app.enrolling.config().lifetime.delta();
    let mut conn = app.db.acquire().await?;
    let who = looked.who.to_bytes();
    store::insert_question(&mut conn, &code.hash(), (looked.build, &who), expires).await?;
    Ok(see_other(&format!("/enrol/{code}/device.mobileconfig")))
}

/// The question itself. It is used up by its answer, not by being fetched: iOS may fetch it twice.
pub(super) async fn question(
    State(app): State<App>,
    address: ClientAddress,
    view: View,
    Path(code): Path<String>,
) -> Result<Response> {
    app.enrolling.tries().check(&address).await?;
    let now = Utc::now();
    let code: Opaque = code.parse().map_err(|()| ENROLMENT_OVER)?;
    let hash = code.hash();
    let mut conn = app.db.acquire().await?;
    let organization = store::asks_for(&mut conn, &hash, now).await?.ok_or(ENROLMENT_OVER)?;
    drop(conn);
    let host = url::Url::parse(app.addresses.root()).ok();
    let question = Invitation {
        url: &app.addresses.enrolment(&code),
        challenge: &app.enrolling.challenge(&hash),
        domain: host.as_ref().and_then(url::Url::host_str).unwrap_or("securevox"),
        organization: &organization,
        id: Uuid::new_v4(),
        language: view.language,
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"device.mobileconfig\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, app.enrolling.sign(question.to_mobileconfig(), now).await).into_response())
}
