//! Who downloaded what, when, and on which device.

use securevox_testkit::{Ask, Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    install::page,
    make::{SERVICE, SIGNED_APK, Scene, installable},
    people::{group, join_app, path, tester},
};

/// Fetches the package behind the button on the page of a build.
async fn fetch(browser: &mut Browser, scene: &Scene, build: &str, agent: &str) {
    let shown = page(browser, scene, build).await;
    let link = path(shown.between("large\" href=\"", "\"")).to_owned();
    let fetched = Ask::new("GET", &link).header("user-agent", agent).of(&scene.router).await;
    assert_eq!(fetched.status, 200, "{fetched:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn developers_see_who_fetched_what(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(SIGNED_APK).await;
    let other = scene.build(&installable("Other", "1.0")).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    fetch(&mut ada, &scene, id, "curl/8.9.1").await;
    let pixel = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/131";
    fetch(&mut bob, &scene, id, pixel).await;
    let mut holder = Browser::at(&scene.house.base.urls.distribution);
    let linked = holder.get(&scene.router, path(build.text("/install_url"))).await;
    let link = path(linked.between("large\" href=\"", "\"")).to_owned();
    Ask::new("GET", &link).header("user-agent", "<b>x</b>").of(&scene.router).await;

    let at = format!("/api/apps/{app}/downloads");
    let log = scene.ada.get(&scene.router, &at).await;
    assert_eq!(log.status, 200, "{log:?}");
    let told: Vec<_> = log.body["items"].as_array().unwrap().iter().collect();
    assert_eq!(told.len(), 3);
    assert_eq!((&told[0]["via"], &told[0]["handle"]), (&json!("link"), &json!(null)));
    assert_eq!((&told[1]["via"], &told[1]["email"]), (&json!("tester"), &json!("bob@example.org")));
    assert_eq!(told[1]["device"]["system"], "Android 15");
    assert_eq!(told[1]["device"]["model"], "Pixel 9");
    assert_eq!((&told[2]["via"], &told[2]["handle"]), (&json!("account"), &json!("ada")));
    assert_eq!(told[2]["device"]["program"], "curl");
    assert!(
        told.iter().all(|one| one["build_id"] == id && one["version"] == build.body["version"])
    );

    // In pages, and of one build.
    let first = scene.ada.get(&scene.router, &format!("{at}?limit=2")).await;
    assert_eq!(first.body["items"].as_array().unwrap().len(), 2);
    let next = format!("{at}?limit=2&after={}", first.text("/next"));
    let last = scene.ada.get(&scene.router, &next).await;
    assert_eq!((&last.body["items"][0], &last.body["next"]), (told[2], &json!(null)));
    let of = |build: &str| format!("{at}?build={build}");
    let count = async |path: String| {
        scene.ada.get(&scene.router, &path).await.body["items"].as_array().unwrap().len()
    };
    assert_eq!((count(of(id)).await, count(of(other.text("/id"))).await), (3, 0));
    let wrong = scene.ada.get(&scene.router, &format!("{at}?build=x")).await;
    assert_eq!(wrong.problem(), (422, "invalid-request"));

    // The same on a page; what clients say of themselves is text.
    let at = format!("/admin/apps/{app}/downloads");
    let shown = ada.get(&scene.router, &at).await;
    for told in ["bob@example.org", "ada", "Pixel 9 · Android 15", "Somebody with an install link"]
    {
        assert!(shown.html().contains(told), "{told} in {}", shown.html());
    }
    assert!(!shown.html().contains("<b>x"));
    let oldest = told[2]["id"].as_str().unwrap();
    let newer = ada.get(&scene.router, &format!("{at}?build={id}&before={oldest}")).await;
    assert_eq!(newer.html().matches("<th scope=\"row\">").count(), 2, "{}", newer.html());
    assert!(newer.html().contains(&format!("?build={id}&#38;after=")), "{}", newer.html());
    let none = ada.get(&scene.router, &format!("{at}?build={}", other.text("/id"))).await;
    assert!(none.html().contains("Nobody has downloaded this build"), "{}", none.html());
    let empty = format!("/admin/apps/{}/downloads", other.text("/app/id"));
    let empty = ada.get(&scene.router, &empty).await;
    assert!(empty.html().contains("Nobody has downloaded anything yet"), "{}", empty.html());

    // Testers of the app do not see each other; strangers see no app.
    let max = Person::named("max", &scene.house).await;
    assert_eq!(max.get(&scene.router, &format!("/api/apps/{app}/downloads")).await.status, 404);
    join_app(&db, app, &max, "tester").await;
    assert_eq!(max.get(&scene.router, &format!("/api/apps/{app}/downloads")).await.status, 403);
    let mut max = Browser::of(&max, SERVICE, &scene.house);
    assert_eq!(max.get(&scene.router, &at).await.status, 403);
    // The log outlives those who are in it.
    sqlx::query!("delete from testers").execute(&db).await.unwrap();
    assert!(ada.get(&scene.router, &at).await.html().contains("A tester who is gone"));
}
