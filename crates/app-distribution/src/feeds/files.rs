//! Packages and icons, at the addresses that feeds name.
//!
//! A package is counted as one download for each link and day, however many requests and ranges it
//! takes. Public feeds know nobody: there, it is one for each address and day.

use axum::{
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
};
use securevox_core::{
    Result,
    auth::digest,
    error::NOT_FOUND,
    extract::Path,
    storage::{self, Download},
};
use securevox_protocol::BuildId;
use serde::Deserialize;

use super::{
    link::Reader,
    store::{self, Line, Wanted},
};
use crate::{
    app::{App, Who},
    builds::{self, Fetch, NO_SUCH_BUILD},
};

#[derive(Deserialize)]
pub(super) struct FilePath {
    pub(super) file: String,
}

/// `{build}.ipa`.
pub(super) async fn package(
    State(app): State<App>,
    reader: Reader,
    Path(FilePath { file }): Path<FilePath>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    send(&app, &reader, (&file, "ipa"), (method, headers)).await
}

/// The package with this file name, which is of one kind. It comes from us alone: stores refuse
/// to be sent on.
pub(super) async fn send(
    app: &App,
    reader: &Reader,
    (file, kind): (&str, &'static str),
    (method, headers): (Method, HeaderMap),
) -> Result<Response> {
    let build = named(file, kind)?;
    let who = offered(app, reader, build, Some(kind)).await?;
    let noted_as = Some(mark(app, reader, build));
    let fetch = Fetch { noted_as, redirected_for: None, method, headers };
    builds::send(app, (build, who), fetch).await
}

/// `{build}.png`.
pub(super) async fn icon(
    State(app): State<App>,
    reader: Reader,
    Path(FilePath { file }): Path<FilePath>,
    headers: HeaderMap,
) -> Result<Response> {
    let build = named(&file, "png")?;
    offered(&app, &reader, build, None).await?;
    let stored = app.storage.find(builds::icon_key(build)).await?.ok_or(NOT_FOUND)?;
    let etag = build.to_string();
    let download = Download { stored, etag, media_type: "image/png", file_name: file };
    storage::download(&headers, download).await
}

fn named(file: &str, extension: &str) -> Result<BuildId> {
    let id = file.strip_suffix(extension).and_then(|name| name.strip_suffix('.'));
    let id = id.and_then(|id| id.parse().ok()).ok_or(NO_SUCH_BUILD)?;
    Ok(id)
}

async fn offered(
    app: &App,
    reader: &Reader,
    build: BuildId,
    kind: Option<&'static str>,
) -> Result<Who> {
    let wanted = Wanted {
        app: None,
        channel: None,
        build: Some(build),
        kind,
        of_each: (Line::App, 1),
        most: 1,
    };
    let mut conn = app.db.acquire().await?;
    let offers = store::offers(&mut conn, &reader.viewer, wanted, reader.now).await?;
    let (_, who) = offers.into_iter().next().ok_or(NO_SUCH_BUILD)?;
    Ok(who)
}

/// Under what a download is noted.
fn mark(app: &App, reader: &Reader, build: BuildId) -> [u8; 32] {
    match reader.link {
        Some(link) => digest(format!("feed {link} {build} {}", reader.now.date_naive()).as_bytes()),
        None => app.installations.viewer(reader.address, build, reader.now),
    }
}
