//! An account gets what its address gets, once that is proven.

use securevox_testkit::{Ask, Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{SERVICE, SIGNED_APK, Scene, form, installable},
    people::{group, invite, open, path, proven, with_mail},
};

/// How many builds the API lists for somebody.
async fn listed(scene: &Scene, person: &Person) -> usize {
    let list = person.get(&scene.router, "/api/builds").await;
    list.body["items"].as_array().map(Vec::len).unwrap()
}

async fn fetch(scene: &Scene, path: &str) -> u16 {
    Ask::new("GET", path).of(&scene.router).await.status.as_u16()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_gets_what_its_proven_address_gets(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let router = &scene.router;
    let build = scene.build(SIGNED_APK).await;
    let (app, id, name) = (build.text("/app/id"), build.text("/id"), build.text("/app/name"));
    let friends = group(&scene, "Friends", app, true).await;
    let (tester, link) = invite(&scene, &friends, "max@example.org").await;
    let max = Person::named("max", &scene.house).await;
    let mut browser = Browser::of(&max, SERVICE, &scene.house);
    let page = format!("/builds/{id}");
    assert_eq!(browser.get(router, &page).await.status, 404);
    let start = browser.get(router, "/").await;
    assert!(!start.html().contains(name) && start.html().contains("href=\"/admin/mail\""));
    // Whoever opened a link that was passed on has proven nothing.
    open(&scene, &link).await;
    assert_eq!(browser.get(router, &page).await.status, 404);

    proven(&db, &max, "max@example.org").await;
    assert!(browser.get(router, "/").await.html().contains(name));
    let shown = browser.get(router, &page).await;
    assert_eq!(shown.status, 200);
    let download = path(shown.between("large\" href=\"", "\"")).to_owned();
    assert_eq!(fetch(&scene, &download).await, 200);
    let latest = format!("/apps/{app}/latest");
    assert_eq!(browser.get(router, &latest).await.header("location"), page);
    for at in [format!("/api/builds/{id}"), format!("/api/apps/{app}/latest")] {
        let told = max.get(router, &at).await;
        assert_eq!((told.status.as_u16(), told.text("/id")), (200, id), "{at}");
        assert!(!told.text("/install_url").contains("link="), "they give it to nobody");
        assert_eq!(told.body["groups"], Value::Null);
    }
    assert_eq!(listed(&scene, &max).await, 1);
    let check = format!("/api/apps/{app}/updates?version=0");
    assert_eq!(max.get(router, &check).await.text("/update/build_id"), id);
    let feed = max.post(router, "/api/feeds", json!({"name": "Phone"})).await;
    let feed = path(feed.text("/news/0/json_url")).to_owned();
    assert_eq!(fetch(&scene, &feed).await, 200);
    let said = format!("/api/builds/{id}/feedback");
    assert_eq!(max.post(router, &said, json!({"rating": 5})).await.status, 201);
    // They test the app, and have nothing to do with it beyond that.
    for (at, status) in [(format!("/admin/apps/{app}"), 404), (format!("/admin/builds/{id}"), 403)]
    {
        assert_eq!(browser.get(router, &at).await.status, status, "{at}");
    }
    assert_eq!(max.get(router, &format!("/api/apps/{app}")).await.status, 404);

    let at = format!("/api/groups/{friends}/testers/{tester}");
    assert_eq!(scene.ada.delete(router, &at).await.status, 204);
    assert_eq!(browser.get(router, &page).await.status, 404);
    assert!(!browser.get(router, "/").await.html().contains(name));
    for gone in [&download, &feed] {
        assert_eq!(fetch(&scene, gone).await, 404, "{gone}");
    }
    assert_eq!(max.get(router, &format!("/api/builds/{id}")).await.status, 404);
    assert_eq!(listed(&scene, &max).await, 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_single_build_opens_no_other(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let builds = [
        scene.build(&installable("Example", "1.0")).await,
        scene.build(&installable("Example", "1.1")).await,
    ];
    let [first, second] = builds.each_ref().map(|build| build.text("/id"));
    let app = builds[0].text("/app/id");
    let single = group(&scene, "Single", app, false).await;
    invite(&scene, &single, "max@example.org").await;
    let max = Person::named("max", &scene.house).await;
    proven(&db, &max, "max@example.org").await;
    let mut browser = Browser::of(&max, SERVICE, &scene.house);
    let page = |build: &str| format!("/builds/{build}");
    for build in [first, second] {
        assert_eq!(browser.get(&scene.router, &page(build)).await.status, 404);
    }
    let give = |build: &str| format!("/api/builds/{build}/groups");
    let named = json!({"groups": ["Single"]});
    scene.ada.post(&scene.router, &give(first), named.clone()).await;
    assert_eq!(browser.get(&scene.router, &page(first)).await.status, 200);
    assert_eq!(browser.get(&scene.router, &page(second)).await.status, 404);
    let latest = format!("/apps/{app}/latest");
    assert_eq!(browser.get(&scene.router, &latest).await.header("location"), page(first));
    let start = browser.get(&scene.router, "/").await;
    assert!(start.html().contains(first) && !start.html().contains(second));
    assert_eq!(listed(&scene, &max).await, 1);

    // Of the older builds, those that they have.
    let third = scene.build(&installable("Example", "1.2")).await;
    scene.ada.post(&scene.router, &give(third.text("/id")), named).await;
    let shown = browser.get(&scene.router, &page(third.text("/id"))).await;
    assert!(shown.html().contains(first) && !shown.html().contains(second), "{}", shown.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_address_takes_what_it_gets_along(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(SIGNED_APK).await;
    let friends = group(&scene, "Friends", build.text("/app/id"), true).await;
    invite(&scene, &friends, "max@example.org").await;
    let (max, eve) =
        (Person::named("max", &scene.house).await, Person::named("eve", &scene.house).await);
    let at = format!("/api/builds/{}", build.text("/id"));
    let seen = async || {
        let (first, second) = (max.get(&scene.router, &at), eve.get(&scene.router, &at));
        (first.await.status.as_u16(), second.await.status.as_u16())
    };
    assert_eq!(seen().await, (404, 404));
    proven(&db, &max, "max@example.org").await;
    assert_eq!(seen().await, (200, 404));
    proven(&db, &eve, "max@example.org").await;
    assert_eq!(seen().await, (404, 200), "whoever reads its mails now");
    sqlx::query!("update accounts set disabled_at = now() where handle = 'eve'")
        .execute(&db)
        .await
        .unwrap();
    assert_ne!(seen().await.1, 200, "an account that is locked sees nothing");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_tester_who_proves_their_address_is_one_person(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone(), &[]).await else { return };
    let router = &scene.router;
    let build = scene.upload(form(SIGNED_APK).text("notify", "false")).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let at = format!("/api/groups/{friends}/testers");
    scene.ada.post(router, &at, json!({"emails": ["max@example.org"]})).await;
    let link = smtp.mail().await.link("http://localhost:8083/t/");
    let (mut tester, _) = open(&scene, &link).await;
    let download = async |browser: &mut Browser| {
        let page = browser.get(router, &format!("/builds/{id}")).await;
        assert_eq!(fetch(&scene, path(page.between("large\" href=\"", "\""))).await, 200);
    };
    download(&mut tester).await;
    let testers = async || {
        let stats = scene.ada.get(router, &format!("/api/builds/{id}/stats")).await;
        (stats.body["downloads"].as_i64().unwrap(), stats.body["unique_testers"].as_i64().unwrap())
    };
    assert_eq!(testers().await, (1, 1));

    let max = Person::named("max", &scene.house).await;
    let mut account = Browser::of(&max, SERVICE, &scene.house);
    let csrf = account.get(router, "/admin/mail").await.hidden("csrf").to_owned();
    let asked = [("csrf", csrf.as_str()), ("email", "max@example.org")];
    account.post(router, "/admin/mail", &asked).await;
    assert_eq!(account.get(router, &format!("/builds/{id}")).await.status, 404, "not yet proven");
    let link = smtp.mail().await.link("http://localhost:8083/mail/");
    let done = account.post(router, path(&link), &[("csrf", &csrf)]).await;
    assert_eq!(done.status, 303);
    download(&mut account).await;
    download(&mut tester).await;
    assert_eq!(testers().await, (3, 1));
    let log = scene.ada.get(router, &format!("/api/apps/{app}/downloads")).await;
    let by: Vec<_> = (0..3).map(|n| log.text(&format!("/items/{n}/via"))).collect();
    assert_eq!(by, ["tester", "account", "tester"]);
    assert_eq!(log.text("/items/1/handle"), "max");
}
