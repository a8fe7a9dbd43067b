//! The repository for F-Droid. What its key signs is checked by the `jarsigner` of a JDK where
//! there is one.

#![expect(clippy::disallowed_methods, reason = "statements that only break things, some in loops")]

use std::{
    fs,
    io::{Cursor, Read as _},
    process::Command,
};

use securevox_testkit::{Answer, Ask};
use serde_json::{Value, json};
use sqlx::PgPool;
use zip::ZipArchive;

use super::{browser, deactivate, get, link_of, place_of_ada, publish};
use crate::make::{Scene, form, ipa, sha256};

/// Without an icon.
const APK: &[u8] = include_bytes!("../../fixtures/signed/v3-only-with-rsa-pkcs1-sha256-2048.apk");
/// The same app in another file.
const AGAIN: &[u8] = include_bytes!("../../fixtures/signed/v2-only-with-rsa-pkcs1-sha256-2048.apk");
/// Another app, whose icon can be drawn.
const PICTURED: &[u8] = include_bytes!("../../fixtures/signed/rotated.apk");

fn inside(jar: &Answer, name: &str) -> Vec<u8> {
    assert_eq!(jar.status, 200, "{}", jar.html());
    assert_eq!(jar.header("content-type"), "application/java-archive");
    let mut jar = ZipArchive::new(Cursor::new(&jar.bytes)).unwrap();
    let mut bytes = Vec::new();
    jar.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// What a client makes of a repository: the index that the signed entry names.
async fn read(scene: &Scene, repository: &str) -> (Value, Value) {
    let entry = get(scene, &format!("{repository}/entry.jar")).await;
    let entry: Value = serde_json::from_slice(&inside(&entry, "entry.json")).unwrap();
    let name = entry["index"]["name"].as_str().unwrap();
    let index = get(scene, &format!("{repository}{name}")).await;
    assert_eq!(index.status, 200);
    assert_eq!(entry["index"]["sha256"], sha256(&index.bytes));
    assert_eq!(entry["index"]["size"], index.bytes.len());
    assert_eq!(entry["timestamp"], index.body["repo"]["timestamp"]);
    (entry, index.body)
}

/// Whether a JDK says that everything in the JAR is signed.
fn check(scene: &Scene, jar: &[u8]) {
    let path = scene.house.base.data.join("checked.jar");
    fs::write(&path, jar).unwrap();
    let checked = Command::new("jarsigner").args(["-verify", "-verbose"]).arg(&path).output();
    let Ok(checked) = checked else {
        #[expect(clippy::print_stderr, reason = "it is no failure, and should be known")]
        return eprintln!("skipped: there is no jarsigner");
    };
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success() && said.contains("jar verified"), "{said}");
    assert!(said.contains("SHA-256") || !said.contains("weak"), "{said}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_phone_finds_what_its_owner_is_offered(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.upload(form(APK).text("release_notes", "Faster & <better>")).await;
    let pictured = scene.build(PICTURED).await;
    let place = place_of_ada(&scene).await;
    let (entry, _) = read(&scene, &format!("{place}/fdroid/repo")).await;
    assert_eq!(entry["index"]["numPackages"], 1, "phones refuse what is marked testOnly");
    for change in [
        "update builds set details = jsonb_set(details, '{test_only}', 'false')",
        "update builds set details = jsonb_set(details, '{features}',
             '[{\"name\": \"nfc\", \"required\": true}, {\"name\": \"gps\", \"required\": false}]')",
        "update apps set description = 'For <you> & me'",
    ] {
        sqlx::query(change).execute(&db).await.unwrap();
    }
    scene.build(&ipa("1.0")).await;
    let repository = format!("{place}/fdroid/repo");
    let (entry, index) = read(&scene, &repository).await;
    assert_eq!(entry["index"]["numPackages"], 2);
    assert!(index["repo"]["address"].as_str().unwrap().ends_with(&repository));

    let hash = build.text("/sha256");
    let bundle = build.text("/bundle_id");
    let app = &index["packages"][bundle];
    assert_eq!(app["metadata"]["name"]["en-US"], build.text("/app/name"));
    let version = &app["versions"][hash];
    let file = &version["file"];
    assert_eq!((&file["sha256"], &file["size"]), (&json!(hash), &json!(APK.len())));
    assert_eq!(version["manifest"]["versionCode"].to_string(), build.text("/build_number"));
    assert_eq!(version["manifest"]["features"], json!([{ "name": "nfc" }]));
    assert_eq!(version["whatsNew"]["en-US"], "Faster & <better>", "clients show it as it is");
    let description = &app["metadata"]["description"]["en-US"];
    assert_eq!(description, "For &lt;you&gt; &amp; me", "clients take it for HTML");
    let details = &build.body["details"];
    let signer = &version["manifest"]["signer"]["sha256"][0];
    assert_eq!(signer, &details["signers"][0]["fingerprint"]);
    let sdk = details["min_sdk"].as_u64().unwrap_or(1);
    assert_eq!(version["manifest"]["usesSdk"]["minSdkVersion"], sdk);
    let permissions = version["manifest"]["usesPermission"].as_array().unwrap();
    assert_eq!(permissions.len(), details["permissions"].as_array().unwrap().len());

    // What the index names is there, with these hashes.
    let package = get(&scene, &format!("{repository}{}", file["name"].as_str().unwrap())).await;
    assert_eq!(package.header("content-type"), "application/vnd.android.package-archive");
    assert!(package.bytes == APK);
    let icon = &index["packages"][pictured.text("/bundle_id")]["metadata"]["icon"]["en-US"];
    let image = get(&scene, &format!("{repository}{}", icon["name"].as_str().unwrap())).await;
    assert_eq!(image.header("content-type"), "image/png");
    assert_eq!(icon["sha256"], sha256(&image.bytes));
    assert_eq!(icon["size"], image.bytes.len());

    let v1 = get(&scene, &format!("{repository}/index-v1.jar")).await;
    let v1: Value = serde_json::from_slice(&inside(&v1, "index-v1.json")).unwrap();
    assert_eq!(v1["repo"]["timestamp"], entry["timestamp"]);
    assert_eq!(v1["packages"][bundle][0]["hash"], hash);
    assert_eq!(v1["packages"][bundle][0]["apkName"], format!("{}.apk", build.text("/id")));
    assert_eq!(v1["packages"][bundle][0]["features"], json!(["nfc"]));
    assert_eq!(v1["apps"].as_array().unwrap().len(), 2);
    assert_eq!(v1["apps"][0]["description"], *description);
    for name in ["index.xml", "index-v2.jar", "x.apk", "..%2fentry.jar"] {
        assert_eq!(get(&scene, &format!("{repository}/{name}")).await.status, 404, "{name}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_index_is_never_older_than_one_that_was_told(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let first = scene.build(APK).await;
    let second = scene.build(AGAIN).await;
    let place = place_of_ada(&scene).await;
    let repository = format!("{place}/fdroid/repo");
    let (before, _) = read(&scene, &repository).await;
    let (same, _) = read(&scene, &repository).await;
    assert_eq!(before, same, "what is told twice is the same");
    let jar = get(&scene, &format!("{repository}/entry.jar")).await;
    let again = Ask::new("GET", &format!("{repository}/entry.jar"))
        .header("if-none-match", jar.header("etag"))
        .of(&scene.router)
        .await;
    assert_eq!(again.status, 304);

    deactivate(&db, second.text("/id")).await;
    let (after, index) = read(&scene, &repository).await;
    assert!(after["timestamp"].as_i64() > before["timestamp"].as_i64(), "{after}");
    let versions = index["packages"][first.text("/bundle_id")]["versions"].as_object().unwrap();
    assert_eq!(versions.keys().collect::<Vec<_>>(), [first.text("/sha256")]);
    let gone = format!("{repository}/{}.apk", second.text("/id"));
    assert_eq!(get(&scene, &gone).await.problem(), (404, "no-such-build"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn each_repository_has_a_key_that_stays(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(APK).await;
    publish(&scene, build.text("/app/id")).await;
    let (made, place) = link_of(&scene, &mut browser(&scene, &scene.ada), "Phone").await;
    let fingerprint = made.between("?fingerprint=", "\"").to_owned();
    assert_eq!(fingerprint.len(), 64);
    let open = get(&scene, "/feeds").await;
    let of_public = open.between("?fingerprint=", "\"").to_owned();
    assert_ne!(fingerprint, of_public, "clients tell repositories apart by their keys");

    let certificates = async |place: &str| -> Vec<u8> {
        let entry = get(&scene, &format!("{place}/fdroid/repo/entry.jar")).await;
        check(&scene, &entry.bytes);
        let index = get(&scene, &format!("{place}/fdroid/repo/index-v1.jar")).await;
        check(&scene, &index.bytes);
        let signature = inside(&entry, "META-INF/INDEX.RSA");
        assert_eq!(entry.header("cache-control").contains("private"), place != "/feeds/public");
        signature
    };
    let (mine, public) = (certificates(&place).await, certificates("/feeds/public").await);
    for (signature, fingerprint) in [(mine, fingerprint), (public, of_public)] {
        // The certificate is the first thing in the signature that hashes to the fingerprint.
        let found = (0..signature.len()).find(|&at| {
            let length =
                signature.get(at + 2..at + 4).map(|two| u16::from_be_bytes([two[0], two[1]]));
            let end = length.map_or(0, |length| at + 4 + usize::from(length));
            signature[at..].starts_with(&[0x30, 0x82])
                && signature
                    .get(at..end)
                    .is_some_and(|der| sha256(der).to_uppercase() == fingerprint)
        });
        assert!(found.is_some(), "the page names another key");
    }
    // At rest, nobody reads the private key.
    let stored = sqlx::query!("select sealed_private_key from feed_repositories");
    for row in stored.fetch_all(&db).await.unwrap() {
        assert!(!String::from_utf8_lossy(&row.sealed_private_key).contains("PRIVATE"));
    }
    // One that was sealed with another secret is replaced, and everything works with the new one.
    sqlx::query("update feed_repositories set sealed_private_key = 'lost'")
        .execute(&db)
        .await
        .unwrap();
    let anew = get(&scene, "/feeds").await;
    assert_ne!(anew.between("?fingerprint=", "\""), open.between("?fingerprint=", "\""));
    read(&scene, &format!("{place}/fdroid/repo")).await;
}

/// Copies that are asked at once for a repository that is new agree on its key.
#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_that_come_first_make_one_key(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(APK).await;
    publish(&scene, build.text("/app/id")).await;
    let ask = async || get(&scene, "/feeds/public/fdroid/repo/entry.jar").await;
    let (one, two) = tokio::join!(ask(), ask());
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (200, 200));
    assert_eq!(inside(&one, "META-INF/INDEX.RSA"), inside(&two, "META-INF/INDEX.RSA"));
    let keys = sqlx::query_scalar!("select count(*) as \"count!\" from feed_repositories");
    assert_eq!(keys.fetch_one(&db).await.unwrap(), 1);
}
