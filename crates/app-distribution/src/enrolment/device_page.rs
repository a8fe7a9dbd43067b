//! The page of a device: which builds of an app it can install, and what to do where none.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    extract::Path,
    http::ClientAddress,
    storage::LinkRefused,
    web::{Form, Nothing, View, unkept},
};
use securevox_protocol::{BuildId, builds::Platform};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    models::{model, os},
    problem::{DEVICE_PAGE_OVER, NO_SUCH_DEVICE},
    section,
    store::{self, AppOf, Device},
    verdict::{Candidate, Verdict},
    words::EnrolmentWords,
};
use crate::{
    access,
    app::{App, Enrolling, Held},
    builds::{Looked, itms},
    done::{Done, done},
    words::DistributionWords,
};

/// Builds that the page tells of.
const MOST: i64 = 20;
const MAX_NAME: usize = 50;

#[derive(Template)]
#[template(path = "enrolment/device.html")]
struct DevicePage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    enrolment: &'static EnrolmentWords,
    app: &'a AppOf,
    device: &'a Device,
    builds: &'a [Line],
    /// What its own forms are sent to.
    token: &'a str,
    /// The page of the build that it began with.
    back: Option<String>,
    /// Whether the developers of the app were told of the device.
    told: bool,
    /// Whether whoever looks may name and remove it.
    owns: bool,
}

/// Nothing is known of the device yet.
#[derive(Template)]
#[template(path = "enrolment/ask.html")]
struct AskPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    enrolment: &'static EnrolmentWords,
    app: &'a AppOf,
    path: &'a str,
    unsigned: bool,
}

/// A build, and whether the device can install it.
struct Line {
    version: String,
    date: DateTime<Utc>,
    verdict: Verdict,
    /// What the button opens, where it can.
    install: Option<String>,
}

impl DevicePage<'_> {
    fn title(&self) -> String {
        let product = || self.device.product.as_deref().map(model);
        self.device.name.clone().or_else(product).unwrap_or_else(|| "iPhone".to_owned())
    }

    /// `iPhone 14 · iOS 18`.
    fn facts(&self) -> String {
        let product = self.device.product.as_deref().map(model);
        let system = os(self.device.product.as_deref(), self.device.version.as_deref());
        product.into_iter().chain(system).collect::<Vec<_>>().join(" · ")
    }

    /// The newest build that it can install.
    fn best(&self) -> Option<&Line> {
        self.builds.iter().find(|line| line.install.is_some())
    }
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

