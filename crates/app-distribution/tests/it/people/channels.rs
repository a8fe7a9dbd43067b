//! A group that gets the builds of one channel gets no other, by any way.

use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{group, invite, open, proven, put};
use crate::make::{SERVICE, SIGNED_APK, Scene, form, installable};

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)";
const HTTPS: &[(&str, &str)] = &[("SECUREVOX_PUBLIC_URL_DISTRIBUTION", "https://app.example.org")];

/// A build of a channel.
async fn of(scene: &Scene, version: &str, channel: &str) -> Answer {
    let build = scene.upload(form(&installable("Example", version)).text("channel", channel)).await;
    assert_eq!(build.status, 201, "{build:?}");
    build
}

/// A group that gets the builds of the channel `beta`.
async fn beta_group(scene: &Scene, app: &str) -> String {
    let id = group(scene, "Beta", app, true).await;
    let at = format!("/api/groups/{id}/apps/{app}");
    let order = json!({"every_build": true, "channel": " beta "});
    let attached = put(scene, &scene.ada, &at, order).await;
    assert_eq!(attached.text("/apps/0/channel"), "beta", "{attached:?}");
    id
}

async fn get(scene: &Scene, path: &str) -> Answer {
    Ask::new("GET", path).header("user-agent", IPHONE).of(&scene.router).await
}

