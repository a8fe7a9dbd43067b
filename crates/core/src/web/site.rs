//! One host's side of browser sessions: its cookies, and the proofs that a form is its own.

use std::sync::Arc;

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use securevox_protocol::SessionId;
use url::Url;
use uuid::Uuid;

use crate::{config::Urls, secret_key::SecretKey, storage::Links};

/// What the pages of one service need to know. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Site(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: &'static str,
    url: Url,
    urls: Urls,
    sessions: Links,
    endings: Links,
    forms: hmac::Key,
}

/// Whose form it is: a session's, or that of a visitor who has none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Session(SessionId),
    Visit(Uuid),
}

impl Site {
    /// The pages of `service`, which are at `url`.
    pub fn new(service: &'static str, url: &Url, urls: &Urls, secret: &SecretKey) -> Self {
        Self(Arc::new(Inner {
            service,
            url: url.clone(),
            urls: urls.clone(),
            sessions: Links::new(secret, service),
            endings: Links::new(secret, "end-session"),
            forms: secret.mac("forms"),
        }))
    }

    /// The pages of `service`, if it has any.
    pub(crate) fn of(service: &'static str, urls: &Urls, secret: &SecretKey) -> Option<Self> {
        address(urls, service).map(|url| Self::new(service, url, urls, secret))
    }

    /// The name of the service, which names its cookies: cookies ignore ports.
    pub fn service(&self) -> &'static str {
        self.0.service
    }

    /// Where everything is.
    pub fn urls(&self) -> &Urls {
        &self.0.urls
    }

    /// The address of `service`, if browsers sign in there.
    pub fn address(&self, service: &str) -> Option<&Url> {
        address(&self.0.urls, service)
    }

    /// What a browser calls this site in `Origin`.
    pub fn origin(&self) -> String {
        self.0.url.origin().ascii_serialization()
    }

    /// Links that end a session, for the one service that ends them.
    pub fn endings(&self) -> &Links {
        &self.0.endings
    }

    /// The value of `Set-Cookie` that keeps `session` in the browser until it expires.
    pub fn keep(
        &self,
        session: SessionId,
        expires: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> HeaderValue {
        let token = self.0.sessions.sign(session.0, expires);
        self.cookie(&self.session_cookie(), &token, (expires - now).num_seconds())
    }

    /// The values of `Set-Cookie` that forget session and visit.
    pub fn forget(&self) -> [HeaderValue; 2] {
        [self.session_cookie(), self.visit_cookie()].map(|name| self.cookie(&name, "", 0))
    }

    /// The value of `Set-Cookie` that keeps something of this host's own for `seconds`; 0 forgets it.
    pub fn set(&self, name: &str, value: &str, seconds: i64) -> HeaderValue {
        self.cookie(&format!("{}-{name}", self.session_cookie()), value, seconds)
    }

    /// What [`Site::set`] has kept.
    pub fn get<'a>(&self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        cookie(headers, &format!("{}-{name}", self.session_cookie()))
    }

    /// The names of everything that [`Site::set`] has kept.
    pub fn kept(&self, headers: &HeaderMap) -> Vec<String> {
        let (ours, visit) = (format!("{}-", self.session_cookie()), self.visit_cookie());
        let names = cookies(headers).map(|(name, _)| name).filter(|name| *name != visit);
        names.filter_map(|name| name.strip_prefix(&ours)).map(ToOwned::to_owned).collect()
    }

    /// The session in the browser's cookie; whether it is in force is for the database to say.
    pub(crate) fn session(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Option<SessionId> {
        let token = cookie(headers, &self.session_cookie())?;
        self.0.sessions.verify(token, now).ok().map(|opened| SessionId(opened.id))
    }

    pub(super) fn visit(&self, headers: &HeaderMap) -> Option<Uuid> {
        cookie(headers, &self.visit_cookie())?.parse().ok()
    }

    pub(super) fn keep_visit(&self, visit: Uuid) -> HeaderValue {
        self.cookie(&self.visit_cookie(), &visit.to_string(), 24 * 3600)
    }

    /// What the forms of `holder` carry, for one `purpose`.
    pub(super) fn proof(&self, purpose: &str, holder: Holder) -> String {
        let (kind, id) = match holder {
            Holder::Session(session) => ("session", session.0),
            Holder::Visit(visit) => ("visit", visit),
        };
        let text = format!("{purpose} {} {kind} {id}", self.0.service);
        BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&self.0.forms, text.as_bytes()))
    }

    fn session_cookie(&self) -> String {
        format!("{}securevox-{}", self.prefix(), self.0.service)
    }

    fn visit_cookie(&self) -> String {
        format!("{}securevox-{}-visit", self.prefix(), self.0.service)
    }

    fn is_secure(&self) -> bool {
        self.0.url.scheme() == "https"
    }

    fn prefix(&self) -> &'static str {
        if self.is_secure() { "__Host-" } else { "" }
    }

    fn cookie(&self, name: &str, value: &str, seconds: i64) -> HeaderValue {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(text).expect("names and tokens are header values")
    }
}

fn address<'a>(urls: &'a Urls, service: &str) -> Option<&'a Url> {
    match service {
        "api" => Some(&urls.api),
        "app-distribution" => Some(&urls.distribution),
        _ => None,
    }
}

/// The value of the cookie `name`.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookies(headers).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Names and values.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|p| p.split_once('='));
    pairs.map(|(name, value)| (name.trim(), value.trim()))
}
