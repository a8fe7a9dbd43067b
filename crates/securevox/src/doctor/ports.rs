//! The ports of all services: free, or ours.

use std::{
    io::ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied},
    net::TcpListener,
};

use reqwest::Client;
use securevox_core::config::{Listening, PREFIX};
use url::Url;

use super::{Report, urls};
use crate::settings::Settings;

const SUBJECT: &str = "ports";

struct Port {
    /// Its setting, without the prefix.
    name: &'static str,
    number: u16,
}

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let ports = all(&settings.common.listening);
    for (index, port) in ports.iter().enumerate() {
        let mut before = ports[..index].iter();
        if let Some(twin) = before.find(|other| other.number == port.number && port.number != 0) {
            let (one, other, number) = (twin.name, port.name, port.number);
            let words = format!("{PREFIX}{one} and {PREFIX}{other} are both {number}: change one");
            report.fail(SUBJECT, words);
        }
    }
    let bind = settings.common.network.bind;
    let (mut free, mut ours) = (Vec::new(), Vec::new());
    for port in ports {
        let (name, number) = (port.name, port.number);
        let words = match TcpListener::bind((bind, number)) {
            Ok(_) => {
                free.push(number.to_string());
                continue;
            }
            Err(error) if error.kind() == AddrInUse => {
                if is_ours(&port, &urls::local(bind, number)).await {
                    ours.push(number.to_string());
                    continue;
                }
                format!(
                    "another server uses port {number}: stop it, or set {PREFIX}{name} to another port (`ss -ltnp` tells who it is)"
                )
            }
            Err(error) if error.kind() == PermissionDenied => {
                format!(
                    "this user may not listen on port {number}: set {PREFIX}{name} to one above 1023 and put a proxy in front"
                )
            }
            Err(error) if error.kind() == AddrNotAvailable => {
                let words = format!(
                    "{bind} is no address of this machine: set {PREFIX}BIND to one of `ip address`, or to 0.0.0.0"
                );
                return report.fail(SUBJECT, words);
            }
            Err(error) => format!("cannot listen on port {number} ({PREFIX}{name}): {error}"),
        };
        report.fail(SUBJECT, words);
    }
    for (ports, words) in [(free, "free"), (ours, "SecureVOX runs on")] {
        if !ports.is_empty() {
            report.ok(SUBJECT, format!("{words}: {}", ports.join(", ")));
        }
    }
}

fn all(listening: &Listening) -> [Port; 8] {
    [
        ("API_PORT", listening.api_port),
        ("API_INTERNAL_PORT", listening.api_internal_port),
        ("CALLS_PORT", listening.calls_port),
        ("CALLS_INTERNAL_PORT", listening.calls_internal_port),
        ("NOTIFIER_PORT", listening.notifier_port),
        ("NOTIFIER_INTERNAL_PORT", listening.notifier_internal_port),
        ("DISTRIBUTION_PORT", listening.distribution_port),
        ("DISTRIBUTION_INTERNAL_PORT", listening.distribution_internal_port),
    ]
    .map(|(name, number)| Port { name, number })
}

/// Whether a service of ours answers: an API description with our name, or a health check in our words.
async fn is_ours(port: &Port, url: &Url) -> bool {
    let Ok(client) = urls::client() else { return false };
    if port.name.ends_with("_INTERNAL_PORT") {
        return health(&client, url).await.is_ok_and(|words| words == "alive\n");
    }
    let title = urls::title(&client, url).await;
    title.ok().flatten().is_some_and(|title| title.starts_with("SecureVOX"))
}

async fn health(client: &Client, url: &Url) -> reqwest::Result<String> {
    let url = url.join("/healthz").expect("it has a host");
    client.get(url).send().await?.text().await
}
