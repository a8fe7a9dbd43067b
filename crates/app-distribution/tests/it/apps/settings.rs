//! The settings of an app, by the API and by its page.

use securevox_testkit::{Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{APK, BUNDLE, SERVICE, Scene, ipa},
    people::join_app,
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn apps_are_listed_shown_changed_and_deleted(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let other = scene.build(APK).await.text("/app/id").to_owned();
    let path = format!("/api/apps/{app}");
    let list = scene.ada.get(&scene.router, "/api/apps?limit=1").await;
    assert_eq!(list.text("/items/0/id"), other);
    let next = format!("/api/apps/?limit=1&after={}", list.text("/next"));
    assert_eq!(scene.ada.get(&scene.router, &next).await.text("/items/0/id"), app);
    let token = scene.ada.api_token_for(app.parse().unwrap(), &["builds:read"], &scene.house).await;
    let restricted = token.get(&scene.router, "/api/apps").await;
    assert_eq!(restricted.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(token.get(&scene.router, &path).await.text("/role"), "owner");
    let hidden = token.get(&scene.router, &format!("/api/apps/{other}")).await;
    assert_eq!(hidden.problem(), (404, "no-such-app"));

    let change = json!({"description": "For us", "play_url": "https://play.google.com/x",
        "keep_builds": 5, "quota_bytes": 1_000_000_000_000_i64});
    let changed = scene.ada.patch(&scene.router, &path, change).await;
    assert_eq!(changed.text("/description"), "For us", "{changed:?}");
    assert_eq!(changed.body["keep_builds"], 5);
    let changed = scene.ada.patch(&scene.router, &path, json!({"description": null})).await;
    assert_eq!(changed.body["description"], Value::Null);
    assert_eq!(changed.body["keep_builds"], 5, "absent stays");
    // The longest age that is taken can be counted back from today.
    let changed = scene.ada.patch(&scene.router, &path, json!({"keep_days": 36_500})).await;
    assert_eq!(changed.body["keep_days"], 36_500, "{changed:?}");
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let room = browser.get(&scene.router, &format!("/admin/apps/{app}/storage")).await;
    assert_eq!(room.status, 200);
    for (body, pointer) in [
        (json!({"access": "password"}), "#/password"),
        (json!({"password": "short"}), "#/password"),
        (json!({"play_url": "javascript:alert(1)"}), "#/play_url"),
        (json!({"testflight_url": "http://testflight.apple.com"}), "#/testflight_url"),
        (json!({"keep_days": 0}), "#/keep_days"),
        (json!({"keep_days": 36_501}), "#/keep_days"),
        (json!({"owner": "me"}), "#/owner"),
    ] {
        let refused = scene.ada.patch(&scene.router, &path, body).await;
        assert_eq!(refused.problem(), (422, "invalid-request"));
        assert_eq!(refused.pointers(), [pointer]);
    }

    let manager = Person::named("max", &scene.house).await;
    join_app(&db, &app, &manager, "manager").await;
    let refused = manager.delete(&scene.router, &path).await;
    assert_eq!(refused.problem(), (403, "app-role-missing"));
    assert_eq!(scene.ada.delete(&scene.router, &path).await.status, 204);
    assert_eq!(scene.ada.get(&scene.router, &path).await.problem(), (404, "no-such-app"));
    let audited = sqlx::query_scalar!("select count(*) from audit where action = 'app.deleted'");
    assert_eq!(audited.fetch_one(&db).await.unwrap(), Some(1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_page_of_an_app_changes_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let path = format!("/admin/apps/{app}");
    Person::named("bob", &scene.house).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &path).await;
    assert_eq!(page.status, 200);
    let csrf = page.hidden("csrf").to_owned();
    let sent = [
        ("csrf", csrf.as_str()),
        ("description", "<b>For us</b>"),
        ("testflight_url", ""),
        ("play_url", "https://play.google.com/x"),
        ("access", "password"),
    ];
    let without = [&sent[..], &[("password", "")]].concat();
    assert_eq!(browser.post(&scene.router, &path, &without).await.status, 422);
    let with = [&sent[..], &[("password", "open sesame")]].concat();
    let saved = browser.post(&scene.router, &path, &with).await;
    assert_eq!(saved.status, 200, "{}", saved.html());
    assert!(saved.html().contains("&#60;b&#62;For us"), "{}", saved.html());
    assert!(!saved.html().contains("open sesame"));

    let members = format!("{path}/members");
    let add = [("csrf", csrf.as_str()), ("handle", "bob"), ("role", "developer")];
    assert_eq!(browser.post(&scene.router, &members, &add).await.status, 303);
    let page = browser.get(&scene.router, &path).await;
    assert!(page.html().contains("bob"));
    let nobody = [("csrf", csrf.as_str()), ("handle", "nobody"), ("role", "developer")];
    assert_eq!(browser.post(&scene.router, &members, &nobody).await.status, 422);
    let forged = [("csrf", "x"), ("handle", "bob"), ("role", "owner")];
    assert_eq!(browser.post(&scene.router, &members, &forged).await.status, 403);

    let delete = format!("{path}/delete");
    let wrong = [("csrf", csrf.as_str()), ("bundle_id", "com.example")];
    assert_eq!(browser.post(&scene.router, &delete, &wrong).await.status, 422);
    let right = [("csrf", csrf.as_str()), ("bundle_id", BUNDLE)];
    assert_eq!(browser.post(&scene.router, &delete, &right).await.header("location"), "/");
    assert_eq!(browser.get(&scene.router, &path).await.status, 404);
}
