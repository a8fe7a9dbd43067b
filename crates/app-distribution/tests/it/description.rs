//! `/v1/openapi.json` says what the service does: no more, no less.

use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, Ask};
use serde_json::Value;
use sqlx::PgPool;

use crate::make::{Scene, form, ipa};

async fn document(scene: &Scene) -> Value {
    // Anybody may read it.
    let answer = Ask::new("GET", "/v1/openapi.json").of(&scene.router).await;
    assert_eq!(answer.status, 200);
    answer.body
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_route_is_described(db: PgPool) {
    let scene = Scene::on(db).await;
    let document = document(&scene).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();

    let routes = format!("{:?}", scene.house.routes::<Distribution>(&[]).await);
    let is_api = |part: &&str| part.starts_with("/api/") || part.starts_with("/v1/");
    let mut served: Vec<&str> = routes.split('"').filter(is_api).collect();
    served.sort_unstable();
    served.dedup();
    assert!(served.len() >= 5, "{routes}");
    assert_eq!(described, served);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_description_has_a_route(db: PgPool) {
    let scene = Scene::on(db).await;
    let document = document(&scene).await;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let url = path.replace(['{', '}'], "");
        let answer = Ask::new("TRACE", &url).of(&scene.router).await;
        assert_eq!(answer.problem(), (405, "about:blank"), "{path}");
        let mut allowed: Vec<String> =
            answer.header("allow").split(',').map(str::to_lowercase).collect();
        let operations = operations.as_object().unwrap();
        // `HEAD` comes with each `GET`, and is described where it says more.
        allowed.retain(|method| method != "head" || operations.contains_key("head"));
        allowed.sort_unstable();
        let described: Vec<&String> = operations.keys().collect();
        assert_eq!(described, allowed.iter().collect::<Vec<_>>(), "{path}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_answered_is_described(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_DOWNLOAD_LIFETIME", "0s")]).await;
    let document = document(&scene).await;
    let check = |route: &str, answer: &Answer| {
        let (method, path) = route.split_once(' ').unwrap();
        let responses = &document["paths"][path][method]["responses"];
        let status = answer.status.as_str();
        assert!(responses[status].is_object(), "{route} answers {status}, which is not described");
        assert!(responses["503"].is_object(), "{route}");
    };
    let build = scene.build(&ipa("1.0")).await;
    check("post /api/builds", &build);
    check("post /api/builds", &scene.upload(form(&ipa("1.0"))).await);
    check("post /api/builds", &scene.upload(form(b"")).await);
    let (list, show) = ("/api/builds", format!("/api/builds/{}", build.text("/id")));
    let download = format!("{show}/download");
    let link = scene.ada.get(&scene.router, &download).await.header("location").to_owned();
    for (route, path) in [
        ("get /api/builds", list),
        ("get /api/builds", "/api/builds?limit=0"),
        ("get /api/builds/{build}", &show),
        ("get /api/builds/{build}", "/api/builds/x"),
        ("get /api/builds/{build}/download", &download),
        ("get /api/downloads/{token}", &link),
        ("get /api/downloads/{token}", "/api/downloads/x"),
    ] {
        check(route, &scene.ada.get(&scene.router, path).await);
        check(route, &Ask::new("GET", path).of(&scene.router).await);
    }
}
