//! Whether people are mailed about an app's new builds, and in which language.

use axum::extract::State;
use securevox_core::{
    Result,
    extract::Json,
    openapi::{BodyProblems, CallerProblems, Missing},
};
use securevox_protocol::{AppId, apps::AppRole, history::Action, webhooks::AppNotifications};
use sqlx::PgConnection;

use super::store;
use crate::{
    access::{Belonging, NO_SUCH_APP},
    app::App,
    history::{Told, changes, record_change},
};

/// What people are mailed about an app. Its developers, managers and owners.
#[utoipa::path(get, path = "/api/apps/{app}/notifications", tag = "webhooks",
    params(("app" = AppId, Path)), security(("bearer" = [])),
    responses((status = 200, body = AppNotifications), CallerProblems, Missing))]
pub(in crate::events) async fn show(
    State(app): State<App>,
    belonging: Belonging,
) -> Result<Json<AppNotifications>> {
    belonging.require(AppRole::Developer)?;
    let settings = store::settings(&mut *app.db.acquire().await?, belonging.app).await?;
    Ok(Json(settings.ok_or(NO_SUCH_APP)?))
}

/// Changes what people are mailed about an app. Its managers and owners.
#[utoipa::path(put, path = "/api/apps/{app}/notifications", tag = "webhooks",
    params(("app" = AppId, Path)), security(("bearer" = [])), request_body = AppNotifications,
    responses((status = 200, body = AppNotifications), CallerProblems, Missing, BodyProblems))]
pub(in crate::events) async fn change(
    State(app): State<App>,
    belonging: Belonging,
    Json(settings): Json<AppNotifications>,
) -> Result<Json<AppNotifications>> {
    let mut tx = app.db.begin().await?;
    set(&mut tx, &belonging, settings).await?;
    tx.commit().await?;
    Ok(Json(settings))
}

pub(in crate::events) async fn set(
    conn: &mut PgConnection,
    belonging: &Belonging,
    settings: AppNotifications,
) -> Result<()> {
    belonging.require(AppRole::Manager)?;
    let app = belonging.app;
    let before = store::settings(&mut *conn, app).await?;
    store::set_settings(&mut *conn, app, settings).await?;
    let fields = [("mail_builds", Told::Value), ("mail_language", Told::Value)];
    let details = changes(&before, &Some(settings), &fields);
    let act = belonging.actor.act(Action::NotificationsChanged, app.0);
    record_change(conn, &[app], act, &details).await
}
