//! Devices that their owners enrol: the question, the answer of a phone, and what comes of it.

mod developers;
mod journey;
mod proofs;
mod question;
mod refused;

use std::{
    io::{Cursor, Write as _},
    path::PathBuf,
    process::Command,
};

use plist::{Dictionary, Value};
use securevox_app_distribution::enrolment::Signer;
use securevox_testkit::{Answer, Ask, Browser};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    make::{BUNDLE, Scene, form},
    people::path,
};

pub(super) const UDID: &str = "00008030-001A2B3C4D5E6F70";
pub(super) const OTHER: &str = "00008110-000A1B2C3D4E5F60";
pub(super) const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

pub(super) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ios").join(name)
}

/// An ad hoc build of [`BUNDLE`] whose profile lists these devices.
pub(super) fn ad_hoc(version: &str, min: &str, devices: &[&str]) -> Vec<u8> {
    let read = |name| std::fs::read(fixture(name)).unwrap();
    let mut profile = Dictionary::new();
    profile.insert("Name".to_owned(), "Made".into());
    let listed = devices.iter().map(|udid| Value::from(*udid)).collect();
    profile.insert("ProvisionedDevices".to_owned(), Value::Array(listed));
    let mut xml = Vec::new();
    plist::to_writer_xml(&mut xml, &profile).unwrap();
    let signer = Signer::from_pem(&read("rsa.pem"), &read("rsa.key")).unwrap();
    let profile = signer.sign(&xml, "2026-11-23T12:00:00Z".parse().unwrap());

    let info: Dictionary = [
        ("CFBundleIdentifier", BUNDLE),
        ("CFBundleShortVersionString", version),
        ("CFBundleVersion", "7"),
        ("CFBundleDisplayName", "Example"),
        ("MinimumOSVersion", min),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), Value::from(value)))
    .collect();
    let mut plist = Vec::new();
    plist::to_writer_binary(&mut plist, &info).unwrap();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("Info.plist", &plist), ("embedded.mobileprovision", &profile)] {
        let name = format!("Payload/A.app/{name}");
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Ada's upload of such a build.
pub(super) async fn upload(scene: &Scene, version: &str, devices: &[&str]) -> Answer {
    let build = scene.upload(form(&ad_hoc(version, "15.0", devices))).await;
    assert_eq!(build.status, 201, "{build:?}");
    build
}

/// How a phone signs, by the real `openssl`.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    Smime,
    Cms,
    /// BER of unknown lengths.
    Streamed,
}

/// What a phone was asked.
pub(super) struct Question {
    pub(super) url: String,
    pub(super) challenge: String,
}

impl Question {
    pub(super) fn parse(mobileconfig: &[u8]) -> Self {
        let value: Value = plist::from_bytes(mobileconfig).unwrap();
        let content = value.as_dictionary().unwrap()["PayloadContent"].as_dictionary().unwrap();
        let text = |key: &str| content[key].as_string().unwrap().to_owned();
        Self { url: text("URL"), challenge: text("Challenge") }
    }

    /// The answer of the phone with this UDID.
    pub(super) fn answer(&self, udid: &str, how: How) -> Vec<u8> {
        answer(udid, &self.challenge, how)
    }

    /// Posts as iOS does: without cookies, and whatever the page in Safari was.
    pub(super) async fn post(&self, scene: &Scene, body: Vec<u8>) -> Answer {
        let ask = Ask::new("POST", path(&self.url)).body("application/pkcs7-signature", body);
        ask.header("user-agent", "Profile/1.0").of(&scene.router).await
    }
}

pub(super) fn answer(udid: &str, challenge: &str, how: How) -> Vec<u8> {
    let said: Dictionary = [
        // As older devices write it.
        ("UDID", udid.to_lowercase().as_str()),
        ("PRODUCT", "iPhone14,7"),
        ("VERSION", "20A362"),
        ("CHALLENGE", challenge),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), Value::from(value)))
    .collect();
    let mut xml = Vec::new();
    plist::to_writer_xml(&mut xml, &said).unwrap();
    let place = std::env::temp_dir().join(format!("securevox-answer-{}", Uuid::new_v4()));
    std::fs::write(&place, xml).unwrap();
    let arguments: &[&str] = match how {
        How::Smime => &["smime", "-sign", "-nodetach"],
        How::Cms => &["cms", "-sign", "-nodetach"],
        How::Streamed => &["cms", "-sign", "-nodetach", "-stream"],
    };
    let output = Command::new("openssl")
        .args(arguments)
        .args(["-binary", "-outform", "DER", "-signer"])
        .arg(fixture("rsa.pem"))
        .arg("-inkey")
        .arg(fixture("rsa.key"))
        .arg("-in")
        .arg(&place)
        .output()
        .expect("openssl is installed where tests run");
    std::fs::remove_file(&place).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Presses the button on the page at `page`, and has the phone fetch the question.
pub(super) async fn ask(scene: &Scene, browser: &mut Browser, page: &str) -> Question {
    let shown = browser.get(&scene.router, page).await;
    assert_eq!(shown.status, 200, "{}", shown.html());
    let csrf = shown.hidden("csrf").to_owned();
    let sent = browser.post(&scene.router, page, &[("csrf", &csrf)]).await;
    assert_eq!(sent.status, 303, "{}", sent.html());
    let question = Ask::new("GET", sent.header("location")).of(&scene.router).await;
    assert_eq!(question.status, 200, "{question:?}");
    assert_eq!(question.header("content-type"), "application/x-apple-aspen-config");
    Question::parse(&question.bytes)
}

/// The whole way: asked, answered, and the page that the phone is sent to, without cookies.
pub(super) async fn enrol(scene: &Scene, browser: &mut Browser, build: &str, udid: &str) -> String {
    let question = ask(scene, browser, &format!("/builds/{build}/device")).await;
    let answer = question.post(scene, question.answer(udid, How::Cms)).await;
    assert_eq!(answer.status, 301, "{answer:?}");
    path(answer.header("location")).to_owned()
}
