//! The link that signs a tester in: asked for by address, mailed, opened with a button. The page
//! behind it does nothing by itself, for programs that look into mails open what they find.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use chrono::Utc;
use securevox_core::{
    Error, Result,
    auth::Opaque,
    extract::{Path, Query},
    http::ClientAddress,
    mail,
    web::{Faults, Form, Nothing, View, local_path, see_other, unkept},
};
use serde::Deserialize;

use super::{
    codes::{self, LINK_USED},
    letters, store,
};
use crate::{
    access::Viewer,
    app::App,
    words::{DistributionWords, FAULTS, PeopleWords},
};

#[derive(Template)]
#[template(path = "people/open.html")]
struct OpenPage<'a> {
    view: &'a View,
    words: &'static DistributionWords,
    people: &'static PeopleWords,
    code: &'a str,
    path: &'a str,
}

#[derive(Template)]
#[template(path = "people/ask.html")]
pub(super) struct AskPage<'a> {
    pub(super) view: &'a View,
    pub(super) words: &'static DistributionWords,
    pub(super) people: &'static PeopleWords,
    /// Where the form goes.
    pub(super) action: &'a str,
    /// Where the link leads to that is mailed.
    pub(super) path: &'a str,
    pub(super) title: &'a str,
    pub(super) lead: &'a str,
    /// Only addresses of this domain are taken.
    pub(super) domain: Option<&'a str>,
    /// What stands in the form.
    pub(super) email: &'a str,
    pub(super) faults: &'a Faults,
    /// No mail is sent from here.
    pub(super) off: bool,
    pub(super) sent: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    pub(super) email: String,
    /// Where they wanted to be.
    #[serde(default)]
    pub(super) path: String,
}

/// Where somebody wants to be who is not let in yet.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    path: String,
}

impl Wanted {
    /// A path of ours; the apps if it is none.
    fn path(&self) -> &str {
        local_path(&self.path).unwrap_or("/")
    }

    /// The link that goes on there.
    fn on(&self, link: String) -> String {
        match self.path() {
            "/" => link,
            path => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                format!("{link}?{}", query.append_pair("path", path).finish())
            }
        }
    }
}

/// The button.
pub(super) async fn show(
    State(app): State<App>,
    view: View,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let valid = codes::is_valid(&mut *app.db.acquire().await?, &code, Utc::now()).await?;
    if !valid && (viewer.account.is_some() || viewer.tester.is_some()) {
        // Whoever opens the mail again is in already.
        return Ok(see_other(wanted.path()));
    }
    if !valid {
        let faults = Faults::told(&LINK_USED, &view, FAULTS);
        return Ok(page(&app, &view, &wanted, (false, &faults)));
    }
    let page = OpenPage {
        words: DistributionWords::of(view.language),
        people: PeopleWords::of(view.language),
        code: &code,
        path: wanted.path(),
        view: &view,
    };
    Ok(unkept(view.page(&page)))
}

/// Uses the code up and signs the tester in.
pub(super) async fn redeem(
    State(app): State<App>,
    address: ClientAddress,
    Path(code): Path<String>,
    Form(_view, wanted): Form<Wanted>,
) -> Result<Response> {
    app.limits.of_strangers.tried_from.check(&address).await?;
    let now = Utc::now();
    let code: Opaque = code.parse().map_err(|()| Error::from(LINK_USED))?;
    let mut tx = app.db.begin().await?;
    let claim = codes::redeem(&mut tx, &code, now).await?;
    tx.commit().await?;
    let expires = now + app.people.session_lifetime.delta();
    let mut response = see_other(wanted.path());
    let cookie = app.cookies.keep(claim, expires, now);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Where a tester asks for a link.
pub(super) async fn form(
    State(app): State<App>,
    view: View,
    Query(wanted): Query<Wanted>,
) -> Response {
    page(&app, &view, &wanted, (false, &Faults::default()))
}

fn page(app: &App, view: &View, wanted: &Wanted, (sent, faults): (bool, &Faults)) -> Response {
    let people = PeopleWords::of(view.language);
    view.page_with(
        faults.status(),
        &AskPage {
            view,
            words: DistributionWords::of(view.language),
            people,
            action: "/t",
            path: wanted.path(),
            title: people.ask_title,
            lead: if app.mailer.is_on() { people.ask_lead } else { people.ask_off },
            domain: None,
            email: "",
            faults,
            off: !app.mailer.is_on(),
            sent,
        },
    )
}

/// Mails a link to whoever is a tester. The page is the same for everybody else.
pub(super) async fn ask(
    State(app): State<App>,
    address: ClientAddress,
    Form(view, asked): Form<Asked>,
) -> Result<Response> {
    app.limits.of_strangers.asked_from.check(&address).await?;
    let wanted = Wanted { path: asked.path };
    if let Some(email) = mail::address(&asked.email) {
        let mut tx = app.db.begin().await?;
        // A code without its mail would only lie there.
        if app.mailer.is_on() && store::claim_of(&mut tx, &email).await?.is_some() {
            let expires = Utc::now() + app.people.link_lifetime.delta();
            let code = codes::issue(&mut tx, (&email, true), None, expires).await?;
            let link = wanted.on(app.addresses.sign_in(&code));
            let letter = letters::sign_in(&email, &link, view.language);
            app.mailer.post_asked(&mut tx, letter).await?;
        }
        tx.commit().await?;
    }
    Ok(page(&app, &view, &wanted, (true, &Faults::default())))
}

/// Signs the tester out, here.
pub(super) async fn leave(
    State(app): State<App>,
    headers: HeaderMap,
    Form(_view, Nothing {}): Form<Nothing>,
) -> Response {
    left(&app, &headers)
}

/// Signs the tester out wherever they are signed in.
pub(super) async fn leave_everywhere(
    State(app): State<App>,
    headers: HeaderMap,
    Form(_view, Nothing {}): Form<Nothing>,
) -> Result<Response> {
    if let Some(claim) = app.cookies.claim(&headers, Utc::now()) {
        store::end_sessions(&mut *app.db.acquire().await?, claim).await?;
    }
    Ok(left(&app, &headers))
}

fn left(app: &App, headers: &HeaderMap) -> Response {
    let mut response = see_other("/");
    for cookie in app.cookies.forget(headers) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