/// Where an answer leads: the token in the path says whose device it is. The browser remembers it.
pub(super) async fn show(
    State(app): State<App>,
    address: ClientAddress,
    view: View,
    Path(token): Path<String>,
) -> Result<Response> {
    app.enrolling.tries().check(&address).await?;
    let now = Utc::now();
    let held = held(&app, &token, now)?;
    let mut conn = app.db.acquire().await?;
    if !access::still_sees(&mut conn, held.build, held.who, now).await? {
        return Err(NO_SUCH_DEVICE.into());
    }
    let mut device = store::find(&mut conn, held.device).await?.ok_or(NO_SUCH_DEVICE)?;
    // What its owner calls it is for them to see.
    device.name = device.name.filter(|_| held.owns);
    let back = (!held.who.is_holder()).then(|| format!("/builds/{}", held.build));
    let mut page = page(&mut conn, &app, &view, (held, &device, back), now).await?;
    if held.owns {
        let cookie = app.enrolling.remember(&app.site, held.device, now);
        page.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(page)
}

/// The same for whoever sees a build, on a browser that remembers its device.
pub(super) async fn remembered(
    State(app): State<App>,
    headers: HeaderMap,
    looked: Looked,
) -> Result<Response> {
    if looked.platform != Platform::Ios {
        return Err(NO_SUCH_DEVICE.into());
    }
    let now = Utc::now();
    let mut conn = app.db.acquire().await?;
    let device = match app.enrolling.remembered(&app.site, &headers, now) {
        Some(device) => store::find(&mut conn, device).await?,
        None => None,
    };
    let Looked { view, build, link, who, .. } = looked;
    let Some(device) = device else {
        let of = store::app_of(&mut conn, build).await?.ok_or(NO_SUCH_DEVICE)?;
        return Ok(ask(&app, &view, &of, &section::path(build, link.as_deref())));
    };
    let back = match link {
        Some(link) => format!("/builds/{build}?link={link}"),
        None => format!("/builds/{build}"),
    };
    let held = Held { device: device.id, build, who, owns: true };
    page(&mut conn, &app, &view, (held, &device, Some(back)), now).await
}

fn ask(app: &App, view: &View, of: &AppOf, path: &str) -> Response {
    unkept(view.page(&AskPage {
        words: DistributionWords::of(view.language),
        enrolment: EnrolmentWords::of(view.language),
        app: of,
        path,
        unsigned: !app.enrolling.signs(),
        view,
    }))
}

fn held(app: &App, token: &str, now: DateTime<Utc>) -> Result<Held> {
    Ok(app.enrolling.open(token, now).map_err(|refused| match refused {
        LinkRefused::Expired => DEVICE_PAGE_OVER,
        LinkRefused::Foreign => NO_SUCH_DEVICE,
    })?)
}

/// The same for whoever may change it.
fn owned(app: &App, token: &str, now: DateTime<Utc>) -> Result<Held> {
    let held = held(app, token, now)?;
    if held.owns { Ok(held) } else { Err(NO_SUCH_DEVICE.into()) }
}

async fn page(
    conn: &mut PgConnection,
    app: &App,
    view: &View,
    (held, device, back): (Held, &Device, Option<String>),
    now: DateTime<Utc>,
) -> Result<Response> {
    let of = store::app_of(&mut *conn, held.build).await?.ok_or(NO_SUCH_DEVICE)?;
    let standing = store::standing(&mut *conn, held.build, held.device).await?;
    let mut builds = Vec::new();
    for candidate in store::candidates(&mut *conn, held.build, &device.udid, (MOST, now)).await? {
        if sees(&mut *conn, held, candidate.id, now).await? {
            builds.push(line(app, &candidate, (held, device), now));
        }
    }
    Ok(unkept(view.page(&DevicePage {
        words: DistributionWords::of(view.language),
        enrolment: EnrolmentWords::of(view.language),
        app: &of,
        device,
        builds: &builds,
        token: &app.enrolling.page(held, now),
        back,
        told: standing.is_some_and(|standing| standing.told),
        owns: held.owns,
        view,
    })))
}

/// The holder of an install link holds that of one build.
async fn sees(
    conn: &mut PgConnection,
    held: Held,
    build: BuildId,
    now: DateTime<Utc>,
) -> Result<bool> {
    if held.who.is_holder() && build != held.build {
        return Ok(false);
    }
    access::still_sees(conn, build, held.who, now).await
}

fn line(
    app: &App,
    candidate: &Candidate,
    (held, device): (Held, &Device),
    now: DateTime<Utc>,
) -> Line {
    let verdict = candidate.verdict(device.version.as_deref(), now);
    let installs = verdict == Verdict::Installs;
    Line {
        version: crate::words::version(
            candidate.version.as_deref(),
            candidate.build_number.as_deref(),
        ),
        date: candidate.created_at,
        install: installs.then(|| itms(&app.addresses.manifest(candidate.id.0, held.who, now))),
        verdict,
    }
}

/// What its owner calls it; nothing takes the name away.
pub(super) async fn rename(
    State(app): State<App>,
    address: ClientAddress,
    Path(token): Path<String>,
    Form(_view, sent): Form<Named>,
) -> Result<Response> {
    app.enrolling.tries().check(&address).await?;
    let now = Utc::now();
    let held = owned(&app, &token, now)?;
    let shown: String = sent.name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let name = Some(shown.trim()).filter(|name| !name.is_empty());
    let mut conn = app.db.acquire().await?;
    if !store::rename(&mut conn, held.device, name).await? {
        return Err(NO_SUCH_DEVICE.into());
    }
    Ok(done(&app, &format!("/devices/{}", app.enrolling.page(held, now)), Done::Renamed))
}

/// Whoever enrolled a device may take it back, from all apps.
pub(super) async fn forget(
    State(app): State<App>,
    address: ClientAddress,
    Path(token): Path<String>,
    Form(_view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    app.enrolling.tries().check(&address).await?;
    let held = owned(&app, &token, Utc::now())?;
    store::delete(&mut *app.db.acquire().await?, held.device).await?;
    let mut response = done(&app, "/", Done::Removed);
    response.headers_mut().append(header::SET_COOKIE, Enrolling::forget(&app.site));
    Ok(response)
}
