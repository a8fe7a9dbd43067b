//! The edge in front of the copies, with a certificate of ours, and clients that come to it.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::OnceLock,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{
    certificates,
    copies::{Copies, Which},
    processes::{Folder, Process, eventually},
    traefik::{self, Ports},
};

pub(crate) const DOMAIN: &str = "securevox.test";
/// Empty is the domain itself.
pub(crate) const HOSTS: [&str; 6] = ["", "api.", "app.", "calls.", "monitor.", "admin."];
/// Who may reach `admin.` and `monitor.`; other addresses of this machine may not.
const OPERATORS: &str = "127.0.0.1/32";
/// Answers to whatever it is asked: the edge knows Grafana as an address alone.
const MONITOR: &str = "a page of Grafana";

/// Killed when dropped.
pub(crate) struct Edge {
    // Before the folder it works in.
    _traefik: Process,
    pub(crate) ports: Ports,
    client: OnceLock<reqwest::Client>,
    folder: Folder,
}

impl Edge {
    /// In front of `copies`; it has seen that all of them are healthy.
    pub(crate) async fn start(copies: &Copies) -> Self {
        let folder = Folder::new("edge");
        certificates::make(&folder, DOMAIN);
        write_certificates(&folder);
        let monitor = serve_monitor().await;
        let mut variables = vec![
            ("SECUREVOX_DOMAIN".to_owned(), DOMAIN.to_owned()),
            ("SECUREVOX_OPERATOR_NETWORKS".to_owned(), OPERATORS.to_owned()),
            ("SECUREVOX_MONITOR_SERVERS".to_owned(), format!("http://{monitor}")),
        ];
        for which in Which::ALL {
            let name = which.variable();
            let servers = [0, 1].map(|copy| copies.public(which, copy)).join(", ");
            variables.push((format!("SECUREVOX_{name}_SERVERS"), servers));
            let port = copies.internal_port(which).to_string();
            variables.push((format!("SECUREVOX_{name}_INTERNAL_PORT"), port));
        }
        let ports = Ports::free();
        let traefik = traefik::start(&folder, ports, &[], variables);
        let edge = Self { _traefik: traefik, ports, client: OnceLock::new(), folder };
        edge.ready().await;
        edge
    }

    /// `https://<host><domain>:<port><path>`
    pub(crate) fn at(&self, host: &str, path: &str) -> String {
        format!("https://{host}{DOMAIN}:{}{path}", self.ports.secure)
    }

    /// A client on this machine's first address.
    pub(crate) fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(|| self.client_from(Ipv4Addr::LOCALHOST))
    }

    /// A client that knows our authority alone, and follows nothing.
    pub(crate) fn client_from(&self, address: Ipv4Addr) -> reqwest::Client {
        let authority = reqwest::Certificate::from_pem(&self.authority()).unwrap();
        let mut client = reqwest::Client::builder()
            .tls_certs_only([authority])
            .local_address(IpAddr::V4(address))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_mins(1));
        for host in HOSTS.into_iter().chain(["unknown."]) {
            let name = format!("{host}{DOMAIN}");
            client =
                client.resolve(&name, SocketAddr::from((Ipv4Addr::LOCALHOST, self.ports.secure)));
        }
        client.build().unwrap()
    }

    /// The certificate of the authority.
    pub(crate) fn authority(&self) -> Vec<u8> {
        fs::read(self.authority_path()).unwrap()
    }

    pub(crate) fn authority_path(&self) -> PathBuf {
        self.folder.path("ca.pem")
    }

    /// Status and body of an attempt to sign in at `url`.
    pub(crate) async fn login(
        &self,
        client: &reqwest::Client,
        url: &str,
        handle: &str,
    ) -> (u16, Value) {
        let body = json!({ "handle": handle, "password": crate::PASSWORD });
        let answer = client.post(url).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// None of these words is in what Traefik logged, though it logged requests.
    pub(crate) fn told_nothing(&self, words: &[&str]) {
        let log = fs::read_to_string(self.folder.path("log")).unwrap();
        assert!(log.contains(r#""RouterName":"api@file""#), "no requests in {log}");
        for word in words {
            let line = log.lines().find(|line| line.contains(word));
            assert_eq!(line, None, "the log tells {word}");
        }
        let told: Vec<&str> =
            log.lines().filter(|line| line.contains(r#""level":"error""#)).collect();
        assert_eq!(told, [""; 0], "Traefik is not content");
    }

    async fn ready(&self) {
        let limit = Duration::from_secs(30);
        for (host, path) in [("api.", ""), ("api.", "/v1/stream"), ("app.", ""), ("calls.", "")] {
            let url = self.at(host, path);
            let log = || fs::read_to_string(self.folder.path("log")).unwrap();
            let serves = async || {
                let status = self.client().get(&url).send().await.ok()?.status().as_u16();
                // `404 page not found` before the files are read, 503 without a healthy copy.
                (![502, 503].contains(&status)).then_some(())
            };
            let words = format!("{url} is not served");
            tokio::time::timeout(limit, eventually(limit * 2, &words, serves))
                .await
                .unwrap_or_else(|_| panic!("{words}: {}", log()));
        }
    }
}

/// The certificate that `certificates::make` made, as a file more of what Traefik routes.
fn write_certificates(folder: &Folder) {
    let [certificate, key] = ["edge.pem", "edge.key"].map(|name| folder.path(name));
    let text = format!(
        "tls:\n  certificates:\n    - certFile: {}\n      keyFile: {}\n",
        certificate.display(),
        key.display()
    );
    fs::create_dir(folder.path("dynamic")).unwrap();
    fs::write(folder.path("dynamic").join("certificates.yml"), text).unwrap();
}

/// Ends with the test's runtime.
async fn serve_monitor() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _read = stream.read(&mut request).await;
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{MONITOR}",
                MONITOR.len()
            );
            let _written = stream.write_all(answer.as_bytes()).await;
        }
    };
    #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
    tokio::spawn(serve);
    address
}
