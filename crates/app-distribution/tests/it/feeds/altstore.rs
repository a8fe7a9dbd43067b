//! The source for `AltStore`.

use securevox_testkit::Ask;
use sqlx::PgPool;

use super::{get, place_of_ada};
use crate::{
    make::{BUNDLE, Scene, form, ipa, ipa_of, sha256},
    people::path,
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_source_leads_to_the_packages(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    scene.build(&ipa("1.0")).await;
    let package = ipa("1.1");
    let newest = scene.upload(form(&package).text("release_notes", "Faster")).await;
    let place = place_of_ada(&scene).await;
    let source = get(&scene, &format!("{place}/altstore.json")).await;
    assert_eq!(source.status, 200, "{source:?}");
    let app = &source.body["apps"][0];
    assert_eq!(source.body["apps"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&app["name"], &app["bundleIdentifier"]),
        (&"Example".into(), &"com.example.app".into())
    );
    let versions = app["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0]["version"], "1.1");
    assert_eq!(versions[0]["buildVersion"], "7");
    assert_eq!(versions[0]["minOSVersion"], "15.0");
    assert_eq!(versions[0]["localizedDescription"], "Faster");
    assert_eq!(versions[0]["size"], package.len());
    let download = path(versions[0]["downloadURL"].as_str().unwrap()).to_owned();
    assert_eq!(download, format!("{place}/packages/{}.ipa", newest.text("/id")));

    // A phone that fetches it in parts, twice: one download. The next day it is another one.
    let fetch = async |range: &str| {
        Ask::new("GET", &download).header("range", range).of(&scene.router).await
    };
    assert!(fetch("bytes=0-").await.bytes == package);
    assert_eq!(fetch("bytes=10-19").await.bytes, package[10..20]);
    assert!(get(&scene, &download).await.bytes == package);
    let counted = async || {
        let downloads = sqlx::query!("select account_id from downloads").fetch_all(&db).await;
        let downloads = downloads.unwrap();
        assert!(downloads.iter().all(|one| one.account_id == Some(scene.ada.account.0)));
        downloads.len()
    };
    assert_eq!(counted().await, 1);
    for name in ["x.ipa", "packages", &format!("{}.apk", newest.text("/id"))] {
        let missing = get(&scene, &format!("{place}/packages/{name}")).await;
        assert_eq!(missing.problem(), (404, "no-such-build"), "{name}");
    }
}

/// `AltStore` refuses a source as a whole for any of this.
#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_source_has_nothing_that_is_refused(db: PgPool) {
    let scene = Scene::on(db).await;
    scene.build(&ipa("1.0")).await;
    let again = ipa_of(BUNDLE, "1.0", 9);
    let build = scene.build(&again).await;
    let place = place_of_ada(&scene).await;
    let source = get(&scene, &format!("{place}/altstore.json")).await;
    let app = &source.body["apps"][0];
    let icon = app["iconURL"].as_str().unwrap();
    assert!(icon.ends_with(&format!("{}.png", build.text("/id"))), "{icon}");
    assert_ne!(app["developerName"], "");
    let versions = app["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 1, "the same version and number twice: {app}");
    assert_eq!(versions[0]["sha256"], sha256(&again));
    let date = versions[0]["date"].as_str().unwrap();
    assert!(date.len() == "2026-11-24T02:30:05Z".len() && date.ends_with('Z'), "{date}");
}
