//! A browser: it keeps cookies, says where forms come from, and asks for HTML.

use std::collections::BTreeMap;

use axum::{Router, body::Body};
use http::{HeaderValue, Request, header};
use url::form_urlencoded;

use crate::{Answer, Form, House, Person, call};

/// A browser on one host.
#[derive(Clone, Debug)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    /// Of the host, `http://localhost:8083`.
    pub origin: String,
    /// `Accept-Language`.
    pub language: String,
}

impl Browser {
    /// A browser with no cookies, at `url`.
    pub fn at(url: &url::Url) -> Self {
        let origin = url.origin().ascii_serialization();
        Self { cookies: BTreeMap::new(), origin, language: "en".to_owned() }
    }

    /// A browser in which `person` is signed in on `service`.
    pub fn of(person: &Person, service: &'static str, house: &House) -> Self {
        let urls = &house.base.urls;
        let url = if service == "api" { &urls.api } else { &urls.distribution };
        let site = securevox_core::web::Site::new(service, url, urls, &house.base.secret);
        let now = chrono::Utc::now();
        let mut browser = Self::at(url);
        browser.keep(&site.keep(person.session, now + chrono::TimeDelta::days(1), now));
        browser
    }

    /// What it sends as `Cookie`.
    pub fn cookie(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub async fn get(&mut self, router: &Router, path: &str) -> Answer {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        self.send(router, request).await
    }

    /// Sends a form of plain fields.
    pub async fn post(&mut self, router: &Router, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send_form(router, path, "application/x-www-form-urlencoded", body.into()).await
    }

    /// Sends a form with files.
    pub async fn upload(&mut self, router: &Router, path: &str, form: Form) -> Answer {
        let (media_type, body) = form.finish();
        self.send_form(router, path, &media_type, body).await
    }

    async fn send_form(
        &mut self,
        router: &Router,
        path: &str,
        media_type: &str,
        body: Vec<u8>,
    ) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, media_type)
            .header(header::ORIGIN, &self.origin)
            .body(Body::from(body))
            .unwrap();
        self.send(router, request).await
    }

    async fn send(&mut self, router: &Router, mut request: Request<Body>) -> Answer {
        let headers = request.headers_mut();
        headers.insert(header::COOKIE, self.cookie().parse().unwrap());
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"));
        headers.insert(header::ACCEPT_LANGUAGE, self.language.parse().unwrap());
        let answer = call(router, request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie);
        }
        answer
    }

    fn keep(&mut self, cookie: &HeaderValue) {
        let text = cookie.to_str().unwrap();
        let (name, rest) = text.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        if text.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
