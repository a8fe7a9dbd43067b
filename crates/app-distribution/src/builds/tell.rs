//! Telling those of a build who get it and were not told, because somebody asks for it.

use axum::{extract::State, http::StatusCode, response::Response};
use securevox_core::{
    Result,
    extract::Json,
    openapi::{CallerProblems, Conflict, Limited, Missing},
    web::Nothing,
};
use securevox_protocol::{BuildId, builds::BuildTold, history::Action};

use super::{change, manage::BuildForm, managed::Managed};
use crate::{
    app::App,
    done::{Done, done},
    events,
};

/// Mails those who get a build and were not told of it, whatever the app says. Developers, managers
/// and owners of its app.
///
/// Nobody is mailed twice about a build, and nobody who wants no mail; 409 for a build that is not
/// offered, and where the server sends no mail.
#[utoipa::path(post, path = "/api/builds/{build}/notify", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 202, body = BuildTold), CallerProblems, Missing, Conflict, Limited))]
pub(super) async fn notify(
    State(app): State<App>,
    managed: Managed,
) -> Result<(StatusCode, Json<BuildTold>)> {
    let people = tell(&app, &managed).await?;
    Ok((StatusCode::ACCEPTED, Json(BuildTold { people })))
}

/// The button on the page that manages the build.
pub(super) async fn press(
    State(app): State<App>,
    BuildForm(at, Nothing {}): BuildForm<Nothing>,
) -> Result<Response> {
    tell(&app, &at.managed).await?;
    Ok(done(&app, &at.home(), Done::Told))
}

async fn tell(app: &App, managed: &Managed) -> Result<i64> {
    app.telling.tells_of.check(managed.account).await?;
    let mut tx = app.db.begin().await?;
    let people = events::tell_untold(&mut tx, app, managed.build.id).await?;
    if people > 0 {
        change::record(&mut tx, managed, Action::BuildTold).await?;
    }
    tx.commit().await?;
    Ok(people)
}
