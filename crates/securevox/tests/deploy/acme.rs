//! Certificates come by themselves: Traefik and pebble, which is Let's Encrypt's server for tests.

use std::{fs, time::Duration};

use crate::{
    certificates,
    edge::{DOMAIN, HOSTS},
    processes::{Folder, Process, eventually, free_port, in_path},
    tls, traefik,
};

const LIMIT: Duration = Duration::from_mins(1);
const STAGING: &str = "https://acme-staging-v02.api.letsencrypt.org/directory";

/// An authority, and the names by which it finds Traefik on this machine. Killed when dropped.
struct Authority {
    _pebble: Process,
    _names: Process,
    directory: String,
}

pub(crate) async fn every_host_gets_a_certificate() {
    let folder = Folder::new("acme");
    let ports = traefik::Ports::free();
    let authority = Authority::start(&folder, ports.secure);
    let mut variables = vec![
        ("SECUREVOX_DOMAIN".to_owned(), DOMAIN.to_owned()),
        ("SECUREVOX_CERT_RESOLVER".to_owned(), "letsencrypt-staging".to_owned()),
        ("LEGO_CA_CERTIFICATES".to_owned(), folder.path("ca.pem").display().to_string()),
    ];
    for name in ["API", "CALLS", "NOTIFIER", "DISTRIBUTION", "MONITOR"] {
        // Nobody has to serve for that.
        variables.push((format!("SECUREVOX_{name}_SERVERS"), "http://127.0.0.1:1".to_owned()));
    }
    let changes = [(STAGING, authority.directory.clone())];
    let _traefik = traefik::start(&folder, ports, &changes, variables);
    for host in HOSTS {
        let name = format!("{host}{DOMAIN}");
        eventually(LIMIT, &format!("{name} has no certificate"), async || {
            let said = tls::handshake(ports.secure, &folder.path("ca.pem"), &name, &[]);
            said.contains("Pebble Intermediate CA").then_some(())
        })
        .await;
    }
}

impl Authority {
    /// Its own certificate is of an authority `ca.pem`; it asks for proofs at the port `secure`.
    fn start(folder: &Folder, secure: u16) -> Self {
        certificates::make(folder, "localhost");
        let [listen, manage, names, names_manage] = [(); 4].map(|()| free_port());
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{listen}"),
            "managementListenAddress": format!("127.0.0.1:{manage}"),
            "certificate": folder.path("edge.pem"),
            "privateKey": folder.path("edge.key"),
            "httpPort": 1,
            "tlsPort": secure,
        }});
        let file = folder.path("pebble.json");
        fs::write(&file, config.to_string()).unwrap();
        let program = |name| in_path(name).expect("`cargo xtask verify-deploy` installs pebble");
        let configure = |command: &mut std::process::Command| {
            command.args(["-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-http01", ""]);
            command.args(["-https01", "", "-tlsalpn01", "", "-dns01"]);
            command.args([format!("127.0.0.1:{names}"), "-management".to_owned()]);
            command.arg(format!("127.0.0.1:{names_manage}"));
        };
        let log = folder.path("pebble.log");
        let resolver = Process::spawn(&program("pebble-challtestsrv"), configure, &log);
        let configure = |command: &mut std::process::Command| {
            command.env("PEBBLE_VA_NOSLEEP", "1").arg("-config").arg(file);
            command.args(["-dnsserver", &format!("127.0.0.1:{names}")]);
        };
        let pebble = Process::spawn(&program("pebble"), configure, &log);
        let directory = format!("https://localhost:{listen}/dir");
        Self { _pebble: pebble, _names: resolver, directory }
    }
}
