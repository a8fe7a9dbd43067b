//! How a browser that signed in on `api` is signed in on another host.
//!
//! `/session` remembers the visit and sends the browser to the login page with a `state` that
//! only this visit can have; the login page sends it back with a code that works once, for this
//! host alone. So nobody can be made to come in as somebody else.

use std::time::Duration;

use axum::{
    Router,
    extract::{FromRef, FromRequestParts, State},
    http::{HeaderMap, header, request::Parts},
    response::Response,
    routing::{get, post},
};
use chrono::{TimeDelta, Utc};
use securevox_protocol::Problem;
use serde::Deserialize;
use sqlx::PgPool;
use url::Url;

use super::{Form, Nothing, Site, see_other, site::Holder};
use crate::{
    Error, Result, auth::single_use, bus::Bus, client_address::ClientAddress, config::Network,
    extract::Query, rate_limit::Limiter,
};

const CODE_NOT_VALID: Problem =
    Problem::new(403, "/problems/code-not-valid", "The sign-in was used up or took too long");

/// How often codes may be tried from one address.
#[derive(Clone, Debug)]
pub struct CodeTries(Limiter);

impl CodeTries {
    /// As the network's settings say.
    pub fn new(bus: &Bus, network: &Network) -> Self {
        let minute = Duration::from_mins(1);
        Self(Limiter::new(bus, "codes-from", network.codes_per_address, minute))
    }

    /// The limit itself, for routes that state it.
    pub fn limiter(&self) -> &Limiter {
        &self.0
    }
}

/// Whoever may come with a code; only then does it count.
struct Trying(CodeTries, ClientAddress);

impl Trying {
    async fn check(self) -> Result<()> {
        let Self(CodeTries(limiter), address) = self;
        limiter.check(address).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Trying
where
    CodeTries: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let address = ClientAddress::from_request_parts(parts, state).await?;
        Ok(Self(CodeTries::from_ref(state), address))
    }
}

#[derive(Deserialize)]
struct Arrival {
    code: Option<String>,
    state: Option<String>,
    path: Option<String>,
}

/// `/session` and `/logout` of a host that has no login page of its own.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub fn session_routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Site: FromRef<S>,
    PgPool: FromRef<S>,
    CodeTries: FromRef<S>,
{
    Router::new().route("/session", get(arrive)).route("/logout", post(leave))
}

/// `path` if it is one of this site: never another host's address.
pub fn local_path(path: &str) -> Option<&str> {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let local = path.len() <= 2_000
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.chars().all(plain);
    local.then_some(path)
}

/// Where signing in begins for somebody who wants to be at `back`.
pub(super) fn sign_in_path(site: &Site, back: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if site.service() == "api" {
        // Which of its pages can be come back to is for the login page to say.
        query.append_pair("to", "api").append_pair("path", back);
        return format!("/login?{}", query.finish());
    }
    query.append_pair("path", back);
    format!("/session?{}", query.finish())
}

/// Without a code: to the login page. With one: signed in, and on to the page.
async fn arrive(
    State(db): State<PgPool>,
    State(site): State<Site>,
    trying: Trying,
    headers: HeaderMap,
    Query(arrival): Query<Arrival>,
) -> Result<Response> {
    let now = Utc::now();
    let path = arrival.path.as_deref().and_then(local_path).unwrap_or("/");
    let Some(code) = arrival.code else {
        let visit = site.visit(&headers).unwrap_or_else(uuid::Uuid::new_v4);
        let mut login = page_of(&site.urls().api, "login");
        login
            .query_pairs_mut()
            .append_pair("to", site.service())
            .append_pair("state", &site.proof("state", Holder::Visit(visit)))
            .append_pair("path", path);
        let mut response = see_other(login.as_str());
        response.headers_mut().append(header::SET_COOKIE, site.keep_visit(visit));
        return Ok(response);
    };
    trying.check().await?;
    let ours = site.visit(&headers).map(|visit| site.proof("state", Holder::Visit(visit)));
    let again = || CODE_NOT_VALID.with_detail("Sign in once more.");
    if ours.is_none() || ours != arrival.state {
        return Err(again().into());
    }
    let code = code.parse().map_err(|()| again())?;
    let mut tx = db.begin().await?;
    let purpose = single_use::session_purpose(site.service());
    let redeemed = single_use::redeem(&mut tx, &code, &purpose, now).await?.ok_or_else(again)?;
    tx.commit().await?;
    let (session, expires) = redeemed.session.ok_or_else(again)?;
    let mut response = see_other(path);
    response.headers_mut().append(header::SET_COOKIE, site.keep(session, expires, now));
    Ok(response)
}

/// Forgets the session here and has `api` end it.
async fn leave(State(site): State<Site>, Form(view, Nothing {}): Form<Nothing>) -> Response {
    let mut end = page_of(&site.urls().api, "logout");
    if let Some(person) = view.person {
        let token = site.endings().sign(person.session.0, Utc::now() + TimeDelta::minutes(1));
        end.query_pairs_mut().append_pair("token", &token);
    }
    let mut response = see_other(end.as_str());
    for cookie in site.forget() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn page_of(host: &Url, page: &str) -> Url {
    host.join(page).unwrap_or_else(|_| host.clone())
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for path in ["/", "/builds/1?link=x", "/admin/"] {
            assert_eq!(local_path(path), Some(path));
        }
        for path in [
            "",
            "builds",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/à",
            "\t/x",
        ] {
            assert_eq!(local_path(path), None, "{path}");
        }
    }
}
