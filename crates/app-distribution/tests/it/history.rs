//! The log of an app: every act, by whom, and only for its managers and owners.

use securevox_testkit::{Ask, Browser, Form, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{
    make::{Scene, ada, form, ipa, ipa_of},
    people::{group, invite, join_app, put},
};

async fn log(scene: &Scene, app: &str) -> Vec<Value> {
    let answer = scene.ada.get(&scene.router, &format!("/api/apps/{app}/log?limit=100")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_act_is_in_the_log_of_its_app(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let (app, id) = (build.text("/app/id").to_owned(), build.text("/id").to_owned());
    let other = scene.build(&ipa_of("com.example.other", "1.0", 0)).await;
    Person::named("bob", &scene.house).await;
    let (api, path) = (format!("/api/apps/{app}"), format!("/api/builds/{id}"));

    scene.upload(form(&ipa("1.0")).text("channel", "beta")).await;
    scene.ada.patch(&scene.router, &api, json!({"description": "x"})).await;
    let member = json!({"handle": "bob", "role": "developer"});
    let member = put(&scene, &scene.ada, &format!("{api}/members"), member).await;
    let member = format!("{api}/members/{}", member.text("/account_id"));
    scene.ada.delete(&scene.router, &member).await;
    scene.ada.patch(&scene.router, &path, json!({"pinned": true})).await;
    let group = group(&scene, "Some", &app, false).await;
    let (tester, _) = invite(&scene, &group, "eve@example.org").await;
    let give = json!({"groups": ["Some"]});
    scene.ada.post(&scene.router, &format!("{path}/groups"), give).await;
    let links = format!("/api/groups/{group}/links");
    let link = scene.ada.post(&scene.router, &links, json!({})).await;
    let link = format!("{links}/{}", link.text("/id"));
    scene.ada.delete(&scene.router, &link).await;
    scene.ada.patch(&scene.router, &format!("/api/groups/{group}"), json!({"name": "All"})).await;
    let mapping = Form::default().file("file", "m", b"# pg_map_id: 1\na.B -> c:\n");
    let symbols = scene.ada.upload(&scene.router, &format!("{path}/symbols"), mapping).await;
    let symbols = format!("{path}/symbols/{}", symbols.text("/id"));
    scene.ada.delete(&scene.router, &symbols).await;
    scene.ada.delete(&scene.router, &format!("/api/groups/{group}/testers/{tester}")).await;
    scene.ada.delete(&scene.router, &format!("/api/groups/{group}/apps/{app}")).await;
    scene.ada.delete(&scene.router, &path).await;
    Ask::new("PUT", &format!("{api}/feedback-key")).by(&scene.ada).of(&scene.router).await;
    let told = scene.ada.get(&scene.router, &format!("{api}/notifications")).await;
    put(&scene, &scene.ada, &format!("{api}/notifications"), told.body).await;
    let hook = json!({"url": "https://hooks.example.org/secret", "events": ["build.published"]});
    let hook = scene.ada.post(&scene.router, &format!("{api}/webhooks"), hook).await;
    let hook = format!("{api}/webhooks/{}", hook.text("/id"));
    assert_eq!(scene.ada.delete(&scene.router, &hook).await.status, 204);
    let exported = scene.ada.get(&scene.router, &format!("{api}/devices/export")).await;
    assert_eq!(exported.status, 200);

    let entries = log(&scene, &app).await;
    let actions: Vec<&str> =
        entries.iter().rev().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "app.created",
            "build.uploaded",
            "build.uploaded_again",
            "app.changed",
            "app.member_set",
            "app.member_removed",
            "build.changed",
            "group.app_attached",
            "tester.added",
            "build.given",
            "join_link.created",
            "join_link.withdrawn",
            "group.renamed",
            "symbols.uploaded",
            "symbols.deleted",
            "tester.removed",
            "group.app_detached",
            "build.deleted",
            "app.feedback_key_made",
            "app.notifications_changed",
            "webhook.created",
            "webhook.deleted",
            "enrolled_device.exported",
        ]
    );
    assert!(entries.iter().all(|entry| entry["actor"] == "ada"));
    let subject = |action: &str| {
        let entry = entries.iter().find(|entry| entry["action"] == action).unwrap();
        entry["subject"].clone()
    };
    assert_eq!(subject("app.member_set"), "bob");
    assert_eq!(subject("group.app_attached"), "All", "as it is called now");
    assert_eq!(subject("tester.added"), "eve@example.org");
    assert_eq!(subject("build.deleted"), "1.0", "as it was called");
    assert_eq!(subject("webhook.deleted"), "hooks.example.org");

    // What was done to the other app is in its log alone.
    let others = log(&scene, other.text("/app/id")).await;
    assert_eq!(others.len(), 2);
    assert_eq!(others[0]["subject"], "1.0");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_log_is_read_page_by_page_by_managers(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let api = format!("/api/apps/{app}/log");
    let first = scene.ada.get(&scene.router, &format!("{api}?limit=1")).await;
    assert_eq!(first.text("/items/0/action"), "build.uploaded");
    let next = format!("{api}?limit=1&after={}", first.text("/next"));
    let second = scene.ada.get(&scene.router, &next).await;
    assert_eq!(second.text("/items/0/action"), "app.created");
    assert!(second.body["next"].is_null());
    let newer = format!("/admin/apps/{app}/log?before={}", second.text("/items/0/id"));
    let newer = ada(&scene).get(&scene.router, &newer).await;
    let html = newer.html();
    assert!(html.contains("uploaded a build") && !html.contains("made the app"), "{html}");
    assert!(html.contains("rel=\"next\"") && !html.contains("rel=\"prev\""));
    let bob = Person::named("bob", &scene.house).await;
    assert_eq!(bob.get(&scene.router, &api).await.status, 404);
    join_app(&db, &app, &bob, "developer").await;
    assert_eq!(bob.get(&scene.router, &api).await.problem(), (403, "app-role-missing"));

    // What retention does has no actor.
    sqlx::query!(
        "insert into audit (id, action, target, apps) select gen_random_uuid(), 'build.retired', id::text, array[id] from apps"
    )
    .execute(&db)
    .await
    .unwrap();
    let mut browser = ada(&scene);
    let page = format!("/admin/apps/{app}/log");
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains("<b>ada</b> uploaded a build: <b>1.0</b>"), "{}", shown.html());
    assert!(shown.html().contains("<b>The server</b> deleted a build by retention"));
    browser.language = "it".to_owned();
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains("<b>ada</b> ha caricato una build: <b>1.0</b>"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn administrators_read_what_was_deleted(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let other = scene.build(&ipa_of("com.example.other", "2.0", 0)).await;
    let gone = scene.ada.delete(&scene.router, &format!("/api/apps/{app}")).await;
    assert_eq!(gone.status, 204);
    let root = Person::admin("root", &scene.house).await;
    let told = async |query: &str| {
        let answer = root.get(&scene.router, &format!("/api/log{query}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let items = answer.body["items"].as_array().unwrap().clone();
        let line =
            |item: &Value| format!("{} {}", item["action"], item["subject"]).replace('"', "");
        items.iter().map(line).collect::<Vec<_>>()
    };
    let of_app = ["app.deleted Example", "build.uploaded 1.0", "app.created Example"];
    assert_eq!(told(&format!("?app={app}")).await, of_app);
    let all = told("").await;
    assert!(all.contains(&"build.uploaded 2.0".to_owned()) && all.len() >= 5, "{all:?}");
    assert!(!all.iter().any(|line| line.starts_with("session.started")));
    assert_eq!(told(&format!("?app={}", other.text("/app/id"))).await.len(), 2);
    let refused = scene.ada.get(&scene.router, "/api/log").await;
    assert_eq!(refused.problem(), (403, "role-missing"));
    let mut browser = Browser::of(&root, "app-distribution", &scene.house);
    let page = browser.get(&scene.router, "/admin/log").await;
    assert!(page.html().contains("deleted the app: <b>Example</b>"), "{}", page.html());
    assert_eq!(ada(&scene).get(&scene.router, "/admin/log").await.status, 403);
}
