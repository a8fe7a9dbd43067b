//! What is told of how builds are used.

use securevox_testkit::{Ask, Browser, Person};
use sqlx::PgPool;

use crate::{
    make::{SERVICE, SIGNED_APK, Scene, app_of, ipa},
    people::{group, join_app, path, tester},
};

/// Downloads the build of a page by the link on it.
async fn download(scene: &Scene, browser: &mut Browser, build: &str, agent: &str) {
    let page = browser.get(&scene.router, &format!("/builds/{build}")).await;
    let link = path(page.between("large\" href=\"", "\"")).to_owned();
    for _ in 0..2 {
        let ask = Ask::new("GET", &link).header("user-agent", agent).header("range", "bytes=0-9");
        assert_eq!(ask.of(&scene.router).await.status, 206);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn downloads_are_counted_and_outlive_their_build(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, SIGNED_APK).await;
    let told = scene.ada.get(&scene.router, &format!("/api/builds/{build}")).await;
    let (version, number) = (told.text("/version"), told.text("/build_number"));
    let group = group(&scene, "Friends", &app, true).await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let mut bob = tester(&scene, &group, "bob@example.org").await;
    let phone = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile";
    download(&scene, &mut ada, &build, phone).await;
    download(&scene, &mut bob, &build, phone).await;
    let stats = scene.ada.get(&scene.router, &format!("/api/builds/{build}/stats")).await;
    assert_eq!(stats.body["downloads"], 2);
    assert_eq!(stats.body["unique_testers"], 2);
    assert_eq!(stats.body["last_day"], today(&db).await);

    let at = format!("/admin/apps/{app}/analytics");
    let page = ada.get(&scene.router, &at).await;
    assert!(page.html().contains("Android 15") && page.html().contains("<rect"), "{}", page.html());
    assert!(page.html().contains(&format!("href=\"/builds/{build}\"")));

    scene.ada.delete(&scene.router, &format!("/api/builds/{build}")).await;
    let kept = sqlx::query_scalar!(r#"select count(*) as "count!" from downloads"#);
    assert_eq!(kept.fetch_one(&db).await.unwrap(), 0, "who downloaded goes with the build");
    let report = scene.ada.get(&scene.router, &format!("/api/apps/{app}/analytics")).await;
    assert_eq!(report.body["totals"]["downloads"], 2);
    assert_eq!(report.body["totals"]["unique_testers"], 2);
    assert_eq!(report.body["versions"][0]["name"], version);
    assert_eq!(report.body["builds"][0]["deleted"], true);
    let page = ada.get(&scene.router, &at).await;
    assert!(page.html().contains(&format!("{version} ({number}) · Deleted")));
    assert!(!page.html().contains(&format!("href=\"/builds/{build}\"")));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn strangers_count_once_a_day_and_hold_nothing_by_looking(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (_, build) = app_of(&scene, SIGNED_APK).await;
    sqlx::query!("update apps set access = 'public'").execute(&db).await.unwrap();
    sqlx::query!("update builds set wanted_at = null").execute(&db).await.unwrap();
    let wanted = async || {
        let wanted = sqlx::query_scalar!("select wanted_at from builds").fetch_one(&db).await;
        wanted.unwrap().is_some()
    };
    let mut links = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let mut stranger = Browser::at(&scene.house.base.urls.distribution);
        let page = stranger.get(&scene.router, &format!("/builds/{build}")).await;
        links.insert(path(page.between("large\" href=\"", "\"")).to_owned());
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    }
    assert_eq!(links.len(), 2, "each look makes another link");
    assert!(!wanted().await);
    for link in links {
        assert_eq!(Ask::new("GET", &link).of(&scene.router).await.status, 200);
    }
    let feed = format!("/feeds/public/fdroid/repo/{build}.apk");
    for range in ["bytes=0-0", "bytes=0-1"] {
        let part = Ask::new("GET", &feed).header("range", range).of(&scene.router).await;
        assert_eq!(part.status, 206);
    }
    let stats = scene.ada.get(&scene.router, &format!("/api/builds/{build}/stats")).await;
    assert_eq!(stats.body["downloads"], 1);
    assert!(wanted().await, "a download that began");
}

async fn today(db: &PgPool) -> String {
    let day =
        sqlx::query_scalar!(r#"select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as "day!""#);
    day.fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn days_that_cannot_be_are_told(db: PgPool) {
    let scene = Scene::on(db).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let ask = async |query: &str| {
        scene.ada.get(&scene.router, &format!("/api/apps/{app}/analytics?{query}")).await
    };
    for (query, pointer) in [
        ("from=x", "?from"),
        ("from=2026-02-02&to=2026-02-01", "?from"),
        ("from=2020-01-01&to=2026-01-01", "?from"),
        ("from=-200000-01-01&to=-200000-01-02", "?from"),
        ("from=1969-12-30&to=1969-12-31", "?from"),
        ("to=1970-01-05", "?from"),
        ("build=x", "?build"),
    ] {
        let answer = ask(query).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]), "{query}");
    }
    let year = ask("from=2028-01-01&to=2028-12-31").await;
    assert_eq!(year.body["days"].as_array().unwrap().len(), 366);
    let month = ask(&format!("build={build}")).await;
    assert_eq!(month.body["days"].as_array().unwrap().len(), 30);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_page_is_for_developers_and_says_when_it_is_empty(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, _) = app_of(&scene, &ipa("1.0")).await;
    let at = format!("/admin/apps/{app}/analytics");
    let bob = Person::named("bob", &scene.house).await;
    let mut browser = Browser::of(&bob, SERVICE, &scene.house);
    assert_eq!(browser.get(&scene.router, &at).await.status, 404);
    join_app(&db, &app, &bob, "developer").await;
    for query in ["", "?days=7", "?days=90", "?days=12"] {
        let page = browser.get(&scene.router, &format!("{at}{query}")).await;
        assert!(page.html().contains("Nothing was downloaded"), "{query}");
        assert!(page.html().contains("installation="));
    }
}
