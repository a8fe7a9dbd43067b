//! Packages to upload, and a house where somebody may.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
    time::Duration,
};

use axum::Router;
use plist::{Dictionary, Value};
use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, Browser, Form, House, Person, Variables, Wire};
use sqlx::PgPool;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

pub(crate) const SERVICE: &str = "app-distribution";
pub(crate) const BUNDLE: &str = "com.example.app";
/// `STFService` 2.5.5 (15).
pub(crate) const APK: &[u8] = include_bytes!("../fixtures/stf-service-cut.apk");

/// One that devices take: it is signed.
pub(crate) const SIGNED_APK: &[u8] =
    include_bytes!("../fixtures/signed/v2-only-with-rsa-pkcs1-sha256-2048.apk");

/// An IPA of [`BUNDLE`], called "Example", build number 7, minimum iOS 15.0.
pub(crate) fn ipa(version: &str) -> Vec<u8> {
    ipa_of(BUNDLE, version, 0)
}

/// An IPA that is a little larger than `filler` bytes.
pub(crate) fn ipa_of(bundle_id: &str, version: &str, filler: usize) -> Vec<u8> {
    let info: Dictionary = [
        ("CFBundleIdentifier", bundle_id),
        ("CFBundleShortVersionString", version),
        ("CFBundleVersion", "7"),
        ("CFBundleDisplayName", "Example"),
        ("MinimumOSVersion", "15.0"),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), Value::from(value)))
    .collect();
    let mut plist = Vec::new();
    plist::to_writer_binary(&mut plist, &info).unwrap();

    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.add_directory("Payload/A.app/", stored).unwrap();
    archive.start_file("Payload/A.app/Info.plist", stored).unwrap();
    archive.write_all(&plist).unwrap();
    archive.start_file("Payload/A.app/A", stored).unwrap();
    let bytes: Vec<u8> = (0..filler).map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1]).collect();
    archive.write_all(&bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

/// An ad hoc profile of two devices, until 2100.
const PROFILE: &[u8] = include_bytes!("../fixtures/ios/profile.der");

/// An IPA of [`BUNDLE`] that listed devices install, with an icon of an odd size.
pub(crate) fn installable(name: &str, version: &str) -> Vec<u8> {
    let mut icon = Vec::new();
    image::RgbaImage::from_pixel(61, 61, image::Rgba([88, 86, 214, 255]))
        .write_with_encoder(image::codecs::png::PngEncoder::new(&mut icon))
        .unwrap();
    let info: Dictionary = [
        ("CFBundleIdentifier", BUNDLE),
        ("CFBundleShortVersionString", version),
        ("CFBundleVersion", "7"),
        ("CFBundleDisplayName", name),
        ("CFBundleIconFile", "AppIcon60x60"),
        ("MinimumOSVersion", "15.0"),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), Value::from(value)))
    .collect();
    let mut plist = Vec::new();
    plist::to_writer_binary(&mut plist, &info).unwrap();
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (file, bytes) in [
        ("Info.plist", &plist[..]),
        ("AppIcon60x60@2x.png", &icon),
        ("embedded.mobileprovision", PROFILE),
        ("A", &vec![7; 50_000]),
    ] {
        archive.start_file(format!("Payload/A.app/{file}"), stored).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The SHA-256 of `bytes` in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in securevox_core::auth::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// A form with a package, and nothing else yet.
pub(crate) fn form(package: &[u8]) -> Form {
    Form::default().file("app_file", "App.ipa", package)
}

/// A house with the service in it, and Ada, who is a publisher.
pub(crate) struct Scene {
    pub(crate) house: House,
    pub(crate) router: Router,
    pub(crate) ada: Person,
}

impl Scene {
    pub(crate) async fn on(db: PgPool) -> Self {
        Self::with(db, &[]).await
    }

    pub(crate) async fn with(db: PgPool, settings: Variables<'_>) -> Self {
        Self::at(db, settings, settings).await
    }

    /// With settings of the network and addresses, and of the service.
    pub(crate) async fn at(db: PgPool, house: Variables<'_>, settings: Variables<'_>) -> Self {
        let house = House::with(db, house).await;
        let router = house.router::<Distribution>(settings).await;
        let ada = Person::publisher("ada", &house).await;
        Self { house, router, ada }
    }

    /// Ada's upload.
    pub(crate) async fn upload(&self, form: Form) -> Answer {
        self.ada.upload(&self.router, "/api/builds/", form).await
    }

    /// Ada's upload, which is taken.
    pub(crate) async fn build(&self, package: &[u8]) -> Answer {
        let answer = self.upload(form(package)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer
    }

    /// How many files are on their way, and how many are stored.
    pub(crate) fn files(&self) -> (usize, usize) {
        files(&self.house)
    }
}

pub(crate) fn files(house: &House) -> (usize, usize) {
    (house.files("spool").len(), house.files("storage/builds").len())
}

/// The head of an upload that says how long it is, and its body.
pub(crate) fn request(person: &Person, form: Form) -> (String, Vec<u8>) {
    let (media_type, body) = form.finish();
    let (token, length) = (&person.token, body.len());
    let head = format!(
        "POST /api/builds HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\n\
         Content-Type: {media_type}\r\nContent-Length: {length}\r\n"
    );
    (head, body)
}

/// An upload of which only the first half has come, and was written to the disk.
pub(crate) async fn half(url: &str, person: &Person, house: &House) -> (Wire, Vec<u8>) {
    // Larger than what is gathered before it is written.
    let (head, body) = request(person, form(&ipa_of(BUNDLE, "1.0", 2 << 20)));
    let mut wire = Wire::open(url).await;
    let (first, second) = body.split_at(body.len() / 2);
    wire.send(format!("{head}\r\n")).await;
    wire.send(first).await;
    eventually(async || files(house).0 == 1).await;
    (wire, second.to_vec())
}

/// Waits for something that happens in the background.
pub(crate) async fn eventually(happened: impl AsyncFn() -> bool) {
    let waiting = async {
        while !happened().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("it never happened");
}

/// The app and the id of a build of it.
pub(crate) async fn app_of(scene: &Scene, package: &[u8]) -> (String, String) {
    let build = scene.build(package).await;
    (build.text("/app/id").to_owned(), build.text("/id").to_owned())
}

/// Ada's browser.
pub(crate) fn ada(scene: &Scene) -> Browser {
    Browser::of(&scene.ada, SERVICE, &scene.house)
}

/// Sends a form of the page at `from` to `path`.
pub(crate) async fn submit(
    scene: &Scene,
    browser: &mut Browser,
    (from, path): (&str, &str),
    fields: &[(&str, &str)],
) -> Answer {
    let csrf = browser.get(&scene.router, from).await.hidden("csrf").to_owned();
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    browser.post(&scene.router, path, &all).await
}

/// An archive of these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, deflated).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Lets the clean-up run now.
pub(crate) async fn clean_up(db: &PgPool) {
    let due = sqlx::query!(
        "update jobs set run_at = now() where kind in ('retain-builds', 'sweep-symbols')"
    );
    due.execute(db).await.unwrap();
}

/// The versions that there are, oldest first.
pub(crate) async fn versions(db: &PgPool) -> Vec<String> {
    let rows = sqlx::query_scalar!(r#"select version as "version!" from builds order by id"#);
    rows.fetch_all(db).await.unwrap()
}
