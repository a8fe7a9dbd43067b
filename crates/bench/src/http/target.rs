//! The platform as a client sees it.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::platform::{PASSWORD, Platform, Site};

/// Where requests go. Clones use the same connections.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) client: Client,
    pub(crate) api: String,
    pub(crate) distribution: String,
    /// Whose processor time and memory are told.
    pub(crate) server: u32,
}

/// What a login brings.
pub(crate) struct Session {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Target {
    /// Makes the accounts too that [`Target::login`] takes by turns.
    pub(crate) fn new(site: &Site, platform: &Platform) -> anyhow::Result<Self> {
        for number in 0..ACCOUNTS {
            site.create_account(&handle(number))?;
        }
        Self::of(site, platform)
    }

    /// Another copy, on the same accounts.
    pub(crate) fn of(site: &Site, platform: &Platform) -> anyhow::Result<Self> {
        let client = Client::builder().no_proxy().tcp_nodelay(true).pool_max_idle_per_host(64);
        let client =
            client.redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build()?;
        let [api, _, _, distribution] = site.urls();
        Ok(Self { client, api, distribution, server: platform.id() })
    }

    pub(crate) async fn login(&self, number: usize) -> anyhow::Result<Session> {
        let body = json!({ "handle": handle(number), "password": PASSWORD });
        let request = self.client.post(format!("{}/v1/auth/login", self.api)).json(&body);
        session(request).await
    }

    pub(crate) async fn refresh(&self, session: &Session) -> anyhow::Result<Session> {
        let body = json!({ "refresh_token": session.refresh });
        let request = self.client.post(format!("{}/v1/auth/refresh", self.api)).json(&body);
        self::session(request).await
    }

    /// The status of a read with that token.
    pub(crate) async fn read(&self, access: &str) -> anyhow::Result<u16> {
        let request = self.client.get(format!("{}/v1/account", self.api)).bearer_auth(access);
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        answer.bytes().await?;
        Ok(status)
    }
}

/// Sessions of one account would wait for each other.
const ACCOUNTS: usize = 8;
const PATIENCE: Duration = Duration::from_mins(10);

fn handle(number: usize) -> String {
    format!("bench{}", number % ACCOUNTS)
}

async fn session(request: RequestBuilder) -> anyhow::Result<Session> {
    let body: Value = well(request.send().await?)?.json().await?;
    let text = |name: &str| body[name].as_str().map(ToOwned::to_owned).context("no token");
    Ok(Session { access: text("access_token")?, refresh: text("refresh_token")? })
}

/// The answer, if it is no refusal.
pub(crate) fn well(answer: Response) -> anyhow::Result<Response> {
    ensure!(answer.status().as_u16() < 400, "answered {}", answer.status());
    Ok(answer)
}
