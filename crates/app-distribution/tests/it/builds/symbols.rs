//! dSYMs and mappings, kept with their build and found by what a crash names.

use std::{
    fs,
    time::{Duration, SystemTime},
};

use securevox_testkit::{Answer, Form, Person};
use sqlx::PgPool;

use crate::make::{APK, Scene, ada, archive, clean_up, eventually, form, ipa};

const ARM: [u8; 16] = [0xa1; 16];
const INTEL: [u8; 16] = [0xb2; 16];
const ARM_UUID: &str = "a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1";
const INTEL_UUID: &str = "b2b2b2b2-b2b2-b2b2-b2b2-b2b2b2b2b2b2";
const DWARF: &str = "A.app.dSYM/Contents/Resources/DWARF/A";
const MAPPING: &str = "# compiler: R8\n# pg_map_id: 6A1D8E1\n# pg_map_hash: SHA-256 00ff\n\
                       com.example.Main -> a.a:\n    int x -> a\n";

/// The head of a Mach-O file for a processor of 64 bits, with its UUID.
fn macho(processor: u32, uuid: [u8; 16]) -> Vec<u8> {
    let words = [0xfeed_facf, processor, 0, 10, 1, 24, 0, 0, 0x1b, 24];
    let head = words.into_iter().flat_map(u32::to_le_bytes);
    head.chain(uuid).chain([0; 500]).collect()
}

/// One file for two processors.
fn fat() -> Vec<u8> {
    let (arm, intel) = (macho(0x0100_000c, ARM), macho(0x0100_0007, INTEL));
    let size = u32::try_from(arm.len()).unwrap();
    let words = [0xcafe_babe, 2, 0x0100_000c, 0, 100, size, 0, 0x0100_0007, 3, 100 + size, size, 0];
    let mut bytes: Vec<u8> = words.into_iter().flat_map(u32::to_be_bytes).collect();
    bytes.resize(100, 0);
    [bytes, arm, intel].concat()
}

/// A zipped dSYM, for two processors.
pub(crate) fn dsym() -> Vec<u8> {
    dsym_of(&fat())
}

fn dsym_of(dwarf: &[u8]) -> Vec<u8> {
    archive(&[("A.app.dSYM/Contents/Info.plist", b"<plist/>"), (DWARF, dwarf)])
}

/// An IPA whose executable has this UUID.
fn ipa_with(uuid: [u8; 16]) -> Vec<u8> {
    let info = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>\
                <key>CFBundleIdentifier</key><string>com.example.app</string>\
                <key>CFBundleExecutable</key><string>A</string></dict></plist>";
    let executable = macho(0x0100_000c, uuid);
    archive(&[("Payload/A.app/Info.plist", info.as_bytes()), ("Payload/A.app/A", &executable)])
}

async fn add(scene: &Scene, person: &Person, build: &Answer, form: Form) -> Answer {
    let path = format!("/api/builds/{}/symbols", build.text("/id"));
    person.upload(&scene.router, &path, form).await
}

