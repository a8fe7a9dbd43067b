//! `GET /api/builds`, of which a part is asked for.

use serde_json::Value;
use sqlx::PgPool;

use crate::make::{Scene, form, ipa, ipa_of};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn builds_are_found_by_what_was_said_of_them(db: PgPool) {
    let scene = Scene::on(db).await;
    let commits = ["0A1b2c3d", "0a1bffff", "ffffffff"];
    for (number, commit) in commits.iter().enumerate() {
        let sent = form(&ipa(&format!("1.{number}"))).text("commit", commit);
        let channel = if number == 0 { "nightly" } else { "beta" };
        let branch = if number == 1 { "feature/x&y" } else { "main" };
        let sent = sent.text("channel", channel).text("branch", branch);
        assert_eq!(scene.upload(sent).await.status, 201);
    }
    scene.build(&ipa_of("com.example.other", "1.2", 0)).await;
    for (query, found) in [
        ("channel=beta", &["1.2", "1.1"][..]),
        ("channel=Beta", &[]),
        ("branch=feature%2Fx%26y", &["1.1"]),
        ("commit=0a1b", &["1.1", "1.0"]),
        ("commit=0A1B2C3D", &["1.0"]),
        ("commit=0a1b%25", &[]),
        ("commit=1b", &[]),
        ("version=1.2", &["1.2", "1.2"]),
        ("version=1.2&channel=beta", &["1.2"]),
        ("channel=beta&branch=main&commit=f&version=1.2&platform=ios", &["1.2"]),
        ("channel=beta&platform=android", &[]),
    ] {
        let answer = scene.ada.get(&scene.router, &format!("/api/builds?{query}")).await;
        let items = answer.body["items"].as_array().unwrap();
        let versions: Vec<&str> = items.iter().filter_map(|b| b["version"].as_str()).collect();
        assert_eq!(versions, found, "{query}");
    }
    let first = scene.ada.get(&scene.router, "/api/builds?branch=main&limit=1").await;
    let next = first.text("/next");
    let rest = format!("/api/builds?branch=main&limit=1&after={next}");
    let rest = scene.ada.get(&scene.router, &rest).await;
    assert_eq!((rest.text("/items/0/version"), &rest.body["next"]), ("1.0", &Value::Null));
    for query in ["commit=", "channel=%00", &format!("version={}", "1".repeat(256))] {
        let refused = scene.ada.get(&scene.router, &format!("/api/builds?{query}")).await;
        let name = query.split('=').next().unwrap();
        assert_eq!(refused.status, 422, "{query}");
        assert_eq!(refused.pointers()[0], format!("?{name}"));
    }
}
