//! The page on which people make the links of their feeds, and withdraw them.

use askama::Template;
use axum::{extract::State, http::request::Parts, response::Response};
use chrono::Utc;
use securevox_core::{
    Error, Result,
    auth::Opaque,
    extract::Path,
    web::{Faults, Form, Nothing, View, unkept},
};
use securevox_protocol::builds::Platform;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    fdroid,
    link::{self, NO_SUCH_FEED},
    places::{Format, PUBLIC, Place},
    store::{self, Link, Offer, Wanted},
    words::FeedWords,
};
use crate::{
    app::App,
    apps::SIGNED_OUT,
    done::{Done, done},
    install::qr_code,
    people::{Viewer, Who},
    words::DistributionWords,
};

/// Apps whose feeds the page names.
const MOST: u32 = 200;
const LONGEST_NAME: usize = 100;

#[derive(Template)]
#[template(path = "feeds/feeds.html")]
struct FeedsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    feeds: &'static FeedWords,
    /// Of whoever is signed in.
    links: Option<&'a [Link]>,
    /// Where the new link leads, which is shown this once.
    made: Option<&'a Shown>,
    public: Option<&'a Shown>,
    name: &'a str,
    faults: &'a Faults,
}

/// A place, with all that can be added to a phone from it.
struct Shown {
    repository: Option<Repository>,
    source: Option<Source>,
    news: Vec<News>,
}

struct Repository {
    address: String,
    add: String,
    fingerprint: String,
    /// SVG.
    code: String,
}

struct Source {
    address: String,
    add: String,
}

struct News {
    app: String,
    platform: Platform,
    rss: String,
    json: String,
}

#[derive(Deserialize)]
pub(super) struct Named {
    name: String,
}

/// Whoever the links on the page belong to: the account, if both are signed in.
fn owner(viewer: &Viewer) -> Option<Who> {
    let account = viewer.account.map(|actor| Who::Account(actor.account));
    account.or_else(|| viewer.tester.as_ref().map(|tester| Who::Tester(tester.claim)))
}

pub(super) async fn show(State(app): State<App>, view: View, viewer: Viewer) -> Result<Response> {
    page(&app, (&view, &viewer), &Outcome::default()).await
}

/// What came of a form.
#[derive(Default)]
struct Outcome {
    made: Option<Shown>,
    /// What stands in the form, if it was refused.
    name: String,
    faults: Faults,
}

pub(super) async fn create(
    State(app): State<App>,
    parts: Parts,
    Form(view, sent): Form<Named>,
) -> Result<Response> {
    let viewer = Viewer::of(&parts, &app, &view).await?;
    let owner = owner(&viewer).ok_or(SIGNED_OUT)?;
    let words = FeedWords::of(view.language);
    let name = sent.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let faults = Faults::about("name", words.bad_name, &view);
        let outcome = Outcome { faults, name: sent.name, ..Outcome::default() };
        return page(&app, (&view, &viewer), &outcome).await;
    }
    let (id, token) = (Uuid::now_v7(), Opaque::random());
    let mut tx = app.db.begin().await?;
    let most = app.feeds.links_per_person;
    let made = store::insert_link(&mut tx, (id, &token.hash(), name), owner, most).await?;
    tx.commit().await?;
    if !made {
        let faults = Faults::about("name", words.too_many, &view);
        let outcome = Outcome { faults, name: sent.name, ..Outcome::default() };
        return page(&app, (&view, &viewer), &outcome).await;
    }
    let mine = Viewer::behind(&mut *app.db.acquire().await?, owner).await?.ok_or(SIGNED_OUT)?;
    let place = Place::new(&app.addresses, &token.to_string());
    let offers = offers(&app, &mine).await?;
    let made = Some(shown(&app, &place, Some(id), &offers).await?);
    page(&app, (&view, &viewer), &Outcome { made, ..Outcome::default() }).await
}

pub(super) async fn withdraw(
    State(app): State<App>,
    path: Result<Path<Uuid>>,
    parts: Parts,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let viewer = Viewer::of(&parts, &app, &view).await?;
    let owner = owner(&viewer).ok_or(SIGNED_OUT)?;
    let Path(id) = path.map_err(|_| NO_SUCH_FEED)?;
    if !store::delete_link(&mut *app.db.acquire().await?, id, owner).await? {
        return Err(Error::from(NO_SUCH_FEED));
    }
    Ok(done(&app, "/feeds", Done::LinkWithdrawn))
}

async fn page(app: &App, (view, viewer): (&View, &Viewer), outcome: &Outcome) -> Result<Response> {
    let links = match owner(viewer) {
        Some(owner) => Some(store::links(&mut *app.db.acquire().await?, owner).await?),
        None => None,
    };
    let open = offers(app, &link::public(app).await?).await?;
    let public = if open.is_empty() {
        None
    } else {
        Some(shown(app, &Place::new(&app.addresses, PUBLIC), None, &open).await?)
    };
    let page = FeedsPage {
        words: DistributionWords::of(view.language),
        feeds: FeedWords::of(view.language),
        links: links.as_deref(),
        made: outcome.made.as_ref(),
        public: public.as_ref(),
        name: &outcome.name,
        faults: &outcome.faults,
        view,
    };
    let response = view.page_with(outcome.faults.status(), &page);
    Ok(if outcome.made.is_some() { unkept(response) } else { response })
}

/// The newest build of each app.
async fn offers(app: &App, viewer: &Viewer) -> Result<Vec<Offer>> {
    let wanted =
        Wanted { app: None, channel: None, build: None, kind: None, of_each_app: 1, most: MOST };
    let mut conn = app.db.acquire().await?;
    let offers = store::offers(&mut conn, viewer, wanted, Utc::now()).await?;
    Ok(offers.into_iter().map(|(offer, _)| offer).collect())
}

/// What there is for these apps; everything for somebody who is offered none yet.
async fn shown(app: &App, place: &Place, link: Option<Uuid>, offers: &[Offer]) -> Result<Shown> {
    let has = |platform| offers.is_empty() || offers.iter().any(|offer| offer.platform == platform);
    let repository = if has(Platform::Android) {
        let fingerprint = fdroid::key_of(app, link).await?.fingerprint();
        let add = place.add_to_fdroid(&fingerprint);
        let code = qr_code(&add)?;
        Some(Repository { address: place.repository().into(), add, fingerprint, code })
    } else {
        None
    };
    let source = has(Platform::Ios)
        .then(|| Source { address: place.altstore().into(), add: place.add_to_altstore() });
    let news = offers.iter().map(|offer| News {
        app: offer.app_name.clone(),
        platform: offer.platform,
        rss: place.news(offer.app_id, None, Format::Rss).into(),
        json: place.news(offer.app_id, None, Format::Json).into(),
    });
    Ok(Shown { repository, source, news: news.collect() })
}
