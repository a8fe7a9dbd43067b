//! The page of a build: made for a phone, one thumb, one button.

use anyhow::Context as _;
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use fast_qr::{
    QRBuilder,
    convert::{Builder as _, svg::SvgBuilder},
};
use securevox_core::{
    Result,
    auth::BrowserPerson,
    error::NOT_FOUND,
    extract::Query,
    storage::{self, Download},
    web::View,
};
use securevox_protocol::{
    AppId,
    accounts::Role,
    apps::AppRole,
    builds::{Build, Platform},
};

use serde::Deserialize;

use super::{icon_key, notes, opened::Opened, store};
use crate::{
    app::App,
    apps::Actor,
    enrolment,
    feedback::{FeedbackWords, Reply},
    words::{Device, DistributionWords, is_in_app},
};

/// Older builds that the page shows.
const OLDER: i64 = 5;

#[derive(Template)]
#[template(path = "build.html")]
#[expect(clippy::struct_excessive_bools, reason = "they are what the page shows or not")]
struct BuildPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    build: &'a Build,
    older: &'a [Build],
    uploads: bool,
    /// Whether the viewer may change it.
    develops: bool,
    /// What the button opens.
    install: &'a str,
    qr: &'a str,
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
pub(super) struct Told {
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
}

pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    opened: Opened,
    Query(told): Query<Told>,
) -> Result<Response> {
    let reply = Reply { thanks: told.thanks.is_some(), ..Reply::default() };
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
    let Opened { view, build: row, link, who } = opened;
    let older = match (&view.person, &link) {
        (Some(person), None) => {
            let filter = store::Filter {
                account: person.account,
                role: person.role,
                app: Some(row.app()),
                platform: None,
            };
            let mut conn = app.db.acquire().await?;
            store::list(&mut conn, filter, Some(row.id.0), OLDER).await?
        }
        _ => Vec::new(),
    };
    let older: Vec<Build> = older.into_iter().map(|row| row.shown(&app.addresses, now)).collect();
    let build = row.shown(&app.addresses, now);
    let (share, qr) = match &link {
        Some(link) => (
            app.addresses.install_page(build.id.0, link),
            format!("/builds/{}/qr.svg?link={link}", build.id),
        ),
        None => (build.install_url.clone(), format!("/builds/{}/qr.svg", build.id)),
    };
    let install = match build.platform {
        Platform::Ios => itms(&app.addresses.manifest(build.id.0, who, now)),
        Platform::Android => app.addresses.package(build.id.0, who, now),
    };
    if build.platform == Platform::Android {
        store::want(&mut *app.db.acquire().await?, build.id).await?;
    }
    let person = view.person.as_ref().filter(|_| link.is_none());
    let develops = develops(&app, person, build.app.id).await?;
    let page = BuildPage {
        words: DistributionWords::of(view.language),
        build: &build,
        older: &older,
        develops,
        uploads: person.is_some_and(|person| person.role >= Role::Publisher),
        install: &install,
        qr: &qr,
        notes: build.release_notes.as_deref().map(notes::html),
        icon: build.icon_url.as_ref().map(|_| match &link {
            Some(link) => format!("/builds/{}/icon.png?link={link}", build.id),
            None => format!("/builds/{}/icon.png", build.id),
        }),
        share: &share,
        device: Device::of(headers),
        is_in_app: is_in_app(headers),
        needs_https: build.platform == Platform::Ios && !app.addresses.is_secure(),
        enrolment: enrolment::section(&app, (&view, &headers), &build, link.as_deref()).await?,
        feedback: FeedbackWords::of(view.language),
        reply: &reply,
        link: link.as_deref(),
        view: &view,
    };
    Ok(view.page_with(status, &page))
}

/// Whether somebody may change the builds of an app.
async fn develops(app: &App, person: Option<&BrowserPerson>, of: AppId) -> Result<bool> {
    let Some(person) = person else { return Ok(false) };
    let actor = Actor { account: person.account, role: person.role };
    let standing = actor.standing(&mut *app.db.acquire().await?, of).await?;
    Ok(standing >= Some(AppRole::Developer))
}

/// The link that iOS installs from: it decodes the address once.
pub(crate) fn itms(manifest: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("action", "download-manifest").append_pair("url", manifest);
    format!("itms-services://?{}", query.finish())
}

/// The address of the page to install from, for a camera.
pub(super) async fn qr_code(State(app): State<App>, opened: Opened) -> Result<Response> {
    let id = opened.build.id.0;
    let address = match &opened.link {
        Some(link) => app.addresses.install_page(id, link),
        None => app.addresses.install(id, Utc::now()).0,
    };
    let code = QRBuilder::new(address).build().context("an address is short enough for a code")?;
    let svg = SvgBuilder::default().margin(1).to_str(&code);
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
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
