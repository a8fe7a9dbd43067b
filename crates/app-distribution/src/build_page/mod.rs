//! The page of a build: made for a phone, one thumb, one button.

mod feedback;
mod preview;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use securevox_core::{
    Result,
    extract::Query,
    web::{Language, View},
};
use securevox_protocol::{
    builds::{Build, Platform},
    packages::{IosDistribution, PackageDetails},
};

use serde::Deserialize;
use sqlx::PgConnection;

use self::preview::Preview;
use crate::{
    access::{Audience, with_uploads},
    advice,
    agent::Agent,
    app::{Addresses, App, Who},
    builds::{self, Opened},
    enrolment,
    feedback::{FeedbackWords, Reply},
    feeds,
    install::{self, InstallWords, Obstacle, Phone, Told, store::Other},
    notes,
    words::DistributionWords,
};

/// Older builds that the page shows.
const OLDER: i64 = 5;
/// Warnings that say how a build installs.
const OF_INSTALLING: [&str; 3] = ["not-installable", "listed-devices-only", "trust-needed"];

#[derive(Template)]
#[expect(clippy::struct_excessive_bools, reason = "they are questions of the template")]
#[template(path = "build.html")]
struct BuildPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    how: &'static InstallWords,
    build: &'a Build,
    older: &'a [Other],
    /// What the viewer may rather want.
    newer: Option<Other>,
    /// Whether the viewer may change it.
    develops: bool,
    /// What the button opens.
    install: &'a str,
    /// For how long.
    link_seconds: u64,
    /// Why there is no button.
    obstacle: Option<Obstacle>,
    /// What this phone ought to know below it.
    cautions: Vec<Told>,
    /// What its developers ought to know.
    warnings: Vec<String>,
    /// Where else the app is, for this phone.
    elsewhere: Option<(&'static str, &'a str)>,
    /// The package itself, for developers.
    package: Option<&'a str>,
    qr: &'a str,
    /// Whether the code signs a phone in, and ends soon.
    signs_in: bool,
    /// How soon.
    code_seconds: u64,
    /// What the app is for.
    about: Option<&'a str>,
    /// Release notes as HTML.
    notes: Option<String>,
    icon: Option<String>,
    share: &'a str,
    /// Which builds the device installs that looks at it.
    device: Option<Platform>,
    /// Whether it is looked at inside an app, whose browser does not install.
    is_in_app: bool,
    needs_https: bool,
    /// Whether the device is one that it is made for.
    enrolment: Option<enrolment::Section>,
    /// What a chat shows of its address.
    preview: Option<Preview<'a>>,
    /// What feed readers find on the page: name, as RSS, as JSON.
    news: Vec<(String, [String; 2])>,
    feedback: &'static FeedbackWords,
    reply: &'a Reply,
    link: Option<&'a str>,
}

#[derive(Deserialize)]
struct Sent {
    thanks: Option<String>,
}

impl BuildPage<'_> {
    fn is_on_desktop(&self) -> bool {
        self.device.is_none()
    }

    fn is_on_phone(&self) -> bool {
        !self.is_on_desktop()
    }

    /// Whether the phone is known, and the build is not made for it.
    fn is_unlisted(&self) -> bool {
        self.enrolment.as_ref().is_some_and(|enrolment| enrolment.listed == Some(false))
    }

    /// Whether there is something to say of the device below the button.
    fn asks_device(&self) -> bool {
        let told = self.is_unlisted() && self.is_on_phone();
        let cannot = self.is_in_app && self.is_on_phone();
        !told && !cannot && !self.is_on_wrong_phone()
    }

    /// Whether it is looked at on a phone of another kind.
    fn is_on_wrong_phone(&self) -> bool {
        self.device.is_some_and(|platform| platform != self.build.platform)
    }

    /// Whether whoever has the address of the page can install.
    fn is_shareable(&self) -> bool {
        self.link.is_some() || self.develops
    }

    /// What happens next on an iPhone.
    fn ios_hint(&self) -> &'static str {
        match &self.build.details {
            Some(PackageDetails::Ipa(ipa)) if ipa.distribution == IosDistribution::Enterprise => {
                self.words.ios_trust_hint
            }
            _ => self.words.ios_hint,
        }
    }

    /// What its kind asks of whoever installs it on an iPhone.
    fn steps(&self) -> Option<(&'static str, [&'static str; 3])> {
        match &self.build.details {
            Some(PackageDetails::Ipa(ipa)) => self.how.steps(ipa.distribution),
            _ => None,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/builds/{build}", get(show))
        .route("/builds/{build}/qr.svg", get(qr_code))
        .route("/builds/{build}/icon.png", get(icon))
}

/// The form on the page, which takes as long as the line takes.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn transfer_pages() -> Router<App> {
    Router::new().route("/builds/{build}/feedback", post(feedback::send))
}

async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    opened: Opened,
    Query(sent): Query<Sent>,
) -> Result<Response> {
    let reply = Reply { thanks: sent.thanks.is_some(), ..Reply::default() };
    page(&app, &headers, opened, (StatusCode::OK, reply)).await
}

