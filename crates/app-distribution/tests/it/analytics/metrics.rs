//! What Prometheus is told, and the dashboard that shows it.

use std::{collections::BTreeSet, fs, path::Path};

use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, Wire};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use crate::make::{Scene, eventually, form, ipa, ipa_of, request};

async fn ask(url: &str, head: &str, body: &[u8]) -> Answer {
    let mut wire = Wire::open(url).await;
    wire.send(head).await;
    wire.send(body).await;
    wire.answer().await
}

/// The metrics that the dashboard shows.
fn named() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grafana/distribution.json");
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let targets = dashboard["panels"].as_array().unwrap().iter();
    let expressions = targets.flat_map(|panel| panel["targets"].as_array().unwrap());
    let words = expressions.flat_map(|target| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        target["expr"].as_str().unwrap().split(move |c| !plain(c))
    });
    words.filter(|word| word.starts_with("securevox_")).map(ToOwned::to_owned).collect()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_dashboard_shows_what_there_is(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    // Which versions are used is asked for when the service starts.
    let used = scene.build(&ipa_of("com.example.used", "0.9", 0)).await;
    let path = format!("/api/builds/{}/download", used.text("/id"));
    let link = scene.ada.get(&scene.router, &path).await.header("location").to_owned();
    assert_eq!(scene.ada.get(&scene.router, &link).await.status, 200);
    let serving = scene.house.serve::<Distribution>(&[]).await;
    let metrics = async || {
        let head = "GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n";
        ask(&serving.internal, head, b"").await.html().to_owned()
    };
    let mut builds = Vec::new();
    for package in [ipa("1.0"), ipa("1.0"), b"no package".to_vec()] {
        let (head, body) = request(&scene.ada, form(&package));
        builds.push(ask(&serving.url, &format!("{head}\r\n"), &body).await);
    }
    assert_eq!([0, 1, 2].map(|at| builds[at].status.as_u16()), [201, 200, 422]);
    let (app, build) = (builds[0].text("/app/id"), builds[0].text("/id"));
    let get = async |path: &str| {
        let token = &scene.ada.token;
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
        ask(&serving.url, &head, b"").await
    };
    let link = get(&format!("/api/builds/{build}/download")).await;
    let link = link.header("location").to_owned();
    for _ in 0..2 {
        assert_eq!(get(&link).await.status, 200);
    }
    let phone = Uuid::new_v4();
    get(&format!("/api/apps/{app}/updates?version=1.0&installation={phone}")).await;
    let said = format!(
        "POST /api/builds/{build}/feedback HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 12\r\n\r\n",
        scene.ada.token
    );
    assert_eq!(ask(&serving.url, &said, b"{\"rating\":5}").await.status, 201);

    let prefix = "securevox_app_distribution_";
    let stored = format!("{prefix}stored_bytes");
    let told = metrics().await;
    for line in [
        r#"uploads_total{platform="ios",result="new"} 1"#,
        r#"uploads_total{platform="ios",result="known"} 1"#,
        r#"uploads_total{platform="unknown",result="refused"} 1"#,
        r#"downloads_total{platform="ios"} 1"#,
        r#"installs_total{platform="ios"} 1"#,
        r#"feedback_total{origin="api"} 1"#,
        r#"package_inspection_seconds_count{platform="ios"} 2"#,
        r#"recent_downloads{app="com.example.used",platform="ios",version="0.9"} 1"#,
        r#"recent_installs{app="com.example.used",platform="ios",version="0.9"} 0"#,
    ] {
        assert!(told.contains(&format!("\n{prefix}{line}\n")), "{line} in {told}");
    }
    // Until it is this copy's turn, and not that of the scene's own.
    eventually(async || {
        sqlx::query!("update jobs set run_at = now()").execute(&db).await.unwrap();
        metrics().await.contains(&format!("{prefix}jobs_total{{"))
    })
    .await;
    let (told, named) = (metrics().await, named());
    assert!(named.len() >= 7 && named.contains(&stored), "{named:?}");
    for name in named {
        let known = |end: char| told.contains(&format!("\n{name}{end}"));
        assert!(known('{') || known(' '), "{name} in {told}");
    }
}
