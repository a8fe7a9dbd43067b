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
    storage::{LinkRefused, Links},
};
use securevox_protocol::{
    BuildId,
    builds::{Build, Platform},
};
use serde::Deserialize;

use super::store;
use crate::{
    access::{self, Audience, Look},
    app::{App, IconSize, Who},
};

const XML: &str = "text/xml; charset=utf-8";

/// The manifest behind a signed link.
pub(super) async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    let now = Utc::now();
    match admitted(&app, &app.links.manifests, &token, now).await? {
        Ok((row, who)) => answer(&app, (row, who), now).await,
        Err(refused) => Ok(refused),
    }
}

/// The iOS build behind a link of one kind, for whom it was made if they still see it; else what
/// the installer is told.
pub(super) async fn admitted(
    app: &App,
    links: &Links,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Result<(store::Row, Who), Response>> {
    let (build, who) = match links.verify_with(token, now) {
        Ok((opened, who)) => (BuildId(opened.id), Who::from_bytes(&who)),
        Err(LinkRefused::Expired) => return Ok(Err(gone("The link has expired"))),
        Err(LinkRefused::Foreign) => return Ok(Err(missing())),
    };
    let Some(who) = who else { return Ok(Err(missing())) };
    let mut conn = app.db.acquire().await?;
    match access::look_again(&mut conn, build, who, now).await? {
        Look::Sees { .. } => {}
        Look::Over(_) => return Ok(Err(gone("The build has expired"))),
        Look::Nothing => return Ok(Err(missing())),
    }
    let row = store::find(&mut conn, build).await?;
    let Some(row) = row.filter(|row| row.platform() == Platform::Ios) else {
        return Ok(Err(missing()));
    };
    match row.obstacle(now) {
        None => Ok(Ok((row, who))),
        Some(obstacle) if obstacle.is_end() => Ok(Err(gone("The build has expired"))),
        Some(_) => Ok(Err(refused(StatusCode::NOT_FOUND, "The build cannot be installed"))),
    }
}

/// The manifest of a build for `who`.
async fn answer(app: &App, (row, who): (store::Row, Who), now: DateTime<Utc>) -> Result<Response> {
    if who != Who::Public {
        store::want(&mut *app.db.acquire().await?, row.id).await?;
    }
    let build = row.id.0;
    let mut assets = vec![("software-package", app.addresses.package(build, who, now))];
    if row.has_icon {
        let sizes = [("display-image", IconSize::Display), ("full-size-image", IconSize::FullSize)];
        assets.extend(sizes.map(|(kind, size)| (kind, app.addresses.image(build, size, who, now))));
    }
    let mut xml = Vec::new();
    manifest(&row.shown(&app.addresses, Audience { who, develops: false }, now), &assets)
        .to_writer_xml(&mut xml)
        .map_err(|error| anyhow::Error::new(error).context("writing a manifest"))?;
    let headers = [(header::CONTENT_TYPE, XML), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, xml).into_response())
}

/// Which app's, by its id or bundle id.
#[derive(Deserialize)]
pub(super) struct Wanted {
    app: Option<String>,
}

/// The manifest of the newest public iOS build of the app that is asked for, of that which the
/// host is set to, or of the only one there is.
pub(super) async fn newest(
    State(app): State<App>,
    wanted: Result<Query<Wanted>>,
) -> Result<Response> {
    let Ok(Query(Wanted { app: asked })) = wanted else { return Ok(missing()) };
    let now = Utc::now();
    let mut conn = app.db.acquire().await?;
    let named = asked.as_deref().or(app.config.manifest_app.as_deref());
    let build = match *store::newest_public(&mut conn, named, now).await? {
        [build] => build,
        [] => return Ok(missing()),
        _ => {
            return Ok(refused(
                StatusCode::NOT_FOUND,
                "There are several apps: say which by ?app=",
            ));
        }
    };
    let row = store::find(&mut conn, build).await?;
    drop(conn);
    match row {
        Some(row) => answer(&app, (row, Who::Public), now).await,
        None => Ok(missing()),
    }
}

fn manifest(build: &Build, assets: &[(&str, String)]) -> Value {
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
    let asset = |(kind, url): &(&str, String)| {
        let mut asset = text(&[("kind", kind), ("url", url)]);
        if kind.ends_with("-image") {
            // iOS would add a shine to it.
            asset.insert("needs-shine".to_owned(), Value::from(false));
        }
        Value::from(asset)
    };
    let mut item = Dictionary::new();
    item.insert("assets".to_owned(), Value::Array(assets.iter().map(asset).collect()));
    item.insert("metadata".to_owned(), metadata.into());
    let mut manifest = Dictionary::new();
    manifest.insert("items".to_owned(), Value::Array(vec![item.into()]));
    manifest.into()
}

pub(super) fn missing() -> Response {
    refused(StatusCode::NOT_FOUND, "There is no such build")
}

fn gone(words: &str) -> Response {
    refused(StatusCode::GONE, words)
}

fn refused(status: StatusCode, words: &str) -> Response {
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>{words}</error>\n");
    (status, [(header::CONTENT_TYPE, XML)], xml).into_response()
}

/// The link that iOS installs from: it decodes the address once.
pub(crate) fn itms(manifest: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("action", "download-manifest").append_pair("url", manifest);
    format!("itms-services://?{}", query.finish())
}