fn file(name: &str, bytes: &[u8]) -> Form {
    Form::default().file("file", name, bytes)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_dsym_is_kept_found_downloaded_and_deleted(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa_with(ARM)).await;
    assert_eq!(build.text("/details/executable_uuid"), ARM_UUID);
    let sent = dsym();
    let added = add(&scene, &scene.ada, &build, file("A.dSYM.zip", &sent)).await;
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(added.text("/kind"), "dsym");
    assert_eq!((added.text("/ids/0/uuid"), added.text("/ids/1/uuid")), (ARM_UUID, INTEL_UUID));
    assert_eq!((added.text("/ids/0/name"), added.text("/ids/0/architecture")), ("A", "arm64"));
    assert_eq!(added.text("/ids/1/architecture"), "x86_64");
    assert_eq!(added.body["matches"], true);
    assert_eq!(added.body["warnings"], serde_json::json!([]));
    let again = add(&scene, &scene.ada, &build, file("B.zip", &sent)).await;
    assert_eq!((again.status.as_u16(), again.text("/id")), (200, added.text("/id")));
    assert_eq!(scene.house.files("storage/symbols").len(), 1);

    // As crash reports write it: in upper case, and without hyphens.
    for name in [INTEL_UUID.to_uppercase(), INTEL_UUID.replace('-', "")] {
        let found = scene.ada.get(&scene.router, &format!("/api/symbols/{name}")).await;
        assert_eq!(found.text("/items/0/id"), added.text("/id"), "{name}");
    }
    let bob = Person::publisher("bob", &scene.house).await;
    let foreign = bob.get(&scene.router, &format!("/api/symbols/{ARM_UUID}")).await;
    assert_eq!(foreign.problem(), (404, "no-such-symbols"));
    assert_eq!(add(&scene, &bob, &build, file("A.zip", &sent)).await.status, 404);

    let path = format!("/api/builds/{}/symbols", build.text("/id"));
    let list = scene.ada.get(&scene.router, &path).await;
    assert_eq!(list.text("/items/0/file_name"), "A.dSYM.zip");
    let one = format!("{path}/{}", added.text("/id"));
    let got = scene.ada.get(&scene.router, &one).await;
    assert_eq!((got.status.as_u16(), got.header("content-type")), (200, "application/zip"));
    assert_eq!(got.bytes, sent);
    assert_eq!(scene.ada.delete(&scene.router, &one).await.status, 204);
    assert_eq!(scene.ada.delete(&scene.router, &one).await.problem(), (404, "no-such-symbols"));
    assert_eq!(scene.house.files("storage/symbols").len(), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn symbols_of_another_executable_are_told_apart(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa_with([7; 16])).await;
    let added = add(&scene, &scene.ada, &build, file("A.zip", &dsym())).await;
    assert_eq!(added.body["matches"], false);
    assert_eq!(added.text("/warnings/0/code"), "symbols-do-not-match");
    // Nothing is known of an executable that is none.
    let plain = scene.build(&ipa("1.0")).await;
    let added = add(&scene, &scene.ada, &plain, file("A.zip", &dsym())).await;
    assert!(added.body["matches"].is_null());
    // Both have them.
    let found = scene.ada.get(&scene.router, &format!("/api/symbols/{ARM_UUID}")).await;
    assert_eq!(found.body["items"].as_array().unwrap().len(), 2);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_mapping_is_found_by_its_id_or_by_one_that_is_sent(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(APK).await;
    let added = add(&scene, &scene.ada, &build, file("mapping.txt", MAPPING.as_bytes())).await;
    assert_eq!((added.status.as_u16(), added.text("/kind")), (201, "mapping"), "{added:?}");
    for id in ["6a1d8e1", "6A1D8E1", "00ff"] {
        let found = scene.ada.get(&scene.router, &format!("/api/symbols/{id}")).await;
        assert_eq!(found.text("/items/0/id"), added.text("/id"), "{id}");
    }
    let bare = b"com.example.Main -> a.a:\n";
    let refused = add(&scene, &scene.ada, &build, file("mapping.txt", bare)).await;
    assert_eq!(refused.problem(), (422, "not-symbols"));
    assert!(refused.text("/detail").contains("pg_map_id"));
    let form = file("mapping.txt", bare).text("id", "Release-7");
    assert_eq!(add(&scene, &scene.ada, &build, form).await.text("/ids/0/uuid"), "release-7");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_holds_no_symbols_is_refused_and_leaves_nothing(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_SYMBOLS_MAX_BYTES", "256K")]).await;
    let build = scene.build(&ipa("1.0")).await;
    let many: Vec<String> =
        (0..501).map(|n| format!("x.dSYM/Contents/Resources/DWARF/{n}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let evil = "../x.dSYM/Contents/Resources/DWARF/A";
    let lying = [&u32::to_be_bytes(0xcafe_babe)[..], &[0xff; 400]].concat();
    for (file, words) in [
        (b"".to_vec(), "empty"),
        (b"nothing at all".to_vec(), "no symbols"),
        (vec![0xff; 300], "no symbols"),
        (ipa("1.0"), "no dSYM"),
        (archive(&[(evil, &fat())]), "leads out"),
        (dsym_of(b"text, no Mach-O"), "Mach-O"),
        (dsym_of(&macho(0x0100_000c, [0; 16])), "Mach-O"),
        (dsym_of(&fat()[..150]), "cannot be read"),
        (dsym_of(&lying), "Mach-O"),
        (archive(&many), "too many executables"),
    ] {
        let refused = add(&scene, &scene.ada, &build, self::file("x", &file)).await;
        assert_eq!(refused.problem(), (422, "not-symbols"), "{words}");
        assert!(refused.text("/detail").contains(words), "{words}: {refused:?}");
    }
    let none = add(&scene, &scene.ada, &build, Form::default().text("id", "x")).await;
    assert_eq!((none.status.as_u16(), none.pointers()), (422, vec!["#/file"]));
    let odd = file("m", MAPPING.as_bytes()).text("id", "a b");
    assert_eq!(add(&scene, &scene.ada, &build, odd).await.pointers(), ["#/id"]);
    let large = add(&scene, &scene.ada, &build, file("x", &vec![b'#'; 300_000])).await;
    assert_eq!(large.problem(), (413, "too-large"));
    let path = format!("/api/builds/{}/symbols", build.text("/id"));
    let plain = scene.ada.post(&scene.router, &path, serde_json::json!({})).await;
    assert_eq!(plain.problem(), (415, "not-a-form"));
    assert_eq!(scene.house.files("storage/symbols").len(), 0);
    assert_eq!(scene.house.files("spool").len(), 0);
}

/// An archive that unpacks to much more than it is.
#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_bomb_costs_no_more_than_its_head(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(&ipa("1.0")).await;
    let bomb = [macho(0x0100_000c, ARM), vec![0; 200 << 20]].concat();
    let bomb = dsym_of(&bomb);
    assert!(bomb.len() < 1 << 20);
    let begun = std::time::Instant::now();
    let added = add(&scene, &scene.ada, &build, file("A.zip", &bomb)).await;
    assert_eq!(added.text("/ids/0/uuid"), ARM_UUID);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn symbols_go_with_their_build(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    add(&scene, &scene.ada, &build, file("A.zip", &dsym())).await;
    let path = format!("/api/builds/{}", build.text("/id"));
    assert_eq!(scene.ada.delete(&scene.router, &path).await.status, 204);
    let found = scene.ada.get(&scene.router, &format!("/api/symbols/{ARM_UUID}")).await;
    assert_eq!(found.status, 404);
    let kept = scene.house.files("storage/symbols");
    let file = fs::File::options().write(true).open(&kept[0]).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_hours(48)).unwrap();
    eventually(async || {
        clean_up(&db).await;
        scene.house.files("storage/symbols").is_empty()
    })
    .await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_page_takes_shows_and_deletes_them(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(form(&ipa_with(ARM))).await;
    let page = format!("/admin/builds/{}", build.text("/id"));
    let mut browser = ada(&scene);
    let csrf = browser.get(&scene.router, &page).await.hidden("csrf").to_owned();
    let to = format!("{page}/symbols");
    let sent = dsym();
    let forged = Form::default().text("csrf", "x").file("file", "A.zip", &sent);
    assert_eq!(browser.upload(&scene.router, &to, forged).await.status, 403);
    let bad = Form::default().text("csrf", &csrf).file("file", "A.zip", b"nothing at all");
    let told = browser.upload(&scene.router, &to, bad).await;
    assert_eq!(told.status, 422);
    assert!(told.html().contains("These are no symbols"));
    let good = Form::default().text("csrf", &csrf).file("file", "A.zip", &sent);
    assert_eq!(browser.upload(&scene.router, &to, good).await.header("location"), page);
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains(&format!("A · arm64 · {ARM_UUID}")));
    assert!(shown.html().contains("Of this build’s executable"));
    let file = shown.between(&format!("{page}/symbols/"), "\"").to_owned();
    let got = browser.get(&scene.router, &format!("{to}/{file}")).await;
    assert_eq!(got.bytes, sent);
    let delete = format!("{to}/{file}/delete");
    let deleted = browser.post(&scene.router, &delete, &[("csrf", &csrf)]).await;
    assert_eq!(deleted.status, 303);
    // The other one is that of the build's executable.
    assert!(!browser.get(&scene.router, &page).await.html().contains(INTEL_UUID));
}
