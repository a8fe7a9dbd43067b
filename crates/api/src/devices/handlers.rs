use axum::{extract::State, http::StatusCode};
use chrono::Utc;
use securevox_core::{
    Result,
    audit::{self, Entry},
    auth::SignedIn,
    error::NOT_FOUND,
    extract::{Checks, Json, Paging, Path, Query},
    openapi::{BodyProblems, CallerProblems, Missing, QueryProblems},
};
use securevox_protocol::{
    DeviceId, Page,
    devices::{Device, UpdateDevice},
    history::Action,
};

use super::{NAME_LENGTH, store};
use crate::{app::App, sessions::revoke};

/// The devices of the caller's account, newest first.
#[utoipa::path(get, path = "/v1/devices", tag = "devices", params(Paging),
    security(("bearer" = [])),
    responses((status = 200, body = Page<Device>), CallerProblems, QueryProblems))]
pub(super) async fn list(
    State(app): State<App>,
    caller: SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Device>>> {
    let limit = paging.limit()?;
    let mut conn = app.db.acquire().await?;
    let devices = store::list(&mut conn, &caller, paging.after(), limit).await?;
    Ok(Json(paging.page(devices, |device| device.id.0)))
}

/// A device of the caller's account.
#[utoipa::path(get, path = "/v1/devices/{device}", tag = "devices",
    params(("device" = DeviceId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Device), CallerProblems, Missing))]
pub(super) async fn show(
    State(app): State<App>,
    caller: SignedIn,
    Path(device): Path<DeviceId>,
) -> Result<Json<Device>> {
    let mut conn = app.db.acquire().await?;
    Ok(Json(store::find(&mut conn, &caller, device).await?.ok_or(NOT_FOUND)?))
}

/// Renames a device of the caller's account.
#[utoipa::path(patch, path = "/v1/devices/{device}", tag = "devices",
    params(("device" = DeviceId, Path)), security(("bearer" = [])), request_body = UpdateDevice,
    responses((status = 200, body = Device), CallerProblems, Missing, BodyProblems))]
pub(super) async fn update(
    State(app): State<App>,
    caller: SignedIn,
    Path(device): Path<DeviceId>,
    Json(request): Json<UpdateDevice>,
) -> Result<Json<Device>> {
    let mut checks = Checks::default();
    checks.text(&request.name, "#/name", NAME_LENGTH);
    checks.finish()?;
    let mut tx = app.db.begin().await?;
    store::rename(&mut tx, caller.account, device, &request.name).await?;
    let device = store::find(&mut tx, &caller, device).await?.ok_or(NOT_FOUND)?;
    tx.commit().await?;
    Ok(Json(device))
}

/// Removes a device of the caller's account and ends its session.
#[utoipa::path(delete, path = "/v1/devices/{device}", tag = "devices",
    params(("device" = DeviceId, Path)), security(("bearer" = [])),
    responses((status = 204, description = "Removed"), CallerProblems, Missing))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: SignedIn,
    Path(device): Path<DeviceId>,
) -> Result<StatusCode> {
    let now = Utc::now();
    let account = caller.account;
    let mut tx = app.db.begin().await?;
    // The session first, as whoever ends a session does: in another order two at once would deadlock.
    let of = revoke::Of::Device(device);
    let revoked = revoke::revoke(&mut tx, account, of, Action::SessionRevoked, now).await?;
    let without_session = store::revoke(&mut tx, account, device, now).await?;
    if revoked.is_empty() && !without_session {
        return Err(NOT_FOUND.into());
    }
    let (actor, target) = (Some(account), Some(device.0));
    let entry = Entry { actor, account: actor, action: Action::DeviceRevoked, target };
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    app.forget(account, &revoked, now).await;
    Ok(StatusCode::NO_CONTENT)
}
