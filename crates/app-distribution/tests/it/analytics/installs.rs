//! Installs, which apps tell of by their update check.

use securevox_testkit::Ask;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use crate::make::{Scene, app_of, installable, ipa};

async fn check(scene: &Scene, app: &str, query: &str) -> Value {
    let answer =
        Ask::new("GET", &format!("/api/apps/{app}/updates?{query}")).of(&scene.router).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

async fn stats(scene: &Scene, build: &str) -> (i64, Value) {
    let answer = scene.ada.get(&scene.router, &format!("/api/builds/{build}/stats/")).await;
    (answer.body["installs"].as_i64().unwrap(), answer.body)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_installation_is_counted_once_for_each_build(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, first) = app_of(&scene, &installable("Example", "1.0")).await;
    let (_, second) = app_of(&scene, &installable("Example", "1.1")).await;
    let phone = Uuid::new_v4();
    for _ in 0..3 {
        let query =
            format!("version=1.0&build=7&installation={phone}&os=iOS%2018.1&model=iPad13,4");
        let told = check(&scene, &app, &query).await;
        assert_eq!(told["update"]["version"], "1.1");
    }
    assert_eq!(stats(&scene, &first).await.0, 1);
    check(&scene, &app, &format!("version=1.1&installation={phone}")).await;
    assert_eq!((stats(&scene, &first).await.0, stats(&scene, &second).await.0), (1, 1));

    // Without an id, of an unknown version, or of another platform, nothing is counted.
    for query in [
        "version=1.1".to_owned(),
        format!("version=9.9&installation={}", Uuid::new_v4()),
        format!("installation={}", Uuid::new_v4()),
        format!("version=1.1&installation={}", Uuid::nil()),
        format!("version=1.1&platform=android&installation={}", Uuid::new_v4()),
    ] {
        check(&scene, &app, &query).await;
    }
    assert_eq!(stats(&scene, &second).await.0, 1);
    let broken = Ask::new("GET", &format!("/api/apps/{app}/updates?installation=x"));
    assert_eq!(broken.of(&scene.router).await.pointers(), ["?installation"]);

    let path = format!("/api/apps/{app}/analytics");
    let report = scene.ada.get(&scene.router, &path).await;
    assert_eq!(report.body["totals"]["installs"], 2);
    let systems = report.body["systems"].as_array().unwrap();
    assert!(systems.iter().any(|system| system["name"] == "iPadOS 18"), "{systems:?}");
    // What is kept is no id that anybody knows.
    let kept =
        sqlx::query_scalar!("select installation from installs").fetch_all(&db).await.unwrap();
    assert!(kept.iter().all(|mark| mark.len() == 32 && !mark.starts_with(phone.as_bytes())));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn strangers_cannot_fill_the_table(db: PgPool) {
    let limits = [("SECUREVOX_INSTALLS_PER_ADDRESS", "5"), ("SECUREVOX_INSTALLS_PER_APP", "3")];
    let scene = Scene::with(db, &limits).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    for _ in 0..12 {
        check(&scene, &app, &format!("version=1.0&installation={}", Uuid::new_v4())).await;
    }
    assert_eq!(stats(&scene, &build).await.0, 3);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn many_at_once_are_counted_once(db: PgPool) {
    let scene = Scene::on(db).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let phone = Uuid::new_v4();
    let ask = || {
        let query = format!("version=1.0&installation={phone}");
        let (router, path) = (scene.router.clone(), format!("/api/apps/{app}/updates?{query}"));
        async move { Ask::new("GET", &path).of(&router).await.status.as_u16() }
    };
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    assert_eq!([a, b, c, d], [200; 4]);
    assert_eq!(stats(&scene, &build).await.0, 1);
}
