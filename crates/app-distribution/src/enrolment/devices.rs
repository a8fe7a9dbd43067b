//! The devices that the developers of an app were told of.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use securevox_core::{
    Result,
    extract::{Json, Paging, Path, Query},
    openapi::{CallerProblems, Missing, QueryProblems},
    web::Span,
};
use securevox_protocol::{
    AppId, EnrolledDeviceId, Page, apps::AppRole, enrolment::EnrolledDevice, history::Action,
};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    export::apples_list,
    problem::NO_SUCH_DEVICE,
    store::{self, Kind},
};
use crate::{
    access::{Belonging, Reader},
    app::App,
};

/// A hundred of each kind of device a year are allowed.
const MOST_EXPORTED: i64 = 10_000;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only devices that the newest profile does not list.
    #[serde(default)]
    new: bool,
    /// Also devices that may be nobody's: whose answer leads to no authority of devices, or, where
    /// the server knows none, whose owner is not signed in.
    #[serde(default)]
    unverified: bool,
}

#[derive(Deserialize)]
pub(super) struct DevicePath {
    pub(super) device: EnrolledDeviceId,
}

/// The devices that were enrolled for an app, newest first. Its developers, managers and owners.
#[utoipa::path(get, path = "/api/apps/{app}/devices", tag = "devices",
    params(("app" = AppId, Path), Paging), security(("bearer" = [])),
    responses((status = 200, body = Page<EnrolledDevice>), CallerProblems, Missing, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    Reader(belonging): Reader,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<EnrolledDevice>>> {
    belonging.require(AppRole::Developer)?;
    let slice = Span::after(paging.after(), paging.limit()?);
    let mut conn = app.db.acquire().await?;
    let devices = store::list(&mut conn, belonging.app, Kind::default(), slice).await?;
    Ok(Json(paging.page(devices, |device| device.id.0)))
}

/// The same as developer.apple.com takes it (Devices, Register Multiple Devices): tab-separated,
/// with the columns `Device ID`, `Device Name` and `Device Platform`.
#[utoipa::path(get, path = "/api/apps/{app}/devices/export", tag = "devices",
    params(("app" = AppId, Path), Wanted), security(("bearer" = [])),
    responses((status = 200, description = "The list", body = String, content_type = "text/tab-separated-values"),
        CallerProblems, Missing, QueryProblems))]
pub(super) async fn export(
    State(app): State<App>,
    Reader(belonging): Reader,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    exported(&app, &belonging, &wanted).await
}

pub(super) async fn exported(
    app: &App,
    belonging: &Belonging,
    wanted: &Wanted,
) -> Result<Response> {
    belonging.require(AppRole::Developer)?;
    let mut conn = app.db.acquire().await?;
    let slice = Span::after(None, MOST_EXPORTED);
    let kind = Kind {
        only_new: wanted.new,
        only_sure: !wanted.unverified,
        provable: app.enrolling.is_provable(),
    };
    let devices = store::list(&mut conn, belonging.app, kind, slice).await?;
    let (apps, action) = ([belonging.app], Action::DevicesExported);
    belonging.actor.record(&mut conn, &apps, action, belonging.app.0).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/tab-separated-values; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"devices.txt\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, apples_list(&devices)).into_response())
}

/// Takes all devices off the list of an app that may be nobody's: those that an export leaves out.
/// Its developers, managers and owners.
#[utoipa::path(delete, path = "/api/apps/{app}/devices/unverified", tag = "devices",
    params(("app" = AppId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "They are gone"), CallerProblems, Missing))]
pub(super) async fn delete_unverified(
    State(app): State<App>,
    belonging: Belonging,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    remove_unverified(&mut tx, &app, &belonging).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove_unverified(
    conn: &mut PgConnection,
    app: &App,
    belonging: &Belonging,
) -> Result<()> {
    belonging.require(AppRole::Developer)?;
    let provable = app.enrolling.is_provable();
    if store::remove_unsure(&mut *conn, belonging.app, provable).await? > 0 {
        let (apps, action) = ([belonging.app], Action::UnverifiedDevicesRemoved);
        belonging.actor.record(&mut *conn, &apps, action, belonging.app.0).await?;
    }
    Ok(())
}

/// Takes a device off the list of an app. Its developers, managers and owners.
#[utoipa::path(delete, path = "/api/apps/{app}/devices/{device}", tag = "devices",
    params(("app" = AppId, Path), ("device" = EnrolledDeviceId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It is gone; profiles that list it still do"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    belonging: Belonging,
    path: Result<Path<DevicePath>>,
) -> Result<StatusCode> {
    belonging.require(AppRole::Developer)?;
    let Path(DevicePath { device }) = path.map_err(|_| NO_SUCH_DEVICE)?;
    let mut tx = app.db.begin().await?;
    remove(&mut tx, &belonging, device).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn remove(
    conn: &mut PgConnection,
    belonging: &Belonging,
    device: EnrolledDeviceId,
) -> Result<()> {
    belonging.require(AppRole::Developer)?;
    if !store::remove(&mut *conn, belonging.app, device).await? {
        return Err(NO_SUCH_DEVICE.into());
    }
    let action = Action::DeviceRemoved;
    belonging.actor.record(conn, &[belonging.app], action, device.0).await
}
