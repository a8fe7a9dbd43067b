//! The pictures that iOS shows while it installs: plain PNG of exactly the sizes it asks for,
//! without cookies, behind links of their own.

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_core::{Result, extract::Path, storage};
use securevox_protocol::BuildId;
use tokio::io::AsyncReadExt as _;

use super::{
    icon_key,
    manifest::{admitted, missing},
};
use crate::{app::App, install};

/// No icon is stored that is larger.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// As manifests name them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IconSize {
    /// `display-image`.
    Display,
    /// `full-size-image`.
    FullSize,
}

impl IconSize {
    pub(crate) const fn file_name(self) -> &'static str {
        match self {
            Self::Display => "display.png",
            Self::FullSize => "full-size.png",
        }
    }

    /// Of each side.
    const fn pixels(self) -> u32 {
        match self {
            Self::Display => 57,
            Self::FullSize => 512,
        }
    }
}

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
    let Some(icon) = icon(app, build).await? else { return Ok(missing()) };
    let _place = app.places.icons.acquire().await.context("nobody closes it")?;
    let scaled = tokio::task::spawn_blocking(move || install::scaled(&icon, size.pixels()));
    let Some(png) = scaled.await.context("scaling an icon")? else { return Ok(missing()) };
    Ok((tags, [(header::CONTENT_TYPE, "image/png")], png).into_response())
}

async fn icon(app: &App, build: BuildId) -> Result<Option<Vec<u8>>> {
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
