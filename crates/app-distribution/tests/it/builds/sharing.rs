//! Links by which developers share a build: until when, how often, and whose they are.

use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{SERVICE, SIGNED_APK, Scene},
    people::{join_app, path},
};

/// A link that Ada makes.
async fn share(scene: &Scene, build: &str, order: Value) -> Answer {
    let at = format!("/api/builds/{build}/links");
    let made = scene.ada.post(&scene.router, &at, order).await;
    assert_eq!(made.status, 201, "{made:?}");
    made
}

/// What somebody is shown who opens a link.
async fn open(scene: &Scene, url: &str) -> Answer {
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let leads = browser.get(&scene.router, path(url)).await;
    match leads.status.as_u16() {
        303 => browser.get(&scene.router, leads.header("location")).await,
        _ => leads,
    }
}

/// The package on such a page.
fn package(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.html());
    path(page.between("large\" href=\"", "\"")).to_owned()
}

async fn fetch(scene: &Scene, package: &str) -> u16 {
    Ask::new("GET", package).of(&scene.router).await.status.as_u16()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_is_made_listed_and_withdrawn(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(SIGNED_APK).await;
    let id = build.text("/id");
    let made = share(&scene, id, json!({"expires_in_hours": 24, "note": " For the board "})).await;
    let page = open(&scene, made.text("/url")).await;
    assert!(page.html().contains(build.text("/app/name")));
    let package = package(&page);
    assert_eq!(fetch(&scene, &package).await, 200);
    assert_eq!(fetch(&scene, &package).await, 200, "the same fetch again");

    let at = format!("/api/builds/{id}/links");
    let listed = scene.ada.get(&scene.router, &at).await;
    assert_eq!(listed.text("/items/0/note"), "For the board");
    assert_eq!(listed.text("/items/0/created_by_handle"), "ada");
    assert_eq!(listed.body["items"][0]["installs"], 1, "it is counted once");
    assert!(!listed.body.to_string().contains(path(made.text("/url"))), "the code is told once");
    for (body, pointer) in [
        (json!({"expires_in_hours": 0}), "#/expires_in_hours"),
        (json!({"expires_in_hours": 2161}), "#/expires_in_hours"),
        (json!({"expires_in_hours": 1, "installs": 0}), "#/installs"),
        (json!({"expires_in_hours": 1, "note": "x".repeat(201)}), "#/note"),
    ] {
        assert_eq!(scene.ada.post(&scene.router, &at, body).await.pointers(), [pointer]);
    }
    let of_link = format!("{at}/{}", made.text("/id"));
    assert_eq!(scene.ada.delete(&scene.router, &of_link).await.status, 204);
    let gone = scene.ada.delete(&scene.router, &of_link).await;
    assert_eq!(gone.problem(), (404, "no-such-share-link"));
    assert_eq!(open(&scene, made.text("/url")).await.status, 410);
    assert_eq!(fetch(&scene, &package).await, 404, "what was opened by it ends too");
    let log =
        scene.ada.get(&scene.router, &format!("/api/apps/{}/log", build.text("/app/id"))).await;
    let log = log.body.to_string();
    assert!(log.contains("share_link.created") && log.contains("share_link.withdrawn"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_ends_with_its_time_its_build_and_its_maker(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(SIGNED_APK).await;
    let (id, app) = (build.text("/id"), build.text("/app/id"));
    let dev = Person::named("dev", &scene.house).await;
    join_app(&db, app, &dev, "developer").await;
    let at = format!("/api/builds/{id}/links");
    let made = dev.post(&scene.router, &at, json!({"expires_in_hours": 1})).await;
    let url = made.text("/url");
    let package = package(&open(&scene, url).await);
    let told = async || (open(&scene, url).await.status.as_u16(), fetch(&scene, &package).await);
    assert_eq!(told().await, (200, 200));

    sqlx::query!("update builds set status = 'inactive'").execute(&db).await.unwrap();
    assert_eq!(told().await, (404, 404));
    sqlx::query!("update builds set status = 'active'").execute(&db).await.unwrap();
    assert_eq!(told().await, (200, 200));
    let of_dev = format!("/api/apps/{app}/members/{}", dev.account);
    assert_eq!(scene.ada.delete(&scene.router, &of_dev).await.status, 204);
    assert_eq!(told().await, (404, 404), "whoever gave it sees it no longer");
    join_app(&db, app, &dev, "developer").await;
    assert_eq!(told().await, (200, 200));
    sqlx::query!("update share_links set expires_at = now()").execute(&db).await.unwrap();
    assert_eq!(told().await, (410, 404));
    let listed = scene.ada.get(&scene.router, &at).await;
    assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_is_for_as_many_as_it_says(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(SIGNED_APK).await;
    let order = json!({"expires_in_hours": 1, "installs": 2});
    let made = share(&scene, build.text("/id"), order).await;
    let url = made.text("/url");
    let mut packages = Vec::new();
    for _ in 0..3 {
        packages.push(package(&open(&scene, url).await));
        // Links say until when they work to the second.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    }
    assert_eq!(fetch(&scene, &packages[0]).await, 200);
    let (one, other) = tokio::join!(fetch(&scene, &packages[1]), fetch(&scene, &packages[2]));
    let mut told = [one, other];
    told.sort_unstable();
    assert_eq!(told, [200, 410], "two never take the last one");
    assert_eq!(fetch(&scene, &packages[0]).await, 200, "who began goes on");
    assert_eq!(open(&scene, url).await.status, 410);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_page_of_a_build_makes_links(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(SIGNED_APK).await;
    let at = format!("/admin/builds/{}", build.text("/id"));
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, &at).await.hidden("csrf").to_owned();
    let csrf = ("csrf", csrf.as_str());
    let order = [csrf, ("expires_in_hours", "168"), ("note", "<Board>"), ("installs", "3")];
    let made = browser.post(&scene.router, &format!("{at}/links"), &order).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, "no-store"));
    let url = made.between("<p class=\"code\">", "</p>").to_owned();
    assert_eq!(open(&scene, &url).await.status, 200);
    let wrong = [csrf, ("expires_in_hours", "9999"), ("note", ""), ("installs", "many")];
    assert_eq!(browser.post(&scene.router, &format!("{at}/links"), &wrong).await.status, 422);
    let page = browser.get(&scene.router, &at).await;
    assert!(page.html().contains("&#60;Board&#62;") && page.html().contains("0/3"));
    assert!(!page.html().contains(path(&url)), "it is shown once");
    let withdraw = page.between(&format!("action=\"{at}/links/"), "\"").to_owned();
    let withdrawn = browser.post(&scene.router, &format!("{at}/links/{withdraw}"), &[csrf]).await;
    assert_eq!(withdrawn.status, 303);
    assert_eq!(open(&scene, &url).await.status, 410);
}
