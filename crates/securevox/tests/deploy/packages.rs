//! A package of 9 MB on a line of 100 KB/s: a minute and a half, during which a copy stops.

use std::{
    fs,
    io::{Cursor, Write as _},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use reqwest::header;
use securevox_core::auth::digest;
use serde_json::Value;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    Scene,
    copies::{Copies, Which},
    edge::DOMAIN,
    processes::{Folder, eventually, program},
};

const SIZE: usize = 9_000_000;
/// Longer than Traefik's own limit on reading a request.
const AT_LEAST: Duration = Duration::from_secs(75);

const INFO: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>com.example.slow</string>
<key>CFBundleShortVersionString</key><string>1.0.0</string>
<key>CFBundleVersion</key><string>7</string>
<key>CFBundleDisplayName</key><string>Slow</string>
<key>MinimumOSVersion</key><string>15.0</string>
</dict></plist>"#;

/// The documented upload, on its way. Killed when dropped.
pub(crate) struct Slow {
    curl: Child,
    begun: Instant,
    package: Vec<u8>,
    _folder: Folder,
}

impl Slow {
    pub(crate) fn begin(scene: &Scene) -> Self {
        let folder = Folder::new("upload");
        let package = package();
        let file = folder.path("MyApp.ipa");
        fs::write(&file, &package).unwrap();
        let token = scene.copies.operator(&[
            "admin",
            "create-token",
            "--account",
            "ada",
            "--scope",
            "builds:write",
        ]);
        let mut curl = program("curl");
        curl.args(["--silent", "--show-error", "--limit-rate", "100K", "--cacert"]);
        curl.arg(scene.edge.authority_path());
        curl.args(["--connect-to", &format!("::127.0.0.1:{}", scene.edge.ports.secure)]);
        curl.args(["-X", "POST", &format!("https://app.{DOMAIN}/api/builds/")]);
        curl.args(["-H", &format!("Authorization: Token {token}")]);
        curl.args(["-F", &format!("app_file=@{}", file.display())]);
        curl.args(["-F", "platform=ios", "-F", "version=1.0.0"]);
        curl.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { curl: curl.spawn().unwrap(), begun: Instant::now(), package, _folder: folder }
    }

    /// The copy that writes it to its spool.
    pub(crate) async fn holder(&self, copies: &Copies) -> usize {
        let limit = Duration::from_secs(30);
        let look = async || copies.who_has_open(Which::Distribution, "spool");
        eventually(limit, "nobody has the upload", look).await
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        let _killed = self.curl.kill();
        let _waited = self.curl.wait();
    }
}

/// The upload succeeds, and what is downloaded is what was sent. The token of the signed link.
pub(crate) async fn it_came_whole(scene: &Scene, mut upload: Slow) -> String {
    let limit = Duration::from_mins(3);
    let over = async || upload.curl.try_wait().unwrap();
    let status = eventually(limit, "the upload does not end", over).await;
    let took = upload.begun.elapsed();
    let read = |stream: &mut dyn std::io::Read| {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    let said = read(upload.curl.stdout.as_mut().unwrap());
    let complained = read(upload.curl.stderr.as_mut().unwrap());
    assert!(status.success(), "after {took:?}: {complained}{said}");
    let build: Value =
        serde_json::from_str(&said).unwrap_or_else(|_| panic!("after {took:?}: {said}"));
    assert_eq!(build["size"], upload.package.len(), "{build}");
    assert!(took > AT_LEAST, "the line was too fast to prove anything: {took:?}");

    let client = scene.edge.client();
    let path = format!("/api/builds/{}/download", build["id"].as_str().unwrap());
    let asked = client.get(scene.edge.at("app.", &path)).bearer_auth(&scene.ada.token);
    let redirect = asked.send().await.unwrap();
    assert_eq!(redirect.status(), 302);
    let link = redirect.headers()[header::LOCATION].to_str().unwrap();
    let link = link.strip_prefix(&format!("https://app.{DOMAIN}")).unwrap_or(link);
    let link = scene.edge.at("app.", link);
    let whole = client.get(&link).header(header::ACCEPT_ENCODING, "gzip, br").send().await.unwrap();
    assert!(!whole.headers().contains_key(header::CONTENT_ENCODING), "a package is packed again");
    assert_eq!(digest(&whole.bytes().await.unwrap()), digest(&upload.package));
    let part = client.get(&link).header(header::RANGE, "bytes=8999000-").send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), upload.package[8_999_000..]);
    link.rsplit('/').next().unwrap().to_owned()
}

/// A package that is accepted: a real archive, whose application cannot be compressed.
fn package() -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.add_directory("Payload/A.app/", stored).unwrap();
    archive.start_file("Payload/A.app/Info.plist", stored).unwrap();
    archive.write_all(INFO.as_bytes()).unwrap();
    archive.start_file("Payload/A.app/A", stored).unwrap();
    let bytes: Vec<u8> = (0..SIZE).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
    archive.write_all(&bytes).unwrap();
    archive.finish().unwrap().into_inner()
}
