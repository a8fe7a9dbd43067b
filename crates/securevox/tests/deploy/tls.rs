//! Nothing goes unencrypted, and nothing encrypted badly.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    edge::{DOMAIN, Edge, HOSTS},
    processes::{program, run},
};

pub(crate) fn everything_is_encrypted_and_well(edge: &Edge) {
    for host in HOSTS {
        let head = plain(edge, &format!("{host}{DOMAIN}"));
        assert!(head.starts_with("HTTP/1.1 308 "), "{head}");
        let location = format!("\r\nLocation: https://{host}{DOMAIN}/some/page?and=more\r\n");
        assert!(head.contains(&location), "{head}");
    }
    let known = format!("api.{DOMAIN}");
    let authority = edge.authority_path();
    let handshake =
        |name: &str, arguments: &[&str]| handshake(edge.ports.secure, &authority, name, arguments);
    for version in ["-tls1_2", "-tls1_3"] {
        let said = handshake(&known, &[version]);
        assert!(said.contains("Verify return code: 0 (ok)"), "{version}: {said}");
    }
    for version in ["-tls1", "-tls1_1"] {
        let said = handshake(&known, &[version, "-cipher", "ALL:@SECLEVEL=0"]);
        assert!(said.contains("alert protocol version"), "{version}: {said}");
    }
    for weak in ["AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "AES128-SHA"] {
        let said = handshake(&known, &["-tls1_2", "-cipher", &format!("{weak}:@SECLEVEL=0")]);
        assert!(said.contains("alert handshake failure"), "{weak}: {said}");
    }
    // Who asks for somebody else is shown no certificate.
    let said = handshake("somebody.example", &[]);
    assert!(said.contains("no peer certificate available"), "{said}");
    let http2 = curl(edge, &["--http2", "-o", "/dev/null", "-w", "%{http_version}"], "api.");
    assert_eq!(http2, "2");
}

/// The head of the answer over plain HTTP.
fn plain(edge: &Edge, host: &str) -> String {
    let mut curl = program("curl");
    curl.args(["--silent", "--show-error", "--head", "--connect-to"]);
    curl.arg(format!("::127.0.0.1:{}", edge.ports.plain));
    curl.arg(format!("http://{host}/some/page?and=more"));
    String::from_utf8(run(&mut curl).stdout).unwrap()
}

/// What `curl` prints for the page of signing in on a host.
fn curl(edge: &Edge, arguments: &[&str], host: &str) -> String {
    let mut curl = program("curl");
    curl.args(["--silent", "--show-error", "--cacert"]).arg(edge.authority_path());
    curl.args(["--connect-to", &format!("::127.0.0.1:{}", edge.ports.secure)]).args(arguments);
    curl.arg(format!("https://{host}{DOMAIN}/login"));
    String::from_utf8(run(&mut curl).stdout).unwrap()
}

/// All that `openssl s_client` says of a handshake, whether it succeeds or not.
pub(crate) fn handshake(port: u16, authority: &Path, name: &str, arguments: &[&str]) -> String {
    let mut command: Command = program("openssl");
    command.args(["s_client", "-connect", &format!("127.0.0.1:{port}")]);
    command.args(["-servername", name, "-CAfile"]).arg(authority).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Nothing to say: the connection is closed after the handshake. It may have ended already.
    let _written = child.stdin.take().unwrap().write_all(b"Q\n");
    let output = child.wait_with_output().unwrap();
    let [said, complained] =
        [output.stdout, output.stderr].map(|words| String::from_utf8_lossy(&words).into_owned());
    said + &complained
}
