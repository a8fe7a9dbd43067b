//! The one HTTP client for URLs that users give: push endpoints, webhooks.
//!
//! Whoever may name a URL must not reach through us what only we can reach. So it speaks https
//! to addresses of the public Internet alone; what the operator lists in
//! `SECUREVOX_OUTBOUND_ALLOW` is open besides, over http too. The addresses are looked up once,
//! filtered, and those are connected to: there is no second look-up that could answer otherwise.
//! It follows no redirect, uses no proxy, and reads no more of an answer than it is told to.

mod address;
mod resolver;

use std::{error::Error as _, sync::Arc};

use anyhow::Context as _;
use axum::http::{Request, Response};
use bytes::{Bytes, BytesMut};
pub use reqwest::dns::Resolve;
use reqwest::redirect;
use url::{Host, Url};

pub use self::address::is_public;
use self::resolver::{Guarded, System};
use crate::config::{self, Networks};

/// Why a request was not sent. Trying again is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no URL at all.
    #[error("must be a URL like https://example.org/path")]
    Url,
    /// Only https, and http to networks that are allowed.
    #[error("must begin with https://")]
    Scheme,
    /// A name or a password in the URL, which would end up in headers.
    #[error("must hold no user name and no password")]
    Credentials,
    /// A port on which no service for strangers is to be expected.
    #[error("must use port 443 or one above 1023")]
    Port,
    /// The host is an address, or a name that leads to no other address, that strangers may not choose.
    #[error("leads to an address that is not open to the Internet")]
    Address,
}

/// What became of a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It was not sent and never will be.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No answer: the name is unknown, nobody listens, TLS failed, or it took too long.
    ///
    /// Not for the eyes of whoever gave the URL: it tells what can be reached from here.
    #[error("no answer")]
    Unreachable(#[source] reqwest::Error),
}

/// The client. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Client {
    /// To public and to allowed addresses.
    tls: reqwest::Client,
    /// To allowed addresses alone.
    plain: reqwest::Client,
    allowed: Networks,
    answer_max: usize,
}

impl Client {
    /// A client that asks the system for addresses.
    pub fn new(settings: &config::Outbound) -> anyhow::Result<Self> {
        Self::with_resolver(settings, Arc::new(System))
    }

    /// A client that asks `resolver` for addresses, whose answers are filtered all the same.
    pub fn with_resolver(
        settings: &config::Outbound,
        resolver: Arc<dyn Resolve>,
    ) -> anyhow::Result<Self> {
        let allowed = &settings.allow;
        let open = Guarded::new(Arc::clone(&resolver), may_be_reached, allowed.clone());
        let own = Guarded::new(resolver, is_allowed, allowed.clone());
        Ok(Self {
            tls: client(settings, open).https_only(true).build().context("setting up TLS")?,
            plain: client(settings, own).build().context("setting up HTTP")?,
            allowed: allowed.clone(),
            answer_max: usize::try_from(settings.answer_max_bytes.0).unwrap_or(usize::MAX),
        })
    }

    /// Whether a request to `url` would be sent, as far as the URL alone tells: names are not looked up.
    pub fn check(&self, url: &Url) -> Result<(), Refused> {
        let plain = match url.scheme() {
            "https" => false,
            "http" if !self.allowed.is_empty() => true,
            _ => return Err(Refused::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Credentials);
        }
        let port = url.port_or_known_default().ok_or(Refused::Port)?;
        if !(port == 443 || port > 1023 || plain && port == 80) {
            return Err(Refused::Port);
        }
        // The HTTP client connects to a literal address without asking its resolver.
        let address = match url.host().ok_or(Refused::Url)? {
            Host::Domain(_) => return Ok(()),
            Host::Ipv4(address) => address.into(),
            Host::Ipv6(address) => address.into(),
        };
        let may = if plain { is_allowed } else { may_be_reached };
        may(address, &self.allowed).then_some(()).ok_or(Refused::Address)
    }

    /// Sends `request`, whose URI is absolute, and reads the answer: of its body what fits the limit, the rest is dropped.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        let request = reqwest::Request::try_from(request).map_err(|_| Refused::Url)?;
        self.check(request.url())?;
        let client = if request.url().scheme() == "https" { &self.tls } else { &self.plain };
        let mut answer = client.execute(request).await.map_err(told)?;
        let mut body = BytesMut::new();
        while body.len() < self.answer_max
            && let Some(chunk) = answer.chunk().await.map_err(told)?
        {
            let fits = chunk.len().min(self.answer_max - body.len());
            body.extend_from_slice(&chunk[..fits]);
        }
        let mut response = Response::new(body.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }
}

fn client(settings: &config::Outbound, resolver: Guarded) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("SecureVOX/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(resolver))
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect_timeout.duration())
        .timeout(settings.timeout.duration())
        .tcp_nodelay(true)
}

/// The refusal of the resolver, if there is one among the causes. The URL may be a secret: it is left out.
fn told(error: reqwest::Error) -> Error {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<Refused>() {
            return Error::Refused(*refused);
        }
        cause = error.source();
    }
    Error::Unreachable(error.without_url())
}

fn may_be_reached(address: std::net::IpAddr, allowed: &Networks) -> bool {
    is_public(address) || is_allowed(address, allowed)
}

fn is_allowed(address: std::net::IpAddr, allowed: &Networks) -> bool {
    allowed.contains(address)
}
