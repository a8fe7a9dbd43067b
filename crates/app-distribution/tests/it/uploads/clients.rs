//! The client of the tus project itself.

use std::fs;

use securevox_app_distribution::Distribution;
use securevox_testkit::{House, Person, Script};
use serde_json::json;
use sqlx::PgPool;

use super::settled;
use crate::make::{BUNDLE, Scene, ipa_of, sha256};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/uploads/tus.cjs");

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn tus_js_client_is_killed_half_way_and_resumes(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Distribution>(&[]).await;
    let router = house.router::<Distribution>(&[]).await;
    let ada = Person::publisher("ada", &house).await;
    let package = ipa_of(BUNDLE, "1.0", 48 << 20);
    let file = house.base.data.join("App.ipa");
    fs::write(&file, &package).unwrap();
    let scene = Scene { house, router, ada };
    let order = |url: Option<&str>| {
        let endpoint = format!("{}/api/uploads/", serving.url);
        json!({"endpoint": endpoint, "token": scene.ada.token, "file": file, "url": url})
    };

    let Some(mut first) = Script::start(SCRIPT, order(None)).await else { return };
    let url = loop {
        let word = first.said().await;
        if word["sent"].as_u64().is_some_and(|sent| sent > 20 << 20) {
            break word["url"].as_str().unwrap().to_owned();
        }
    };
    drop(first);

    let mut second = Script::start(SCRIPT, order(Some(&url))).await.unwrap();
    let begins = second.said().await["sent"].as_u64().unwrap();
    assert!(begins >= 16 << 20, "it began again at {begins}");
    while second.said().await["done"] != true {}
    let path = url.strip_prefix(&serving.url).unwrap();
    let upload = settled(&scene, path).await;
    let build = format!("/api/builds/{}", upload.text("/build_id"));
    assert_eq!(scene.ada.get(&scene.router, &build).await.text("/sha256"), sha256(&package));
    scene.house.base.lifecycle.drain();
}