/// What the page of a build lets iOS fetch: the manifest, and the package that it names.
async fn fetched(scene: &Scene, browser: &mut Browser, page: &str) -> [String; 2] {
    let shown = browser.get(&scene.router, page).await;
    assert_eq!(shown.status, 200, "{}", shown.html());
    let manifest = shown.between("action=download-manifest", "\"");
    let manifest = manifest.split("%2Fi%2F").nth(1).and_then(|rest| rest.split('%').next());
    let manifest = format!("/i/{}/manifest.plist", manifest.unwrap());
    let told = get(scene, &manifest).await;
    let package = told.between("<string>https://app.example.org", "<").to_owned();
    assert_eq!(get(scene, &package).await.status, 200, "{package}");
    [manifest, package]
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_tester_of_the_beta_sees_no_nightly(db: PgPool) {
    let scene = Scene::at(db.clone(), HTTPS, &[]).await;
    let router = &scene.router;
    let beta = of(&scene, "1.0", "beta").await;
    let unnamed = scene.build(&installable("Example", "1.1")).await;
    let nightly = of(&scene, "1.2", "nightly").await;
    let (app, seen) = (beta.text("/app/id"), beta.text("/id"));
    let hidden = [unnamed.text("/id"), nightly.text("/id")];
    let id = beta_group(&scene, app).await;
    let (_, link) = invite(&scene, &id, "bob@example.org").await;
    let (bob, _) = open(&scene, &link).await;
    invite(&scene, &id, "max@example.org").await;
    let max = Person::named("max", &scene.house).await;
    proven(&db, &max, "max@example.org").await;

    let page = format!("/builds/{seen}");
    for (mut browser, nothing) in [(bob, 303), (Browser::of(&max, SERVICE, &scene.house), 404)] {
        for build in hidden {
            for at in ["", "/qr.svg", "/icon.png", "/device"] {
                let answer = browser.get(router, &format!("/builds/{build}{at}")).await;
                assert_eq!(answer.status, nothing, "{at}");
            }
        }
        let start = browser.get(router, "/").await;
        assert!(start.html().contains(seen), "{}", start.html());
        let shown = browser.get(router, &page).await;
        let latest = browser.get(router, &format!("/apps/{app}/latest")).await;
        assert_eq!(latest.header("location"), page);
        let line = format!("/apps/{app}/latest?channel=nightly");
        assert_eq!(browser.get(router, &line).await.status, nothing);
        let csrf = shown.hidden("csrf").to_owned();
        let made = [("csrf", csrf.as_str()), ("name", "Phone")];
        let made = browser.post(router, "/feeds", &made).await;
        let place = format!("/feeds/{}", made.between("/feeds/", "/"));
        let news = get(&scene, &format!("{place}/apps/{app}/feed.json")).await;
        assert_eq!(news.body["items"].as_array().map(Vec::len), Some(1), "{news:?}");
        assert_eq!(news.text("/items/0/id"), seen);
        let other = format!("{place}/apps/{app}/channels/nightly/feed.json");
        assert_eq!(get(&scene, &other).await.body["items"], json!([]));
        let source = get(&scene, &format!("{place}/altstore.json")).await;
        assert_eq!(source.body["apps"][0]["versions"].as_array().map(Vec::len), Some(1));
        for build in hidden {
            let package = format!("{place}/packages/{build}.ipa");
            assert_eq!(get(&scene, &package).await.status, 404);
            for page in [&start, &shown, &made] {
                assert!(!page.html().contains(build), "{}", page.html());
            }
        }
        // What they were given ends where the build leaves the channel.
        let links = fetched(&scene, &mut browser, &page).await;
        let at = format!("/api/builds/{seen}");
        for (channel, status) in [("nightly", 404), ("beta", 200)] {
            scene.ada.patch(router, &at, json!({"channel": channel})).await;
            for link in &links {
                assert_eq!(get(&scene, link).await.status, status, "{link} {channel}");
            }
        }
    }
    for build in hidden {
        for at in ["", "/download"] {
            let at = format!("/api/builds/{build}{at}");
            assert_eq!(max.get(router, &at).await.status, 404, "{at}");
        }
    }
    let list = max.get(router, "/api/builds").await;
    assert_eq!(list.body["items"].as_array().map(Vec::len), Some(1), "{list:?}");
    let latest = format!("/api/apps/{app}/latest");
    assert_eq!(max.get(router, &latest).await.text("/id"), seen);
    assert_eq!(max.get(router, &format!("{latest}?channel=nightly")).await.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_group_of_a_channel_is_given_others_by_hand(db: PgPool) {
    let scene = Scene::on(db).await;
    let router = &scene.router;
    let nightly = scene.upload(form(SIGNED_APK).text("channel", "nightly")).await;
    let (app, build) = (nightly.text("/app/id"), nightly.text("/id"));
    let id = beta_group(&scene, app).await;
    let at = format!("/api/groups/{id}/apps/{app}");
    for (order, words) in [
        (json!({"every_build": false, "channel": "beta"}), "every build"),
        (json!({"every_build": true, "channel": " "}), "say which"),
        (json!({"every_build": true, "channel": "x".repeat(256)}), "255"),
        (json!({"every_build": true, "channel": "a\nb"}), "control"),
    ] {
        let refused = put(&scene, &scene.ada, &at, order).await;
        assert_eq!(refused.pointers(), ["#/channel"]);
        assert!(refused.text("/errors/0/detail").contains(words), "{refused:?}");
    }
    let having = format!("/api/builds/{build}/groups");
    assert_eq!(scene.ada.get(router, &having).await.body["items"], json!([]));
    scene.ada.post(router, &having, json!({"groups": ["Beta"]})).await;
    let told = scene.ada.get(router, &having).await;
    assert_eq!(told.body["items"][0]["given"], true);
    assert_eq!(told.text("/items/0/channel"), "beta");
    let take = format!("{having}/{id}");
    assert_eq!(scene.ada.delete(router, &take).await.status, 204);
    // In its channel they get it anyway, and it cannot be taken back.
    let change = json!({"channel": "beta"});
    scene.ada.patch(router, &format!("/api/builds/{build}"), change).await;
    assert_eq!(scene.ada.get(router, &having).await.body["items"][0]["given"], false);
    assert_eq!(scene.ada.delete(router, &take).await.problem(), (409, "gets-every-build"));
    // Another order takes the place of the one before.
    let all = put(&scene, &scene.ada, &at, json!({"every_build": true})).await;
    assert_eq!(all.body["apps"][0]["channel"], Value::Null);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_page_of_a_group_says_which_channel(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(form(SIGNED_APK).text("channel", "nightly")).await;
    let app = build.text("/app/id");
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let made = scene.ada.post(&scene.router, "/api/groups", json!({"name": "Beta"})).await;
    let at = format!("/admin/groups/{}", made.text("/id"));
    let csrf = ada.get(&scene.router, &at).await.hidden("csrf").to_owned();
    let sent = |builds, channel| {
        [("csrf", csrf.as_str()), ("app", app), ("builds", builds), ("channel", channel)]
    };
    let form = format!("{at}/apps");
    let refused = ada.post(&scene.router, &form, &sent("channel", " ")).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html().contains("id=\"channel-fault\""), "{}", refused.html());
    assert!(refused.html().contains("value=\"channel\" selected"), "what was chosen stays");
    assert_eq!(ada.post(&scene.router, &form, &sent("channel", " beta ")).await.status, 303);
    let shown = ada.get(&scene.router, &at).await;
    assert!(shown.html().contains("Every build of the channel beta"), "{}", shown.html());

    // The form of an app that the group has, too.
    let refused = ada.post(&scene.router, &form, &sent("channel", "")).await;
    assert_eq!(refused.html().matches("id=\"channel-fault\"").count(), 1);
    assert!(refused.html().contains("<details class=\"ask\" open>"), "{}", refused.html());
    let managed = format!("/admin/builds/{}", build.text("/id"));
    let page = ada.get(&scene.router, &managed).await;
    assert!(page.html().contains("Does not have this build"), "{}", page.html());
    assert_eq!(ada.post(&scene.router, &form, &sent("every", "left over")).await.status, 303);
    let shown = ada.get(&scene.router, &at).await;
    assert!(shown.html().contains("Saved.") && !shown.html().contains("left over"));
    assert!(ada.get(&scene.router, &managed).await.html().contains("Gets every build"));
}