/// The page, with what is said to feedback that was sent on it.
async fn page(
    app: &App,
    headers: &HeaderMap,
    opened: Opened,
    (status, reply): (StatusCode, Reply),
) -> Result<Response> {
    let now = Utc::now();
    let Opened { view, build: row, link, who, develops, is_alone, is_over } = opened;
    let (id, language, obstacle) = (row.id, view.language, row.obstacle(now));
    let mut conn = app.db.acquire().await?;
    let (older, newer) = others(&mut conn, &row, (who, develops), is_alone, now).await?;
    let ways = install::store::ways(&mut conn, row.app()).await?;
    if row.platform() == Platform::Android && who != Who::Public {
        builds::want(&mut conn, id).await?;
    }
    let view = if is_alone { view } else { with_uploads(&mut conn, &view).await? };
    drop(conn);
    let build = row.shown(&app.addresses, Audience { who, develops }, now);
    let agent = Agent::of(headers);
    let device = agent.platform();
    let share = share(app, (link.as_deref(), develops), &build);
    let held = link.as_ref().map(|link| format!("?link={link}")).unwrap_or_default();
    let package = app.addresses.package(id.0, who, now);
    let (install, link_seconds) = button(app, &build, (who, &package), now);
    let words = InstallWords::of(language);
    let elsewhere = ways.elsewhere(device.unwrap_or(build.platform), words);
    let page = BuildPage {
        words: DistributionWords::of(language),
        how: words,
        build: &build,
        older: &older,
        newer,
        develops,
        install: &install,
        link_seconds,
        obstacle,
        cautions: cautions(&build, agent, develops),
        warnings: warnings(&build, obstacle, (develops, language)),
        elsewhere,
        package: (develops && obstacle.is_some()).then_some(package.as_str()),
        qr: &format!("/builds/{id}/qr.svg{held}"),
        signs_in: link.is_none() && !is_alone && who != Who::Public,
        code_seconds: app.config.phone_code_lifetime.duration().as_secs(),
        about: ways.description.as_deref(),
        notes: build.release_notes.as_deref().map(notes::html),
        icon: build.icon_url.as_ref().map(|_| format!("/builds/{id}/icon.png{held}")),
        share: &share,
        device,
        is_in_app: agent.is_in_app,
        needs_https: build.platform == Platform::Ios && !app.addresses.is_secure(),
        enrolment: if is_over {
            None
        } else {
            enrolment::section(app, (&view, headers), &build, link.as_deref()).await?
        },
        preview: Preview::of(&build, who, language).filter(|_| !is_over),
        news: if ways.is_public { news(&app.addresses, &build) } else { Vec::new() },
        feedback: FeedbackWords::of(view.language),
        reply: &reply,
        link: link.as_deref(),
        view: &view,
    };
    let status = if is_over { StatusCode::GONE } else { status };
    Ok(view.page_with(status, &page))
}

/// Other builds of the app, for whoever sees more of it than this one: those before, and the one
/// that they may rather want.
async fn others(
    conn: &mut PgConnection,
    row: &builds::Row,
    (who, develops): (Who, bool),
    is_alone: bool,
    now: DateTime<Utc>,
) -> Result<(Vec<Other>, Option<Other>)> {
    if is_alone {
        return Ok((Vec::new(), None));
    }
    let this = (row.app(), row.id);
    let older = install::store::older(&mut *conn, this, (who, develops), now, OLDER).await?;
    Ok((older, install::store::newer(conn, this, (who, develops), now).await?))
}

/// What the button opens, and for how many seconds it works.
fn button(
    app: &App,
    build: &Build,
    (who, package): (Who, &str),
    now: DateTime<Utc>,
) -> (String, u64) {
    let (link, lifetime) = match build.platform {
        Platform::Ios => {
            let manifest = app.addresses.manifest(build.id.0, who, now);
            (builds::itms(&manifest), app.config.manifest_lifetime)
        }
        Platform::Android => (package.to_owned(), app.config.download_lifetime),
    };
    (link, lifetime.duration().as_secs())
}

/// Developers are told of the package as such; whoever installs it, what it means to them.
fn cautions(build: &Build, agent: Agent<'_>, develops: bool) -> Vec<Told> {
    let phone = Phone::of(agent);
    let mut cautions = install::cautions(build, phone, Utc::now());
    if !develops {
        cautions.extend(install::cautions_of(&build.warnings, phone));
    }
    cautions
}

/// All of them, but for what the obstacle says already, or says otherwise.
fn warnings(
    build: &Build,
    obstacle: Option<Obstacle>,
    (develops, language): (bool, Language),
) -> Vec<String> {
    let untold = |code: &str| develops && (obstacle.is_none() || !OF_INSTALLING.contains(&code));
    advice::in_words(build.warnings.iter().filter(|warning| untold(&warning.code)), language)
}

/// The address for others: what it was opened with, or what its developers give out.
fn share(app: &App, (link, develops): (Option<&str>, bool), build: &Build) -> String {
    match link {
        Some(link) => app.addresses.install_page(build.id.0, link),
        None if develops => build.install_url.clone(),
        None => app.addresses.page(build.id.0),
    }
}

fn news(addresses: &Addresses, build: &Build) -> Vec<(String, [String; 2])> {
    let (app, name) = (build.app.id, &build.app.name);
    let mut news = vec![(name.clone(), feeds::public_news(addresses, app, None))];
    if let Some(channel) = &build.channel {
        let addresses = feeds::public_news(addresses, app, Some(channel));
        news.push((format!("{name} · {channel}"), addresses));
    }
    news
}

/// What a camera in front of the page is to open: the install link it was opened with, or a code
/// that signs a phone in for this build, or the page.
async fn qr_code(State(app): State<App>, opened: Opened) -> Result<Response> {
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
async fn icon(State(app): State<App>, headers: HeaderMap, opened: Opened) -> Result<Response> {
    builds::whole_icon(&app, opened.build.id, &headers).await
}
