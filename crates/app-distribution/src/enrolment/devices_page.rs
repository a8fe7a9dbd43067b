//! The page of an app's devices, for its developers.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Beside, Nothing, Turn, View},
};
use securevox_protocol::{EnrolledDeviceId, apps::AppDetails, enrolment::EnrolledDevice};
use serde::Deserialize;

use super::{
    devices::{self, Wanted},
    models::model,
    problem::NO_SUCH_DEVICE,
    store::{self, Counts, Kind},
    words::EnrolmentWords,
};
use crate::{
    access::{AppForm, AppView},
    app::App,
    done::{Done, done},
    words::DistributionWords,
};

/// Devices on a page.
const SHOWN: u16 = 50;

#[derive(Template)]
#[template(path = "enrolment/devices.html")]
struct DevicesPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    enrolment: &'static EnrolmentWords,
    app: &'a AppDetails,
    devices: &'a [EnrolledDevice],
    beside: Beside,
    counts: &'a Counts,
}

impl DevicesPage<'_> {
    fn title(device: &EnrolledDevice) -> String {
        let product = || device.product.as_deref().map(model);
        device.name.clone().or_else(product).unwrap_or_else(|| "iPhone".to_owned())
    }

    /// Shown beside a name; without one it is the title.
    fn model_beside(device: &EnrolledDevice) -> Option<String> {
        device.name.as_ref().and(device.product.as_deref()).map(model)
    }
}

#[derive(Deserialize)]
pub(super) struct DevicePath {
    device: EnrolledDeviceId,
}

pub(super) async fn show(
    State(app): State<App>,
    at: AppView,
    Query(turn): Query<Turn>,
) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let rows = store::list(&mut conn, at.id(), Kind::default(), turn.span(SHOWN)).await?;
    let devices = turn.part(SHOWN, rows, |device| device.id.0);
    let counts = store::counts(&mut conn, at.id(), app.enrolling.is_provable()).await?;
    let view = &at.view;
    Ok(view.page(&DevicesPage {
        words: DistributionWords::of(view.language),
        enrolment: EnrolmentWords::of(view.language),
        app: &at.details,
        devices: &devices.items,
        beside: devices.beside(&format!("/admin/apps/{}/devices", at.id()), &[]),
        counts: &counts,
        view,
    }))
}

pub(super) async fn export(
    State(app): State<App>,
    at: AppView,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    devices::exported(&app, &at.belonging, &wanted).await
}

pub(super) async fn delete(
    State(app): State<App>,
    path: Result<Path<DevicePath>>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let Path(DevicePath { device }) = path.map_err(|_| NO_SUCH_DEVICE)?;
    let mut tx = app.db.begin().await?;
    devices::remove(&mut tx, &at.belonging, device).await?;
    tx.commit().await?;
    Ok(done(&app, &format!("/admin/apps/{}/devices", at.id()), Done::Removed))
}

pub(super) async fn delete_unverified(
    State(app): State<App>,
    AppForm(at, Nothing {}): AppForm<Nothing>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    devices::remove_unverified(&mut tx, &app, &at.belonging).await?;
    tx.commit().await?;
    Ok(done(&app, &format!("/admin/apps/{}/devices", at.id()), Done::Removed))
}
