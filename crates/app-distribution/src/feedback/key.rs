//! The key by which an app sends feedback from inside.

use axum::{extract::State, http::StatusCode};
use securevox_core::{
    Result,
    auth::Opaque,
    extract::Json,
    openapi::{CallerProblems, Missing},
};
use securevox_protocol::{AppId, apps::AppRole, feedback::FeedbackKey, history::Action};

use super::{handlers::record, problem::NO_SUCH_KEY, store};
use crate::{access::Belonging, app::App};

/// Where the app sends feedback from inside. Its developers, managers and owners.
#[utoipa::path(get, path = "/api/apps/{app}/feedback-key", tag = "feedback",
    params(("app" = AppId, Path)), security(("bearer" = [])),
    responses((status = 200, body = FeedbackKey), CallerProblems, Missing))]
pub(super) async fn show(
    State(app): State<App>,
    belonging: Belonging,
) -> Result<Json<FeedbackKey>> {
    belonging.require(AppRole::Developer)?;
    let mut conn = app.db.acquire().await?;
    let key = store::key_of(&mut conn, belonging.app, &app.addresses).await?;
    Ok(Json(key.ok_or(NO_SUCH_KEY)?))
}

/// Makes the key, or another one: the one before works no longer. Managers and owners of the app.
#[utoipa::path(put, path = "/api/apps/{app}/feedback-key", tag = "feedback",
    params(("app" = AppId, Path)), security(("bearer" = [])),
    responses((status = 200, body = FeedbackKey), CallerProblems, Missing))]
pub(super) async fn renew(
    State(app): State<App>,
    belonging: Belonging,
) -> Result<Json<FeedbackKey>> {
    make(&app, &belonging).await.map(Json)
}

pub(super) async fn make(app: &App, belonging: &Belonging) -> Result<FeedbackKey> {
    belonging.require(AppRole::Manager)?;
    let mut tx = app.db.begin().await?;
    store::set_key(&mut tx, belonging.app, &Opaque::random().to_string()).await?;
    record(&mut tx, belonging, Action::FeedbackKeyMade, None).await?;
    let key = store::key_of(&mut tx, belonging.app, &app.addresses).await?.ok_or(NO_SUCH_KEY)?;
    tx.commit().await?;
    Ok(key)
}

/// Takes no more feedback from inside the app. Its managers and owners.
#[utoipa::path(delete, path = "/api/apps/{app}/feedback-key", tag = "feedback",
    params(("app" = AppId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "The key works no longer"), CallerProblems, Missing))]
pub(super) async fn delete(State(app): State<App>, belonging: Belonging) -> Result<StatusCode> {
    remove(&app, &belonging).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(app: &App, belonging: &Belonging) -> Result<()> {
    belonging.require(AppRole::Manager)?;
    let mut tx = app.db.begin().await?;
    if !store::delete_key(&mut tx, belonging.app).await? {
        return Err(NO_SUCH_KEY.into());
    }
    record(&mut tx, belonging, Action::FeedbackKeyDeleted, None).await?;
    tx.commit().await?;
    Ok(())
}
