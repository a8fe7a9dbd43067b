//! The page of a build: made for a phone, one thumb, one button.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_core::{
    Result,
    error::NOT_FOUND,
    extract::Query,
    storage::{self, Download},
    web::View,
};
use securevox_protocol::{
    builds::{Build, Platform},
    packages::PackageDetails,
};

use serde::Deserialize;

use super::{icon_key, notes, opened::Opened, store};
use crate::{
    app::App,
    enrolment,
    feedback::{FeedbackWords, Reply},
    install::{self, InstallWords, Obstacle, Phone, Told, store::Older},
    people::Who,
    words::{Device, DistributionWords, is_in_app},
};

/// Older builds that the page shows.
const OLDER: i64 = 5;

#[derive(Template)]
#[expect(clippy::struct_excessive_bools, reason = "they are questions of the template")]
#[template(path = "build.html")]
struct BuildPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    how: &'static InstallWords,
    build: &'a Build,
    older: &'a [Older],
    /// Whether the viewer may change it.
    develops: bool,
    /// What the button opens.
    install: &'a str,
    /// Why there is no button.
    obstacle: Option<Obstacle>,
    /// What this phone ought to know below it.
    cautions: Vec<Told>,
    /// Where else the app is, for this phone.
    elsewhere: Option<(&'static str, &'a str)>,
    /// The package itself, for developers.
    package: Option<&'a str>,
    qr: &'a str,
    /// Whether the code signs a phone in, and ends soon.
    signs_in: bool,
    /// Release notes as HTML.
    notes: Option<String>,
    icon: Option<String>,
    share: &'a str,
    device: Device,
    /// Whether it is looked at inside an app, whose browser does not install.
    is_in_app: bool,
    needs_https: bool,
    /// Whether the device is one that it is made for.
    enrolment: Option<enrolment::Section>,
    feedback: &'static FeedbackWords,
    reply: &'a Reply,
    link: Option<&'a str>,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    thanks: Option<String>,
}

impl BuildPage<'_> {
    fn is_on_desktop(&self) -> bool {
        self.device == Device::Other
    }

    /// Whether it is looked at on a phone of another kind.
    fn is_on_wrong_phone(&self) -> bool {
        self.device.platform().is_some_and(|platform| platform != self.build.platform)
    }

    /// Whether whoever has the address of the page can install.
    fn is_shareable(&self) -> bool {
        self.share.contains("?link=")
    }

    /// What its kind asks of whoever installs it on an iPhone.
    fn steps(&self) -> Option<(&'static str, [&'static str; 3])> {
        match &self.build.details {
            Some(PackageDetails::Ipa(ipa)) => self.how.steps(ipa.distribution),
            _ => None,
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    opened: Opened,
    Query(sent): Query<Sent>,
) -> Result<Response> {
    let reply = Reply { thanks: sent.thanks.is_some(), ..Reply::default() };
    page(&app, &headers, opened, (StatusCode::OK, reply)).await
}

/// The page, with what is said to feedback that was sent on it.
pub(crate) async fn page(
    app: &App,
    headers: &HeaderMap,
    opened: Opened,
    (status, reply): (StatusCode, Reply),
) -> Result<Response> {
    let now = Utc::now();
    let Opened { view, build: row, link, who, develops, is_alone, is_over } = opened;
    let (id, language) = (row.id, view.language);
    let obstacle = row.obstacle(now);
    let mut conn = app.db.acquire().await?;
    let older = if is_alone {
        Vec::new()
    } else {
        install::store::older(&mut conn, (row.app(), id), (who, develops), now, OLDER).await?
    };
    let ways = install::store::ways(&mut conn, row.app()).await?;
    if row.platform() == Platform::Android {
        store::want(&mut conn, id).await?;
    }
    drop(conn);
    let build = row.shown(&app.addresses, now);
    let device = Device::of(headers);
    let share = match &link {
        Some(link) => app.addresses.install_page(id.0, link),
        None if develops => build.install_url.clone(),
        None => app.addresses.page(id.0),
    };
    let held = link.as_ref().map(|link| format!("?link={link}")).unwrap_or_default();
    let package = app.addresses.package(id.0, who, now);
    let install = match build.platform {
        Platform::Ios => itms(&app.addresses.manifest(id.0, who, now)),
        Platform::Android => package.clone(),
    };
    let words = InstallWords::of(language);
    let elsewhere = ways.elsewhere(device.platform().unwrap_or(build.platform), words);
    let page = BuildPage {
        words: DistributionWords::of(language),
        how: words,
        build: &build,
        older: &older,
        develops,
        install: &install,
        obstacle,
        cautions: install::cautions(&build, Phone::of(headers), now),
        elsewhere,
        package: (develops && obstacle.is_some()).then_some(package.as_str()),
        qr: &format!("/builds/{id}/qr.svg{held}"),
        signs_in: link.is_none() && !is_alone && who != Who::Public,
        notes: build.release_notes.as_deref().map(notes::html),
        icon: build.icon_url.as_ref().map(|_| format!("/builds/{id}/icon.png{held}")),
        share: &share,
        device,
        is_in_app: is_in_app(headers),
        needs_https: build.platform == Platform::Ios && !app.addresses.is_secure(),
        enrolment: enrolment::section(app, (&view, headers), &build, link.as_deref()).await?,
        feedback: FeedbackWords::of(view.language),
        reply: &reply,
        link: link.as_deref(),
        view: &view,
    };
    let status = if is_over { StatusCode::GONE } else { status };
    Ok(view.page_with(status, &page))
}

/// The link that iOS installs from: it decodes the address once.
pub(crate) fn itms(manifest: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("action", "download-manifest").append_pair("url", manifest);
    format!("itms-services://?{}", query.finish())
}

/// What a camera in front of the page is to open: the install link it was opened with, or a code
/// that signs a phone in for this build, or the page.
pub(super) async fn qr_code(State(app): State<App>, opened: Opened) -> Result<Response> {
    let id = opened.build.id;
    let address = match &opened.link {
        Some(link) => app.addresses.install_page(id.0, link),
        None if opened.is_alone || opened.is_over => app.addresses.page(id.0),
        None => {
            let code = install::code(&app, id, opened.who).await?;
            code.unwrap_or_else(|| app.addresses.page(id.0))
        }
    };
    let svg = install::qr_code(&address)?;
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, svg).into_response())
}

/// The icon, for whoever may see the build.
pub(super) async fn icon(
    State(app): State<App>,
    headers: HeaderMap,
    opened: Opened,
) -> Result<Response> {
    let build = opened.build.id;
    let stored = app.storage.find(icon_key(build)).await?.ok_or(NOT_FOUND)?;
    let (media_type, file_name) = ("image/png", "icon.png".to_owned());
    // It never changes: a build is one file.
    let etag = build.to_string();
    storage::download(&headers, Download { stored, etag, media_type, file_name }).await
}
