//! Where requests go, and how they are sent.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{Method, RequestBuilder, Response, Url};
use securevox_protocol::Page;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Paging, Result, exchange::exchange, session::Session};

const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Of everything but uploads and downloads.
const ANSWER_WITHIN: Duration = Duration::from_secs(35);

/// The public addresses of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Servers {
    /// Of the REST API.
    pub api: Url,
    /// Of app distribution.
    pub distribution: Url,
}

/// A client of one installation. Clones share the session.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    servers: Arc<Servers>,
    pub(crate) session: Arc<Session>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("servers", &self.servers).finish_non_exhaustive()
    }
}

impl Client {
    /// Nobody yet: see [`Client::register`], [`Client::login`] and [`Client::resume`].
    pub fn new(servers: Servers) -> Result<Self> {
        Self::with(servers, Session::default())
    }

    /// Whoever holds an API token (`svx_…`), a CI job for example.
    pub fn with_api_token(servers: Servers, token: impl Into<String>) -> Result<Self> {
        Self::with(servers, Session::of_api_token(token.into()))
    }

    fn with(servers: Servers, session: Session) -> Result<Self> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("securevox-client/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_WITHIN)
            .tcp_nodelay(true)
            .build()?;
        Ok(Self { http, servers: Arc::new(servers), session: Arc::new(session) })
    }

    /// A request to the REST API.
    pub(crate) fn api(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, url(&self.servers.api, path)).timeout(ANSWER_WITHIN)
    }

    /// A request to app distribution that takes as long as the line takes.
    pub(crate) fn transfer(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, url(&self.servers.distribution, path))
    }

    /// A page of a list of the REST API.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        paging: &Paging,
    ) -> Result<Page<T>> {
        let mut url = url(&self.servers.api, path);
        paging.write(&mut url);
        self.json(self.http.get(url).timeout(ANSWER_WITHIN)).await
    }

    /// What `path` of app distribution has, with the query that `write` writes.
    pub(crate) async fn distributed<T: DeserializeOwned>(
        &self,
        path: &str,
        write: impl FnOnce(&mut Url),
    ) -> Result<T> {
        let mut url = url(&self.servers.distribution, path);
        write(&mut url);
        self.json(self.http.get(url).timeout(ANSWER_WITHIN)).await
    }

    /// The same for what is no JSON but a text.
    pub(crate) async fn distributed_text(
        &self,
        path: &str,
        write: impl FnOnce(&mut Url),
    ) -> Result<String> {
        let mut url = url(&self.servers.distribution, path);
        write(&mut url);
        Ok(self.send(self.http.get(url).timeout(ANSWER_WITHIN)).await?.text().await?)
    }

    /// What `body`, sent with `method` to app distribution, brings about.
    pub(crate) async fn change_distributed<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        let request = self.transfer(method, path).timeout(ANSWER_WITHIN);
        self.json(request.json(body)).await
    }

    /// Deletes what `path` of app distribution has.
    pub(crate) async fn delete_distributed(&self, path: &str) -> Result<()> {
        let request = self.transfer(Method::DELETE, path).timeout(ANSWER_WITHIN);
        self.send(request).await.map(drop)
    }

    /// What `path` of the REST API has.
    pub(crate) async fn show<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.json(self.api(Method::GET, path)).await
    }

    /// What `body`, sent with `method`, brings about.
    pub(crate) async fn change<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        self.json(self.api(method, path).json(body)).await
    }

    /// Deletes what `path` of the REST API has.
    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        self.send(self.api(Method::DELETE, path)).await.map(drop)
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        Ok(self.send(request).await?.json().await?)
    }

    /// Sends the request with the session's token, and once more with a new one if it was refused.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let again = request.try_clone();
        let token = self.session.token();
        match (exchange(authorized(request, token.as_deref())).await, again) {
            (Err(error), Some(again)) if error.is_unauthenticated() => {
                self.renew(token.as_deref(), error).await?;
                exchange(authorized(again, self.session.token().as_deref())).await
            }
            (answer, _) => answer,
        }
    }

    /// Sends a request that cannot be repeated.
    pub(crate) async fn send_once(&self, request: RequestBuilder) -> Result<Response> {
        exchange(authorized(request, self.session.token().as_deref())).await
    }
}

fn authorized(request: RequestBuilder, token: Option<&str>) -> RequestBuilder {
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

/// `path` below `base`, which may have a path itself.
fn url(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_may_have_a_path() {
        let at = |base: &str| url(&base.parse().unwrap(), "/v1/account").to_string();
        assert_eq!(at("https://api.example.org"), "https://api.example.org/v1/account");
        assert_eq!(at("https://example.org/vox/"), "https://example.org/vox/v1/account");
    }
}
