//! How much room screenshots take, and for how long.

use securevox_testkit::{Answer, Browser, Form};
use serde_json::json;
use sqlx::PgPool;

use super::{count, pictures::png};
use crate::make::{SERVICE, Scene, app_of, eventually, ipa};

async fn send(scene: &Scene, build: &str, form: Form) -> Answer {
    scene.ada.upload(&scene.router, &format!("/api/builds/{build}/feedback"), form).await
}

fn shot(side: u32) -> Form {
    Form::default().file("screenshot", "s.png", &png(side, side))
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_has_so_many_bytes_of_them_a_day(db: PgPool) {
    let most = png(9, 9).len() * 2 + 50;
    let settings = [("SECUREVOX_SCREENSHOTS_PER_APP", most.to_string())];
    let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
    let scene = Scene::with(db.clone(), &settings).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    for status in [201, 201, 413] {
        let sent = send(&scene, &build, shot(9)).await;
        assert_eq!(sent.status, status, "{sent:?}");
    }
    let refused = send(&scene, &build, shot(9)).await;
    assert_eq!(refused.problem(), (413, "no-room-for-screenshots"));
    assert_eq!(send(&scene, &build, Form::default().text("rating", "5")).await.status, 201);
    assert_eq!(scene.house.files("storage/screenshots").len(), 2);

    let page = format!("/admin/apps/{app}/storage");
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let shown = browser.get(&scene.router, &page).await;
    let told = sqlx::query_scalar!("select sum(screenshot_bytes)::bigint from feedback");
    let told = told.fetch_one(&db).await.unwrap().unwrap();
    assert!(shown.html().contains(&format!("<dd>{told} ")), "{}", shown.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn they_take_no_room_from_builds(db: PgPool) {
    let scene = Scene::on(db).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let found = scene.ada.get(&scene.router, &format!("/api/builds/{build}")).await;
    let size = usize::try_from(found.body["size"].as_i64().unwrap()).unwrap();
    let quota = json!({ "quota_bytes": size + png(9, 9).len() });
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), quota).await;
    assert_eq!(send(&scene, &build, shot(9)).await.status, 201);
    let refused = send(&scene, &build, shot(9)).await;
    assert_eq!(refused.problem(), (413, "no-room-for-screenshots"));
    // The newest fits by itself.
    scene.build(&ipa("1.1")).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn old_ones_go_and_what_was_said_stays(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    assert_eq!(send(&scene, &build, shot(9)).await.status, 201);
    assert_eq!(send(&scene, &build, shot(9).text("text", "Look")).await.status, 201);
    sqlx::query!("update feedback set created_at = now() - interval '366 days'")
        .execute(&db)
        .await
        .unwrap();
    let young = send(&scene, &build, shot(9)).await;
    eventually(async || {
        sqlx::query!("update jobs set run_at = now() where kind = 'forget-screenshots'")
            .execute(&db)
            .await
            .unwrap();
        count(&db).await == 2
    })
    .await;
    let list = scene.ada.get(&scene.router, &format!("/api/apps/{app}/feedback")).await;
    assert_eq!(list.text("/items/0/id"), young.text("/id"));
    assert!(list.body["items"][0]["screenshot"].is_object());
    assert_eq!(list.text("/items/1/text"), "Look");
    assert!(list.body["items"][1]["screenshot"].is_null());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn json_is_short(db: PgPool) {
    let scene = Scene::on(db).await;
    let (_, build) = app_of(&scene, &ipa("1.0")).await;
    let long = json!({"rating": 5, "text": "x".repeat(64 << 10)});
    let path = format!("/api/builds/{build}/feedback");
    assert_eq!(scene.ada.post(&scene.router, &path, long).await.problem(), (413, "too-large"));
}
