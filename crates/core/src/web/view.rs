//! What a page knows of whoever looks at it.

use askama::Template;
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use chrono::Utc;
use securevox_protocol::accounts::Role;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Language, Site, Words, assets, cookie, handoff, preferences, site::Holder};
use crate::{
    Error,
    auth::{BrowserPerson, find_browser_person},
    request_id::RequestId,
};

/// The cookie that says what was done, until the next page.
const DONE: &str = "done";

/// Light or dark, where somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on light ground.
    Light,
    /// Light ink on dark ground.
    Dark,
}

impl Theme {
    /// As in the cookie.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// What a page knows of whoever looks at it; an extractor of every page.
#[derive(Clone, Debug)]
pub struct View {
    /// Chosen, or what the browser asks for.
    pub language: Language,
    /// Chosen, or none.
    pub theme: Option<Theme>,
    /// Who signed in on this host.
    pub person: Option<BrowserPerson>,
    /// Whether the frame leads to where things are brought in: for publishers, and for whom else
    /// the service knows that they bring some in.
    pub publishes: bool,
    /// Who is here without an account, as far as the service knows.
    pub guest: Option<String>,
    /// What every form on the page carries as `csrf`.
    pub csrf: String,
    /// What this browser alone has until it signs in or out: what begins here can end here alone.
    pub browser: String,
    /// Path and query of the page.
    pub path: String,
    /// Whether the page can be loaded again: what answers a form cannot.
    pub comes_back: bool,
    /// Where signing in begins.
    pub sign_in: Option<String>,
    /// What the logs call the request.
    pub request_id: Option<String>,
    /// Where API tokens are made, for whoever signed in.
    pub tokens: Option<String>,
    /// What the form before this page did, in a word of the service.
    pub done: Option<String>,
    /// What the browser is to keep or to forget: the visit of who comes for the first time, and
    /// what was done once it is told.
    cookies: Vec<HeaderValue>,
    /// Other hosts that a form may end up on.
    partners: String,
}

/// A [`View`] with somebody who signed in; everybody else is sent to do so first.
#[derive(Clone, Debug)]
pub struct SignedInView {
    /// For the page.
    pub view: View,
    /// Who looks at it.
    pub person: BrowserPerson,
}

impl View {
    /// Of a page that anybody is shown in the same way: a problem's.
    pub fn bare(headers: &HeaderMap, path: &str) -> Self {
        Self {
            language: Language::of(headers),
            theme: cookie(headers, preferences::THEME).and_then(Theme::parse),
            person: None,
            publishes: false,
            guest: None,
            csrf: String::new(),
            browser: String::new(),
            path: path.to_owned(),
            comes_back: true,
            sign_in: None,
            request_id: None,
            tokens: None,
            done: None,
            cookies: Vec::new(),
            partners: String::new(),
        }
    }

    /// The words of every page.
    pub fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    /// Where the file `name` is that every page may use.
    #[expect(clippy::unused_self, reason = "templates reach functions through what they hold")]
    pub fn asset(&self, name: &str) -> String {
        assets::OURS.path(name)
    }

    /// Where the icon `name` is.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#{name}", self.asset("icons.svg"))
    }

