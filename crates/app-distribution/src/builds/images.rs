//! Icons: those that iOS shows while it installs, plain PNG of exactly the sizes it asks for, and
//! whole ones. Without cookies each is behind a link of its own, which opens nothing else.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_core::{
    Result,
    error::NOT_FOUND,
    extract::Path,
    storage::{self, Download, LinkRefused},
};
use securevox_protocol::BuildId;
use tokio::io::AsyncReadExt as _;

use super::{
    icon_key,
    manifest::{admitted, missing},
    problem::{LINK_EXPIRED, NO_SUCH_BUILD},
};
use crate::{
    access::still_sees,
    app::{App, IconSize, Who},
    install,
};

/// No icon is stored that is larger.
const MAX_FILE: u64 = 16 * 1024 * 1024;

pub(super) async fn display(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    show(&app, &token, &headers, IconSize::Display).await
}

pub(super) async fn full_size(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    show(&app, &token, &headers, IconSize::FullSize).await
}

async fn show(app: &App, token: &str, headers: &HeaderMap, size: IconSize) -> Result<Response> {
    let links = &app.links.icons[size as usize];
    let build = match admitted(app, links, token, Utc::now()).await? {
        Ok((row, _)) => row.id,
        Err(refused) => return Ok(refused),
    };
    // A build is one file, and its icon never changes.
    let etag = format!("\"{build}-{}\"", size.pixels());
    let tags = [
        (header::ETAG, HeaderValue::try_from(&etag).context("ids are header values")?),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    if storage::has(headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, tags).into_response());
    }
    // A link that leaks is not a way to wear us out.
    app.limits.downloads_by.check(token).await?;
    // Whoever waits holds no icon in memory.
    let _place = app.places.icons.acquire().await.context("nobody closes it")?;
    let Some(icon) = icon(app, build).await? else { return Ok(missing()) };
    let scaled = tokio::task::spawn_blocking(move || install::scaled(&icon, size.pixels()));
    let Some(png) = scaled.await.context("scaling an icon")? else { return Ok(missing()) };
    Ok((tags, [(header::CONTENT_TYPE, "image/png")], png).into_response())
}

/// The icon as it was in the package, behind the link that programs are told.
pub(super) async fn linked(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let now = Utc::now();
    let verified = app.links.pictures.verify_with(&token, now);
    let (opened, who) = verified.map_err(|refused| match refused {
        LinkRefused::Expired => LINK_EXPIRED,
        LinkRefused::Foreign => NOT_FOUND,
    })?;
    let (build, who) = (BuildId(opened.id), Who::from_bytes(&who).ok_or(NOT_FOUND)?);
    if !still_sees(&mut *app.db.acquire().await?, build, who, now).await? {
        return Err(NO_SUCH_BUILD.into());
    }
    app.limits.downloads_by.check(&token).await?;
    whole(&app, build, &headers).await
}

pub(crate) async fn whole(app: &App, build: BuildId, headers: &HeaderMap) -> Result<Response> {
    let stored = app.storage.find(icon_key(build)).await?.ok_or(NOT_FOUND)?;
    let (media_type, file_name) = ("image/png", "icon.png".to_owned());
    // It never changes: a build is one file.
    let etag = build.to_string();
    storage::download(headers, Download { stored, etag, media_type, file_name }).await
}

/// The icon of a build as it is stored; none that is larger than any that we store.
pub(crate) async fn icon(app: &App, build: BuildId) -> Result<Option<Vec<u8>>> {
    let Some(stored) = app.storage.find(icon_key(build)).await? else { return Ok(None) };
    let size = stored.size();
    if size > MAX_FILE {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let mut reader = stored.read(0, size).await?;
    reader.read_to_end(&mut bytes).await.context("reading an icon")?;
    Ok(Some(bytes))
}
