//! What the installer of iOS fetches before the package. It sends no cookies and follows no login:
//! whatever is wrong is told as XML.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use plist::{Dictionary, Value};
use securevox_core::{
    Result,
    extract::{Path, Query},
    storage::LinkRefused,
};
use securevox_protocol::{
    AppId, BuildId,
    builds::{Build, Platform},
};

use serde::Deserialize;

use super::store;
use crate::{
    app::App,
    people::{self, Who},
};

const XML: &str = "text/xml; charset=utf-8";

/// The manifest behind a signed link.
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    let now = Utc::now();
    let (build, who) = match app.links.manifests.verify_with(&token, now) {
        Ok((opened, who)) => (BuildId(opened.id), Who::from_bytes(&who)),
        Err(LinkRefused::Expired) => return Ok(refused(StatusCode::GONE, "The link has expired")),
        Err(LinkRefused::Foreign) => return Ok(missing()),
    };
    let Some(who) = who else { return Ok(missing()) };
    answer(&app, (build, who), now).await
}

/// The manifest of a build for `who`, if they still see it.
async fn answer(app: &App, (build, who): (BuildId, Who), now: DateTime<Utc>) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    if !people::access::still_sees(&mut conn, build, who, now).await? {
        return Ok(missing());
    }
    let Some(row) = store::find(&mut conn, build).await? else { return Ok(missing()) };
    if row.platform() != Platform::Ios {
        return Ok(missing());
    }
    store::want(&mut conn, build).await?;
    let package = app.addresses.package(build.0, who, now);
    let mut xml = Vec::new();
    manifest(&row.shown(&app.addresses, now), &package)
        .to_writer_xml(&mut xml)
        .map_err(|error| anyhow::Error::new(error).context("writing a manifest"))?;
    Ok(([(header::CONTENT_TYPE, XML)], xml).into_response())
}

/// Which app's.
#[derive(Deserialize)]
pub(super) struct Wanted {
    app: Option<AppId>,
}

/// The manifest of the newest public iOS build, of the app that is asked for.
pub(super) async fn newest(
    State(app): State<App>,
    wanted: Result<Query<Wanted>>,
) -> Result<Response> {
    let Ok(Query(Wanted { app: only })) = wanted else { return Ok(missing()) };
    let now = Utc::now();
    let build = store::newest_public(&mut *app.db.acquire().await?, only, now).await?;
    match build {
        Some(build) => answer(&app, (build, Who::Public), now).await,
        None => Ok(missing()),
    }
}

fn manifest(build: &Build, package: &str) -> Value {
    let text = |pairs: &[(&str, &str)]| -> Dictionary {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect()
    };
    let version = build.version.as_deref().or(build.build_number.as_deref()).unwrap_or("1");
    let metadata = text(&[
        ("bundle-identifier", &build.bundle_id),
        ("bundle-version", version),
        ("kind", "software"),
        ("title", &build.app.name),
    ]);
    let asset = text(&[("kind", "software-package"), ("url", package)]);
    let mut item = Dictionary::new();
    item.insert("assets".to_owned(), Value::Array(vec![asset.into()]));
    item.insert("metadata".to_owned(), metadata.into());
    let mut manifest = Dictionary::new();
    manifest.insert("items".to_owned(), Value::Array(vec![item.into()]));
    manifest.into()
}

fn missing() -> Response {
    refused(StatusCode::NOT_FOUND, "There is no such build")
}

fn refused(status: StatusCode, words: &str) -> Response {
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>{words}</error>\n");
    (status, [(header::CONTENT_TYPE, XML)], xml).into_response()
}
