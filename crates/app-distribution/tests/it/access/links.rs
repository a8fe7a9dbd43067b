//! Who sees a build, and when they no longer do: links that were made for them end with it.

use securevox_app_distribution::Distribution;
use securevox_testkit::{Ask, Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    make::{BUNDLE, SERVICE, SIGNED_APK, Scene, installable, ipa},
    people::{group, invite, join_app, open, path, put, tester},
};

/// The download link on the page of a build, for whoever looks.
async fn link(browser: &mut Browser, scene: &Scene, page: &str) -> String {
    let page = browser.get(&scene.router, page).await;
    assert_eq!(page.status, 200, "{}", page.html());
    path(page.between("large\" href=\"", "\"")).to_owned()
}

async fn hide(db: &PgPool, how: &str) {
    let hidden = match how {
        "inactive" => sqlx::query!("update builds set status = 'inactive', expires_at = null"),
        "expired" => sqlx::query!("update builds set status = 'active', expires_at = now()"),
        _ => sqlx::query!("update builds set status = 'active', expires_at = null"),
    };
    hidden.execute(db).await.unwrap();
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_download_ends_with_the_right_to_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(SIGNED_APK).await;
    let (app, page) = (build.text("/app/id"), format!("/builds/{}", build.text("/id")));
    let id = group(&scene, "Friends", app, true).await;
    let (bob, sign_in) = invite(&scene, &id, "bob@example.org").await;
    let (mut browser, _) = open(&scene, &sign_in).await;
    let download = link(&mut browser, &scene, &page).await;
    let fetch = async |link: &str| Ask::new("GET", link).of(&scene.router).await.status.as_u16();
    assert_eq!(fetch(&download).await, 200);

    for (how, fetched, shown) in [("inactive", 404, 303), ("expired", 410, 410)] {
        hide(&db, how).await;
        assert_eq!(fetch(&download).await, fetched, "{how}");
        assert_eq!(browser.get(&scene.router, &page).await.status, shown, "{how}");
        let apps = browser.get(&scene.router, "/").await;
        assert!(!apps.html().contains(build.text("/app/name")), "{how}");
    }
    hide(&db, "not").await;
    assert_eq!(fetch(&download).await, 200);
    let at = format!("/api/groups/{id}/apps/{app}");
    scene.ada.delete(&scene.router, &at).await;
    assert_eq!(fetch(&download).await, 404, "the group gets it no longer");
    put(&scene, &scene.ada, &at, json!({"every_build": true})).await;
    assert_eq!(fetch(&download).await, 200);
    scene.ada.delete(&scene.router, &format!("/api/testers/{bob}")).await;
    assert_eq!(fetch(&download).await, 404, "the tester is gone");

    // The same for accounts: a member who is removed, one who is locked.
    let max = Person::named("max", &scene.house).await;
    join_app(&db, app, &max, "tester").await;
    let mut browser = Browser::of(&max, SERVICE, &scene.house);
    let download = link(&mut browser, &scene, &page).await;
    assert_eq!(fetch(&download).await, 200);
    sqlx::query!("update accounts set disabled_at = now() where handle = 'max'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(fetch(&download).await, 404);
    sqlx::query!("update accounts set disabled_at = null").execute(&db).await.unwrap();
    let of_max = format!("/api/apps/{app}/members/{}", max.account);
    assert_eq!(scene.ada.delete(&scene.router, &of_max).await.status, 204);
    assert_eq!(fetch(&download).await, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_hidden_is_seen_by_developers_alone(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(SIGNED_APK).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let group = group(&scene, "Friends", app, true).await;
    let mut bob = tester(&scene, &group, "bob@example.org").await;
    let mut people = vec![("owner", scene.ada.clone(), true)];
    people.push(("admin", Person::admin("root", &scene.house).await, true));
    for (role, sees) in [("manager", true), ("developer", true), ("tester", false)] {
        let person = Person::named(role, &scene.house).await;
        join_app(&db, app, &person, role).await;
        people.push((role, person, sees));
    }
    let install = path(build.text("/install_url")).to_owned();
    for how in ["inactive", "expired", "not"] {
        hide(&db, how).await;
        let offered = how == "not";
        for (who, person, develops) in &people {
            let sees = offered || *develops;
            let status = if sees { 200 } else { 404 };
            let show = person.get(&scene.router, &format!("/api/builds/{id}")).await;
            assert_eq!(show.status, status, "{who} {how}");
            let list = person.get(&scene.router, "/api/builds").await;
            assert_eq!(list.body["items"].as_array().unwrap().len(), usize::from(sees), "{who}");
            let mut browser = Browser::of(person, SERVICE, &scene.house);
            let page = browser.get(&scene.router, &format!("/builds/{id}")).await;
            // Who saw it is told that it has expired.
            let shown = if !sees && how == "expired" { 410 } else { status };
            assert_eq!(page.status, shown, "{who} {how}");
            let apps = browser.get(&scene.router, "/").await;
            assert_eq!(apps.html().contains(id), sees, "{who} {how}");
        }
        let mut holder = Browser::at(&scene.house.base.urls.distribution);
        let (linked, tested) = match how {
            "inactive" => (404, 303),
            "expired" => (410, 410),
            _ => (200, 200),
        };
        let page = holder.get(&scene.router, &install).await;
        assert_eq!(page.status, linked, "an install link, {how}");
        let page = bob.get(&scene.router, &format!("/builds/{id}")).await;
        assert_eq!(page.status, tested, "a tester, {how}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_password_opens_the_pages_of_an_app(db: PgPool) {
    let limits = [("SECUREVOX_PASSWORDS_PER_APP", "3")];
    let scene = Scene::with(db.clone(), &limits).await;
    let build = scene.build(SIGNED_APK).await;
    let page = format!("/builds/{}", build.text("/id"));
    let at = format!("/api/apps/{}", build.text("/app/id"));
    let change = json!({"access": "password", "password": "open sesame"});
    assert_eq!(scene.ada.patch(&scene.router, &at, change).await.text("/access"), "password");
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let locked = browser.get(&scene.router, &page).await;
    assert_eq!(locked.status, 200);
    assert!(!locked.html().contains(build.text("/app/name")), "nothing is told before");
    let csrf = locked.hidden("csrf").to_owned();
    let form = format!("{page}/password");
    let wrong = [("csrf", csrf.as_str()), ("password", "abracadabra")];
    assert_eq!(browser.post(&scene.router, &form, &wrong).await.status, 403);
    let right = [("csrf", csrf.as_str()), ("password", "open sesame")];
    let opened = browser.post(&scene.router, &form, &right).await;
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, page.as_str()));
    let download = link(&mut browser, &scene, &page).await;
    let fetch = async |link: &str| Ask::new("GET", link).of(&scene.router).await.status.as_u16();
    assert_eq!(fetch(&download).await, 200);

    // Another password ends what the old one opened.
    scene.ada.patch(&scene.router, &at, json!({"password": "close sesame"})).await;
    assert!(!browser.get(&scene.router, &page).await.html().contains(build.text("/app/name")));
    assert_eq!(fetch(&download).await, 404);
    // The wrong ones alone count.
    let new = [("csrf", csrf.as_str()), ("password", "close sesame")];
    for _ in 0..3 {
        assert_eq!(browser.post(&scene.router, &form, &new).await.status, 303);
    }
    for status in [403, 403, 429] {
        assert_eq!(browser.post(&scene.router, &form, &right).await.status, status);
    }
    assert_eq!(browser.post(&scene.router, &form, &new).await.status, 429, "enough guesses");
    scene.ada.patch(&scene.router, &at, json!({"access": "members"})).await;
    assert_eq!(browser.get(&scene.router, &page).await.status, 303);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_public_is_for_anybody(db: PgPool) {
    let https = [("SECUREVOX_PUBLIC_URL_DISTRIBUTION", "https://app.example.org")];
    let scene = Scene::at(db.clone(), &https, &[]).await;
    scene.build(&installable("Example", "1.0")).await;
    let build = scene.build(&installable("Example", "1.1")).await;
    // Newer, and nothing that installs.
    let unsigned = scene.build(&ipa("1.2")).await;
    assert_eq!(unsigned.text("/app/id"), build.text("/app/id"));
    let app = build.text("/app/id");
    let newest = async |query: &str| {
        let path = format!("/manifest.plist{query}");
        Ask::new("GET", &path).of(&scene.router).await
    };
    assert_eq!(newest("").await.status, 404);
    let at = format!("/api/apps/{app}");
    scene.ada.patch(&scene.router, &at, json!({"access": "public"})).await;
    let mut stranger = Browser::at(&scene.house.base.urls.distribution);
    let page = format!("/builds/{}", build.text("/id"));
    assert_eq!(stranger.get(&scene.router, &page).await.status, 200);
    assert!(stranger.get(&scene.router, "/").await.html().contains("Example"));
    let manifest = newest(&format!("?app={app}")).await;
    assert!(manifest.html().contains("<string>1.1</string>"), "{}", manifest.html());
    let package = manifest.between("<string>https://app.example.org", "<").to_owned();
    let fetch = async || Ask::new("GET", &package).of(&scene.router).await.status.as_u16();
    assert_eq!(fetch().await, 200);
    for missing in ["?app=x", "?app=01890000-0000-7000-8000-000000000000"] {
        assert_eq!(newest(missing).await.status, 404, "{missing}");
    }
    hide(&db, "inactive").await;
    assert_eq!((newest("").await.status.as_u16(), fetch().await), (404, 404));
    hide(&db, "not").await;
    scene.ada.patch(&scene.router, &at, json!({"access": "members"})).await;
    assert_eq!(fetch().await, 404, "it is public no longer");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_manifest_without_a_token_is_of_the_app_that_is_meant(db: PgPool) {
    let https = [("SECUREVOX_PUBLIC_URL_DISTRIBUTION", "https://app.example.org")];
    let scene = Scene::at(db.clone(), &https, &[]).await;
    let first = scene.build(&installable("Example", "1.0")).await;
    sqlx::query!("update apps set access = 'public'").execute(&db).await.unwrap();
    let open = async |router: &axum::Router, query: &str| {
        let answer = Ask::new("GET", &format!("/manifest.plist{query}")).of(router).await;
        (answer.status.as_u16(), answer.html().to_owned())
    };
    assert_eq!(open(&scene.router, "").await.0, 200, "there is but one");
    sqlx::query!("update apps set bundle_id = 'com.example.first'").execute(&db).await.unwrap();
    scene.build(&installable("Example", "2.0")).await;
    sqlx::query!("update apps set access = 'public'").execute(&db).await.unwrap();
    let (status, words) = open(&scene.router, "").await;
    assert!(status == 404 && words.contains("?app="), "{words}");
    let id = first.text("/app/id");
    for query in ["?app=com.example.first".to_owned(), format!("?app={id}")] {
        let (status, manifest) = open(&scene.router, &query).await;
        assert!(status == 200 && manifest.contains("<string>1.0</string>"), "{manifest}");
    }
    let setting = ("SECUREVOX_DISTRIBUTION_MANIFEST_APP", "com.example.first");
    let set = scene.house.router::<Distribution>(&[setting]).await;
    assert!(open(&set, "").await.1.contains("<string>1.0</string>"));
    let (status, other) = open(&set, &format!("?app={BUNDLE}")).await;
    assert!(status == 200 && other.contains("<string>2.0</string>"), "{other}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_install_link_ends_with_whoever_gave_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let open = async |url: &str| {
        let mut holder = Browser::at(&scene.house.base.urls.distribution);
        holder.get(&scene.router, path(url)).await.status.as_u16()
    };
    let dev = Person::named("dev", &scene.house).await;
    join_app(&db, app, &dev, "developer").await;
    let told = dev.get(&scene.router, &format!("/api/builds/{id}")).await;
    let (install, code) = (told.text("/install_url"), told.text("/qr_svg_url"));
    assert_ne!(install, build.text("/install_url"), "each gives their own");
    assert_eq!((open(install).await, open(code).await), (200, 200));
    // An icon is an icon, and opens no page.
    let icon = told.text("/icon_url");
    assert_eq!(open(icon).await, 200);
    let token = icon.rsplit('/').nth(1).unwrap();
    assert_eq!(open(&format!("http://x/builds/{id}?link={token}")).await, 404);
    let list = dev.get(&scene.router, "/api/builds").await;
    assert_eq!(list.text("/items/0/install_url"), install);

    // Testers are told the page, which is for them.
    let tim = Person::named("tim", &scene.house).await;
    join_app(&db, app, &tim, "tester").await;
    let latest = format!("/api/apps/{app}/latest");
    for at in [format!("/api/builds/{id}"), latest] {
        let told = tim.get(&scene.router, &at).await;
        for url in [told.text("/install_url"), told.text("/qr_svg_url")] {
            assert!(!url.contains("link="), "{at}: {url}");
            assert_eq!(open(url).await, 303, "{at}: {url}");
        }
    }
    let list = tim.get(&scene.router, "/api/builds").await;
    assert!(!list.text("/items/0/install_url").contains("link="));
    let theirs = list.text("/items/0/icon_url").to_owned();
    assert_eq!(open(&theirs).await, 200);

    for person in [&dev, &tim] {
        let member = format!("/api/apps/{app}/members/{}", person.account);
        assert_eq!(scene.ada.delete(&scene.router, &member).await.status, 204);
    }
    for url in [install, code, icon, &theirs] {
        assert_eq!(open(url).await, 404, "{url}");
    }
    assert_eq!(open(build.text("/install_url")).await, 200, "Ada still gives hers");
}