    /// For which screens the colours are dark: `media` of their stylesheet, unless light was chosen.
    pub fn dark_for(&self) -> Option<&'static str> {
        match self.theme {
            Some(Theme::Light) => None,
            Some(Theme::Dark) => Some("screen"),
            None => Some("screen and (prefers-color-scheme: dark)"),
        }
    }

    /// Whether `light`, `dark` or `auto` is the choice.
    pub fn is_theme(&self, name: &str) -> bool {
        self.theme.map_or("auto", Theme::as_str) == name
    }

    /// The choices of appearance: value, name, icon.
    pub fn themes(&self) -> [(&'static str, &'static str, &'static str); 3] {
        let words = self.words();
        [
            ("auto", words.automatic, "monitor"),
            ("light", words.light, "sun"),
            ("dark", words.dark, "moon"),
        ]
    }

    /// The page.
    pub fn page(&self, template: &impl Template) -> Response {
        self.page_with(StatusCode::OK, template)
    }

    /// 303 to `location`, for a visitor too who comes for the first time.
    pub fn see_other(&self, location: &str) -> Response {
        let mut response = see_other(location);
        for cookie in &self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }

    /// The page, with a status of its own.
    pub fn page_with(&self, status: StatusCode, template: &impl Template) -> Response {
        let html = match template.render() {
            Ok(html) => html,
            Err(error) => return Error::Internal(error.into()).into_response(),
        };
        let policy = format!(
            "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
             form-action 'self'{}",
            self.partners
        );
        let policy = HeaderValue::try_from(policy).expect("origins are header values");
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, policy),
            // `no-referrer` would make browsers send `Origin: null` with our own forms.
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (header::VARY, HeaderValue::from_static("accept-language, cookie")),
        ];
        let mut response = (status, headers, html).into_response();
        for cookie in &self.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }
}

/// Whether what answers can be loaded again: what answers a form cannot.
pub(super) fn comes_back(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

impl<S> FromRequestParts<S> for View
where
    S: Send + Sync,
    Site: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let (site, now) = (Site::from_ref(state), Utc::now());
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut view = Self::bare(&parts.headers, path);
        view.comes_back = comes_back(&parts.method);
        view.request_id = parts.extensions.get::<RequestId>().map(|RequestId(id)| id.clone());
        if let Some(session) = site.session(&parts.headers, now) {
            let mut conn = PgPool::from_ref(state).acquire().await?;
            view.person = find_browser_person(&mut conn, session, now).await?;
            let publisher = |person: &BrowserPerson| person.role >= Role::Publisher;
            view.publishes = view.person.as_ref().is_some_and(publisher);
        }
        let holder = match (&view.person, site.visit(&parts.headers)) {
            (Some(person), _) => Holder::Session(person.session),
            (None, Some(visit)) => Holder::Visit(visit),
            (None, None) => {
                let visit = Uuid::new_v4();
                view.cookies.push(site.keep_visit(visit));
                Holder::Visit(visit)
            }
        };
        view.csrf = site.proof("form", holder);
        view.done = site.get(&parts.headers, DONE).map(ToOwned::to_owned);
        if view.done.is_some() {
            view.cookies.push(site.set(DONE, "", 0));
        }
        view.browser = site.proof("browser", holder);
        // The login page need not name itself.
        let elsewhere = site.service() != "api";
        view.sign_in = elsewhere.then(|| handoff::sign_in_path(&site, &view.path));
        let tokens = site.urls().api.join("tokens").ok().filter(|_| view.person.is_some());
        view.tokens = tokens.map(Into::into);
        for service in ["api", "app-distribution"] {
            if let Some(url) = site.address(service).filter(|_| service != site.service()) {
                view.partners += " ";
                view.partners += &url.origin().ascii_serialization();
            }
        }
        Ok(view)
    }
}

impl<S> FromRequestParts<S> for SignedInView
where
    S: Send + Sync,
    Site: FromRef<S>,
    PgPool: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let view = View::from_request_parts(parts, state).await.map_err(Error::into_response)?;
        if let Some(person) = view.person.clone() {
            return Ok(Self { view, person });
        }
        // What was sent is lost: only a page can be come back to.
        let back = if parts.method == Method::GET { view.path.as_str() } else { "/" };
        Err(see_other(&handoff::sign_in_path(&Site::from_ref(state), back)))
    }
}

/// The page, kept by no browser: it shows a secret, or its path is one.
pub fn unkept(mut page: Response) -> Response {
    page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

/// 303 to `location`, whose page is told what is `done`: a word from a list of the service's, for
/// anybody can write cookies into their browser.
pub fn see_done(site: &Site, location: &str, done: &str) -> Response {
    let mut response = see_other(location);
    response.headers_mut().append(header::SET_COOKIE, site.set(DONE, done, 60));
    response
}

/// 303 to `location`.
pub fn see_other(location: &str) -> Response {
    let location = HeaderValue::try_from(location).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
