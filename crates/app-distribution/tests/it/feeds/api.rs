//! Links of feeds, for programs.

use securevox_testkit::Person;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::get;
use crate::{
    make::{SIGNED_APK, Scene, form, ipa},
    people::path,
};

const FEEDS: &str = "/api/feeds";

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_is_made_shown_once_and_withdrawn(db: PgPool) {
    let scene = Scene::on(db).await;
    let ada = &scene.ada;
    let build = scene.build(SIGNED_APK).await;
    let made = ada.post(&scene.router, FEEDS, json!({"name": " Pixel "})).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (201, "no-store"));
    assert_eq!((made.text("/name"), &made.body["used_at"]), ("Pixel", &Value::Null));
    assert_eq!(made.body["altstore"], Value::Null, "nothing is for iPhones");
    let repository = made.text("/fdroid/url");
    let add = format!(
        "{}?fingerprint={}",
        repository.replacen("http", "fdroidrepo", 1),
        made.text("/fdroid/fingerprint")
    );
    assert_eq!(made.text("/fdroid/add_url"), add);
    assert_eq!(made.body["news"][0]["app"], build.body["app"]);
    let package = format!("{}/{}.apk", path(repository), build.text("/id"));
    assert_eq!(get(&scene, &package).await.bytes, SIGNED_APK);
    for feed in ["/news/0/rss_url", "/news/0/json_url"] {
        assert_eq!(get(&scene, path(made.text(feed))).await.status, 200, "{feed}");
    }

    let list = ada.get(&scene.router, FEEDS).await;
    let items = list.body["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["id"]), (1, &made.body["id"]));
    assert!(items[0]["used_at"].is_string());
    let secret = repository.split('/').nth(4).unwrap();
    assert!(!list.body.to_string().contains(secret), "it is shown once");
    let stranger = Person::named("stranger", &scene.house).await;
    let one = format!("{FEEDS}/{}", made.text("/id"));
    assert_eq!(stranger.get(&scene.router, FEEDS).await.body["items"], json!([]));
    assert_eq!(stranger.delete(&scene.router, &one).await.problem(), (404, "no-such-feed"));
    assert_eq!(ada.delete(&scene.router, &one).await.status, 204);
    assert_eq!(get(&scene, &package).await.problem(), (404, "no-such-feed"));
    assert_eq!(ada.delete(&scene.router, &one).await.problem(), (404, "no-such-feed"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_person_has_as_many_links_as_they_may(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_FEED_LINKS_PER_PERSON", "1")]).await;
    scene.build(&ipa("1.0")).await;
    for name in ["", " ", "a\nb", &"x".repeat(101)] {
        let refused = scene.ada.post(&scene.router, FEEDS, json!({"name": name})).await;
        assert_eq!(refused.problem(), (422, "invalid-request"), "{name:?}");
        assert_eq!(refused.pointers(), ["#/name"], "{name:?}");
    }
    let make = || scene.ada.post(&scene.router, FEEDS, json!({"name": "Phone"}));
    let (one, other) = tokio::join!(make(), make());
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(make().await.problem(), (409, "too-many-feeds"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn each_channel_that_somebody_is_offered_has_addresses_of_its_own(db: PgPool) {
    let scene = Scene::on(db).await;
    for (version, channel) in [("1.0", "nightly"), ("1.1", "beta"), ("1.2", "nightly")] {
        let build = scene.upload(form(&ipa(version)).text("channel", channel)).await;
        assert_eq!(build.status, 201);
    }
    scene.build(&ipa("1.3")).await;
    let made = scene.ada.post(&scene.router, FEEDS, json!({"name": "Reader"})).await;
    let news = made.body["news"].as_array().unwrap();
    assert_eq!(news.len(), 1, "one app: {news:?}");
    let channels = news[0]["channels"].as_array().unwrap();
    let names: Vec<&str> = channels.iter().map(|one| one["channel"].as_str().unwrap()).collect();
    assert_eq!(names, ["beta", "nightly"]);
    let feed = get(&scene, path(channels[1]["json_url"].as_str().unwrap())).await;
    let items = feed.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{items:?}");
}
