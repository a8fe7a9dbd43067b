//! The page on which people make the links of their feeds, and withdraw them.

use askama::Template;
use axum::{extract::State, http::request::Parts, response::Response};
use securevox_core::{
    Error, Result,
    extract::Path,
    web::{Faults, Form, Nothing, View, unkept},
};
use securevox_protocol::{
    FeedId,
    feeds::{Feed, FeedAddresses},
};
use serde::Deserialize;

use super::{
    addresses,
    link::{self, NO_SUCH_FEED},
    make::{self, make},
    places::{PUBLIC, Place},
    store,
    words::FeedWords,
};
use crate::{
    access::{SIGNED_OUT, Viewer, with_uploads},
    app::{App, Who},
    done::{Done, done},
    install::qr_code,
    words::DistributionWords,
};

#[derive(Template)]
#[template(path = "feeds/feeds.html")]
struct FeedsPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    feeds: &'static FeedWords,
    /// Of whoever is signed in.
    links: Option<&'a [Feed]>,
    /// Where the new link leads, which is shown this once.
    made: Option<&'a Shown>,
    public: Option<&'a Shown>,
    name: &'a str,
    faults: &'a Faults,
}

/// A place, with all that can be added to a phone from it.
struct Shown {
    addresses: FeedAddresses,
    /// That adds the repository to F-Droid: SVG.
    code: Option<String>,
}

impl Shown {
    fn of(addresses: FeedAddresses) -> Result<Self> {
        let code = addresses.fdroid.as_ref().map(|repository| qr_code(repository.add_url.as_str()));
        Ok(Self { code: code.transpose()?, addresses })
    }
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
    let refused = |words: &str| Outcome {
        faults: Faults::about("name", words, &view),
        name: sent.name.clone(),
        ..Outcome::default()
    };
    let outcome = match make(&app, owner, &sent.name).await {
        Ok(made) => {
            let made = Some(Shown::of(made.addresses)?);
            Outcome { made, ..Outcome::default() }
        }
        Err(Error::Problem(problem)) if problem.status == 422 => refused(words.bad_name),
        Err(Error::Problem(problem)) if problem.status == 409 => refused(words.too_many),
        Err(error) => return Err(error),
    };
    page(&app, (&view, &viewer), &outcome).await
}

pub(super) async fn withdraw(
    State(app): State<App>,
    path: Result<Path<FeedId>>,
    parts: Parts,
    Form(view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    let viewer = Viewer::of(&parts, &app, &view).await?;
    let owner = owner(&viewer).ok_or(SIGNED_OUT)?;
    let Path(id) = path.map_err(|_| NO_SUCH_FEED)?;
    make::withdraw(&app, owner, id).await?;
    Ok(done(&app, "/feeds", Done::LinkWithdrawn))
}

async fn page(app: &App, (view, viewer): (&View, &Viewer), outcome: &Outcome) -> Result<Response> {
    let mut conn = app.db.acquire().await?;
    let view = &viewer.named(with_uploads(&mut conn, view).await?);
    let links = match owner(viewer) {
        Some(owner) => Some(store::links(&mut conn, owner).await?),
        None => None,
    };
    drop(conn);
    let open = addresses::offers(app, &link::public(app).await?).await?;
    let public = if open.is_empty() {
        None
    } else {
        let place = Place::new(&app.addresses, PUBLIC);
        Some(Shown::of(addresses::of(app, &place, None, &open).await?)?)
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
