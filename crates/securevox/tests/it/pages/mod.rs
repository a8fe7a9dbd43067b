//! The pages in a real Chromium, as people use them: from the set-up link to a phone that installs.

use std::{
    env, fs,
    io::{Cursor, Write as _},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
};

use securevox_testkit::{OpenId, Script};
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::platform::{PASSWORD, Site, package, skipped};

/// Where pictures of all pages are left for somebody to look at; none without it.
const SCREENSHOTS: &str = "SECUREVOX_SCREENSHOTS";

/// It lists two devices, and is signed for distribution.
const PROFILE: &[u8] =
    include_bytes!("../../../../app-distribution/tests/fixtures/ios/profile.der");
const ICON: &[u8] = include_bytes!("../../../../app-distribution/tests/fixtures/ios/cgbi.png");

/// One platform and one browser for all journeys, which follow each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_pages_work_in_a_real_browser() {
    // A webhook leads to a receiver of the journey.
    let site = Site::with(&[("OUTBOUND_ALLOW", "127.0.0.0/8")]);
    let platform = site.up();
    journeys(&site, json!({ "password": PASSWORD, "packages": packages(&site.data()) })).await;
    drop(platform);
}

/// Where nobody signs in by a password, with a provider that nobody here wrote.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn single_sign_on_works_in_a_real_browser() {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    let port = free.local_addr().expect("it listens").port();
    drop(free);
    let issuer = format!("http://127.0.0.1:{port}");
    let site = Site::with(&[
        ("OIDC_ISSUER", &issuer),
        ("OIDC_CLIENT_ID", OpenId::CLIENT_ID),
        ("OIDC_CLIENT_SECRET", OpenId::CLIENT_SECRET),
        ("OIDC_NAME", "Example"),
        ("SSO_ONLY", "true"),
        ("LOG", "debug"),
    ]);
    let api = format!("http://localhost:{}", site.ports.api).parse().expect("it is a URL");
    let people = json!({ "s-ada": { "preferred_username": "ada" } });
    let started = OpenId::start(people, &api, json!({ "port": port })).await;
    let Some(mut provider) = started else { return };
    provider.seat(Some("s-ada")).await;
    let platform = site.up();
    site.create_account("grace", "user");
    let let_in = site.act(&["sign-in-link", "--account", "grace"], "");
    journeys(&site, json!({ "provider": issuer, "letIn": let_in })).await;
    drop(platform);
    let log = site.log();
    assert!(log.contains("answered"), "nothing was logged: {log}");
    let code = let_in.rsplit('/').next().expect("it ends with a code");
    for secret in [code, OpenId::CLIENT_SECRET, "code=", "state=", "id_token", "eyJ"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret:?} is in {line:?}");
    }
}

/// Goes through the pages of what runs at `site`, with what else the journeys are `given`.
async fn journeys(site: &Site, mut given: Value) {
    let log = site.log();
    let link = |line: &&str| line.trim().starts_with("http") && line.contains("/setup/");
    let set_up = log.lines().find(link).expect("a fresh platform prints a set-up link").trim();
    let always = json!({
        "api": format!("http://localhost:{}", site.ports.api),
        "calls": format!("http://localhost:{}", site.ports.calls),
        "notifier": format!("http://localhost:{}", site.ports.notifier),
        "distribution": format!("http://localhost:{}", site.ports.distribution),
        "setUp": set_up,
        "screenshots": env::var_os(SCREENSHOTS).map(PathBuf::from),
    });
    for (name, value) in always.as_object().expect("it is an object") {
        given[name] = value.clone();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/pages/main.cjs");
    let Some(mut script) = Script::start(path, given).await else { return };
    let mut faults = Vec::new();
    loop {
        let said = script.said().await;
        match (&said["journey"], &said["fault"], &said["skipped"]) {
            (_, _, Value::String(why)) => return skipped(why),
            (Value::String(journey), Value::String(fault), _) => {
                faults.push(format!("{journey}: {fault}"));
            }
            (Value::String(_), ..) => {}
            _ if said["look"].is_string() => {}
            _ => break,
        }
    }
    assert!(script.ended().await.success());
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// The code that `up` prints for phones is read from the lines of the terminal.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_camera_reads_the_code_that_up_prints() {
    let address = "http://192.0.2.7:8083/";
    let site = Site::with(&[("PUBLIC_URL_DISTRIBUTION", address)]);
    let platform = site.up();
    let log = site.log();
    let is_code = |line: &&str| line.starts_with('█');
    let lines: Vec<&str> = log.lines().filter(is_code).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/pages/terminal.cjs");
    let Some(mut script) = Script::start(path, json!({ "lines": lines })).await else { return };
    assert_eq!(script.said().await["read"], address);
    drop(platform);
}

/// Files to choose in the upload form: two builds of an app for iPhones, one that no iPhone takes, one for Android, and no app at all.
fn packages(folder: &Path) -> Value {
    let keep = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("the folder is ours");
        path
    };
    json!({
        "ios": keep("Example.ipa", &ipa("com.example.app", "1.0", 600_000, true)),
        "newer": keep("Example-1.1.ipa", &ipa("com.example.app", "1.1", 0, true)),
        "unsigned": keep("Unsigned.ipa", &ipa("com.example.unsigned", "2.0", 0, false)),
        "android": keep("MyApp.apk", &package()),
        "nonsense": keep("Nonsense.ipa", b"no app at all"),
        "listed": keep("Listed.ipa", &listed()),
    })
}

/// An app whose profile lists two devices, signed for distribution.
fn listed() -> Vec<u8> {
    let info = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>\
         <key>CFBundleIdentifier</key><string>com.example.listed</string>\
         <key>CFBundleShortVersionString</key><string>2.0</string>\
         <key>CFBundleVersion</key><string>31</string>\
         <key>CFBundleDisplayName</key><string>Harbour</string>\
         <key>MinimumOSVersion</key><string>15.0</string></dict></plist>";
    packed(&[("Info.plist", info.as_bytes()), ("embedded.mobileprovision", PROFILE)])
}

fn ipa(bundle_id: &str, version: &str, filler: usize, is_signed: bool) -> Vec<u8> {
    let info = format!(
        "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>\
         <key>CFBundleIdentifier</key><string>{bundle_id}</string>\
         <key>CFBundleShortVersionString</key><string>{version}</string>\
         <key>CFBundleVersion</key><string>7</string>\
         <key>CFBundleDisplayName</key><string>Example</string>\
         <key>CFBundleIconFile</key><string>AppIcon</string>\
         <key>MinimumOSVersion</key><string>15.0</string></dict></plist>"
    );
    let filler = vec![7; filler];
    let mut files = vec![("Info.plist", info.as_bytes()), ("Example", &filler)];
    if is_signed {
        files.push(("embedded.mobileprovision", PROFILE));
        files.push(("AppIcon.png", ICON));
    }
    packed(&files)
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        archive.start_file(format!("Payload/Example.app/{name}"), stored).expect("a good name");
        archive.write_all(bytes).expect("memory takes all");
    }
    archive.finish().expect("memory takes all").into_inner()
}
