//! The public addresses: secure, known, and leading to us.

use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::{Client, StatusCode, redirect};
use securevox_core::{config::PREFIX, error::chain};
use serde_json::Value;
use tokio::time::timeout;
use url::{Host, Url};

use super::{PATIENCE, Report};
use crate::settings::Settings;

const SUBJECT: &str = "urls";

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let urls = settings.common.urls.resolve(&settings.common.listening);
    let services = [
        ("PUBLIC_URL_API", &urls.api, "SecureVOX API"),
        ("PUBLIC_URL_CALLS", &urls.calls, "SecureVOX calls-signaling"),
        ("PUBLIC_URL_DISTRIBUTION", &urls.distribution, "SecureVOX app distribution"),
    ];
    let client = match client() {
        Ok(client) => client,
        Err(error) => return report.fail(SUBJECT, chain(&error)),
    };
    for (name, url, title) in services {
        if url.scheme() != "https" && !is_this_machine(url) {
            let words = format!(
                "{PREFIX}{name} is {url}: tokens travel readable to everybody on the way; put a proxy with TLS in front and set it to https://…"
            );
            report.warn(SUBJECT, words);
        }
        match reached(&client, url, title).await {
            Ok(()) => report.ok(SUBJECT, format!("{url} answers as {title}")),
            Err(words) => report.warn(SUBJECT, format!("{PREFIX}{name}: {words}")),
        }
    }
}

/// One that asks as others do, and follows nowhere.
pub(super) fn client() -> reqwest::Result<Client> {
    Client::builder().redirect(redirect::Policy::none()).timeout(PATIENCE).no_proxy().build()
}

/// The title of the API description that is served at `url`.
pub(super) async fn title(client: &Client, url: &Url) -> Result<Option<String>, reqwest::Error> {
    let url = url.join("/v1/openapi.json").expect("it has a host");
    let answer = client.get(url).send().await?;
    if answer.status() != StatusCode::OK {
        return Ok(None);
    }
    let described: Value = answer.json().await?;
    Ok(described["info"]["title"].as_str().map(ToOwned::to_owned))
}

async fn reached(client: &Client, url: &Url, title: &str) -> Result<(), String> {
    let host = url.host_str().unwrap_or_default();
    if let Some(Host::Domain(name)) = url.host() {
        let found = timeout(PATIENCE, tokio::net::lookup_host((name, 0))).await;
        if !found.is_ok_and(|found| found.is_ok()) {
            return Err(format!(
                "the name {host} is not known here: make a DNS record that leads to this machine or to its proxy"
            ));
        }
    }
    match self::title(client, url).await {
        Ok(Some(found)) if found == title => Ok(()),
        Ok(Some(found)) => Err(format!(
            "{url} leads to {found:?} and not to {title:?}: correct the setting, or where the proxy sends {host}"
        )),
        Ok(None) => Err(format!(
            "{url} leads to another server, or a proxy that does not send {host} to us"
        )),
        Err(error) => {
            let cause = root(&error);
            Err(format!(
                "{url} does not answer ({cause}): to be expected while SecureVOX does not run; else look at the proxy, its certificate and the firewall"
            ))
        }
    }
}

/// What went wrong in the end: `Connection refused`, `invalid peer certificate: Expired`.
fn root(error: &dyn Error) -> &dyn Error {
    error.source().map_or(error, root)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Where this machine reaches what listens on `bind`.
pub(super) fn local(bind: IpAddr, port: u16) -> Url {
    let address = match bind {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        other => other,
    };
    let address = SocketAddr::new(address, port);
    format!("http://{address}").parse().expect("an address and a port make a URL")
}
