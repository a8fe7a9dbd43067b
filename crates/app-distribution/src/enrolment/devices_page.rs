//! The page of an app's devices, for its developers.

use askama::Template;
use axum::{extract::State, response::Response};
use securevox_core::{
    Result,
    extract::{Path, Query},
    web::{Form, SignedInView, View, see_other},
};
use securevox_protocol::{
    AppId, EnrolledDeviceId,
    apps::{AppDetails, AppRole},
    enrolment::EnrolledDevice,
};
use serde::Deserialize;

use super::{
    devices::{self, Wanted},
    models::model,
    problem::NO_SUCH_DEVICE,
    store::{self, Counts, Kind},
    words::EnrolmentWords,
};
use crate::{
    app::App,
    apps::{self, Actor, Belonging, NO_SUCH_APP, sender},
    words::DistributionWords,
};

/// What the page shows; the API and the export have all.
const MOST: i64 = 200;

#[derive(Template)]
#[template(path = "enrolment/devices.html")]
struct DevicesPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    enrolment: &'static EnrolmentWords,
    app: &'a AppDetails,
    devices: &'a [EnrolledDevice],
    counts: &'a Counts,
    uploads: bool,
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

    fn more(&self) -> bool {
        self.counts.all > MOST
    }
}

#[derive(Deserialize)]
pub(super) struct AppPath {
    app: AppId,
}

#[derive(Deserialize)]
pub(super) struct DevicePath {
    app: AppId,
    device: EnrolledDeviceId,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

async fn belonging(app: &App, actor: Actor, id: AppId) -> Result<Belonging> {
    let belonging = actor.in_app(&mut *app.db.acquire().await?, id).await?;
    belonging.require(AppRole::Developer)?;
    Ok(belonging)
}

pub(super) async fn show(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<AppPath>>,
) -> Result<Response> {
    let Path(path) = path.map_err(|_| NO_SUCH_APP)?;
    let belonging = belonging(&app, Actor::of(&signed_in), path.app).await?;
    let mut conn = app.db.acquire().await?;
    let found =
        apps::store::list_details(&mut conn, belonging.actor, Some(path.app), (None, 1)).await?;
    let details = found.first().ok_or(NO_SUCH_APP)?;
    let devices = store::list(&mut conn, path.app, Kind::default(), (None, MOST)).await?;
    let counts = store::counts(&mut conn, path.app, app.enrolling.is_provable()).await?;
    let view = &signed_in.view;
    Ok(view.page(&DevicesPage {
        words: DistributionWords::of(view.language),
        enrolment: EnrolmentWords::of(view.language),
        app: details,
        devices: &devices,
        counts: &counts,
        uploads: true,
        view,
    }))
}

pub(super) async fn export(
    State(app): State<App>,
    signed_in: SignedInView,
    path: Result<Path<AppPath>>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let Path(path) = path.map_err(|_| NO_SUCH_APP)?;
    let belonging = belonging(&app, Actor::of(&signed_in), path.app).await?;
    devices::exported(&app, &belonging, &wanted).await
}

pub(super) async fn delete(
    State(app): State<App>,
    path: Result<Path<DevicePath>>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let actor = sender(&view)?;
    let Path(path) = path.map_err(|_| NO_SUCH_DEVICE)?;
    let belonging = belonging(&app, actor, path.app).await?;
    let mut tx = app.db.begin().await?;
    devices::remove(&mut tx, &belonging, path.device).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/admin/apps/{}/devices", path.app)))
}

pub(super) async fn delete_unverified(
    State(app): State<App>,
    path: Result<Path<AppPath>>,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let actor = sender(&view)?;
    let Path(path) = path.map_err(|_| NO_SUCH_APP)?;
    let belonging = belonging(&app, actor, path.app).await?;
    let mut tx = app.db.begin().await?;
    devices::remove_unverified(&mut tx, &app, &belonging).await?;
    tx.commit().await?;
    Ok(see_other(&format!("/admin/apps/{}/devices", path.app)))
}
