//! Downloads: who may see a build gets a signed link, and the link alone opens the package.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_core::{
    Result,
    auth::digest,
    error::NOT_FOUND,
    extract::Path,
    http::ClientAddress,
    openapi::{CallerProblems, Limited, Missing},
    storage::{self, Download, Label, LinkRefused},
};
use securevox_protocol::BuildId;

use super::{
    key,
    problem::{BUILD_EXPIRED, LINK_EXPIRED, NO_SUCH_BUILD},
    public_copies, shares, store,
    visible::Visible,
};
use crate::{
    access::{self, Audience, Look},
    app::{App, Who},
    install::Obstacle,
    usage::{self, Fetched},
};

/// Redirects to a signed link to the package, which works without a token for two hours.
#[utoipa::path(get, path = "/api/builds/{build}/download", tag = "builds",
    params(("build" = BuildId, Path)), security(("bearer" = [])),
    responses((status = 302, description = "To the signed link", headers(("location" = String))), CallerProblems, Missing))]
pub(super) async fn redirect(State(app): State<App>, visible: Visible) -> Result<Response> {
    let Visible { build, audience: Audience { who, .. }, .. } = visible;
    to_package(&app, build.id, who).await
}

/// Sends whoever sees the build on to a signed link to its package.
pub(super) async fn to_package(app: &App, build: BuildId, who: Who) -> Result<Response> {
    store::want(&mut *app.db.acquire().await?, build).await?;
    let expires = Utc::now() + app.config.download_lifetime.delta();
    let token = app.links.downloads.sign_with(build.0, &who.to_bytes(), expires);
    Ok(found(&format!("/api/downloads/{token}")))
}

/// Sends a client on to a link that nobody may remember.
pub(super) fn found(link: &str) -> Response {
    let location = HeaderValue::try_from(link).expect("links are ASCII");
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// The package behind a signed link, with ranges and a strong `ETag`. Whoever holds the link may,
/// as long as the one it was made for sees the build.
///
/// Where packages are kept in an object storage, it answers with a redirect to a link of that.
#[utoipa::path(get, path = "/api/downloads/{token}", tag = "builds",
    params(("token" = String, Path)),
    responses((status = 200, description = "The package", content_type = "application/octet-stream"),
        (status = 206, description = "A part of it", content_type = "application/octet-stream"),
        (status = 302, description = "To the object storage that has it", headers(("location" = String))),
        (status = 304, description = "The client has it"),
        (status = 410, description = "The link or the build has expired", body = securevox_protocol::Problem, content_type = "application/problem+json"),
        (status = 416, description = "There is no such part"), Missing, Limited))]
pub(super) async fn download(
    State(app): State<App>,
    address: ClientAddress,
    Path(token): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let now = Utc::now();
    let verified = app.links.downloads.verify_with(&token, now);
    let (opened, who) = verified.map_err(|refused| match refused {
        LinkRefused::Expired => LINK_EXPIRED,
        LinkRefused::Foreign => NOT_FOUND,
    })?;
    let who = Who::from_bytes(&who).ok_or(NOT_FOUND)?;
    // A link that leaks is not a way to wear us out.
    app.limits.downloads_by.check(&token).await?;
    let build = BuildId(opened.id);
    let noted_as = match who {
        // Each look at a public page makes another link.
        Who::Public => app.installations.viewer(address, build, now),
        _ => digest(token.as_bytes()),
    };
    let fetch =
        Fetch { noted_as: Some(noted_as), redirected_for: Some(opened.remaining), method, headers };
    send(&app, (build, who), fetch).await
}

/// How a package is fetched.
pub(crate) struct Fetch {
    /// What is fetched under the same mark is noted once; without one it is not.
    pub(crate) noted_as: Option<[u8; 32]>,
    /// How long a link to the storage may work; `None` where nobody follows it.
    pub(crate) redirected_for: Option<Duration>,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
}

/// The package of a build for `who`, if they still see it.
pub(crate) async fn send(
    app: &App,
    (build, who): (BuildId, Who),
    fetch: Fetch,
) -> Result<Response> {
    let Fetch { noted_as, redirected_for, method, headers } = fetch;
    let mut tx = app.db.begin().await?;
    let now = Utc::now();
    let develops = match access::look_again(&mut tx, build, who, now).await? {
        Look::Sees { develops, .. } => develops,
        Look::Over(_) => return Err(BUILD_EXPIRED.into()),
        Look::Nothing => return Err(NO_SUCH_BUILD.into()),
    };
    let row = store::find(&mut tx, build).await?.ok_or(NO_SUCH_BUILD)?;
    // Developers look into what no longer installs.
    if !develops && row.obstacle(now).is_some_and(Obstacle::is_end) {
        return Err(BUILD_EXPIRED.into());
    }
    let mut is_first = false;
    if let (&Method::GET, Some(mark)) = (&method, noted_as) {
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let fetched = Fetched { app: row.app(), build, link_hash: mark, who, agent };
        is_first = usage::note_download(&mut tx, &fetched, now).await?;
        // Also a range of one that began long ago: retention waits for its end. Strangers hold a
        // build by what counts alone.
        if is_first || who != Who::Public {
            store::want(&mut tx, build).await?;
        }
        if is_first
            && let Who::Share(link) = who
            && !shares::begin_install(&mut tx, link).await?
        {
            return Err(shares::SHARE_LINK_OVER.into());
        }
    }
    // A download may take an hour: no connection is held meanwhile.
    tx.commit().await?;
    if is_first {
        app.counters.downloads.with_label_values(&[row.platform().as_str()]).inc();
    }
    let media_type = row.media_type();
    let label = Label { media_type, file_name: &row.file_name };
    if let Some(lifetime) = redirected_for {
        if who == Who::Public
            && let Some(link) = public_copies::link(app, build).await?
        {
            return Ok(found(&link));
        }
        let direct = app.storage.direct_link(key(build), &method, label, lifetime).await?;
        if let Some(link) = direct {
            return Ok(found(&link));
        }
    }
    let Some(stored) = app.storage.find(key(build)).await? else {
        let still = store::find(&mut *app.db.acquire().await?, build).await?;
        still.ok_or(NO_SUCH_BUILD)?;
        return Err(anyhow::anyhow!("the package of build {build} is missing from storage").into());
    };
    let etag = row.sha256();
    let download = Download { stored, etag, media_type, file_name: row.file_name };
    storage::download(&headers, download).await
}
