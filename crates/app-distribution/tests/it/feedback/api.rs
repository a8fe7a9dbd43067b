//! The API of feedback.

use securevox_testkit::{Answer, Ask, Form, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    count,
    pictures::{bomb, png, polyglot},
};
use crate::{
    make::{Scene, app_of, ipa, ipa_of},
    people::{join_app, put},
};

async fn say(scene: &Scene, build: &str, body: Value) -> Answer {
    scene.ada.post(&scene.router, &format!("/api/builds/{build}/feedback/"), body).await
}

async fn send(scene: &Scene, build: &str, form: Form) -> Answer {
    scene.ada.upload(&scene.router, &format!("/api/builds/{build}/feedback"), form).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_said_is_read_by_the_developers(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let body = json!({"rating": 4, "text": " It works\r\nmostly ", "device": "iPhone17,1",
        "os": "iOS 18.1", "locale": "it-IT", "context": {"screen": "Login"}});
    let said = say(&scene, &build, body).await;
    assert_eq!(said.status, 201, "{said:?}");
    let list = scene.ada.get(&scene.router, &format!("/api/builds/{build}/feedback")).await;
    let entry = &list.body["items"][0];
    assert_eq!(entry["id"], said.body["id"]);
    assert_eq!(entry["text"], "It works\nmostly");
    assert_eq!((&entry["version"], &entry["build_number"]), (&json!("1.0"), &json!("7")));
    assert_eq!((&entry["author"], &entry["origin"]), (&json!("ada"), &json!("api")));
    assert_eq!(entry["context"], json!({"screen": "Login"}));
    assert!(entry["screenshot"].is_null() && entry["resolved_at"].is_null());

    let at = format!("/api/apps/{app}/feedback/{}", said.text("/id"));
    let done = scene.ada.patch(&scene.router, &at, json!({"resolved": true})).await;
    assert!(done.body["resolved_at"].is_string(), "{done:?}");
    let open = scene.ada.patch(&scene.router, &at, json!({"resolved": false})).await;
    assert!(open.body["resolved_at"].is_null());

    // It outlives the build, and says of which it was.
    scene.ada.delete(&scene.router, &format!("/api/builds/{build}")).await;
    let kept = scene.ada.get(&scene.router, &at).await;
    assert_eq!((kept.text("/version"), &kept.body["build_id"]), ("1.0", &Value::Null));
    assert_eq!(scene.ada.delete(&scene.router, &at).await.status, 204);
    assert_eq!(scene.ada.delete(&scene.router, &at).await.problem(), (404, "no-such-feedback"));
    let acts =
        sqlx::query_scalar!("select action from audit where action like 'feedback.%' order by id");
    let acts = acts.fetch_all(&db).await.unwrap();
    assert_eq!(acts, ["feedback.resolved", "feedback.reopened", "feedback.deleted"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_list_is_filtered_and_has_pages(db: PgPool) {
    let scene = Scene::on(db).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let (_, other) = app_of(&scene, &ipa("2.0")).await;
    for stars in 1..=5 {
        say(&scene, &build, json!({"rating": stars})).await;
    }
    let last = say(&scene, &other, json!({"rating": 5, "text": "=1+1"})).await;
    let path = format!("/api/apps/{app}/feedback/{}", last.text("/id"));
    scene.ada.patch(&scene.router, &path, json!({"resolved": true})).await;
    let found = async |query: &str| {
        let path = format!("/api/apps/{app}/feedback?{query}");
        scene.ada.get(&scene.router, &path).await
    };
    let number = async |query: &str| found(query).await.body["items"].as_array().unwrap().len();
    assert_eq!(number("").await, 6);
    assert_eq!(number("rating=5").await, 2);
    assert_eq!(number("rating=5&resolved=false").await, 1);
    assert_eq!(number("resolved=true").await, 1);
    assert_eq!(number(&format!("build={build}")).await, 5);
    let first = found("limit=4").await;
    let next = format!("limit=4&after={}", first.text("/next"));
    assert_eq!(number(&next).await, 2);
    assert_eq!(found("rating=6").await.pointers(), ["?rating"]);
    assert_eq!(found("limit=0").await.pointers(), ["?limit"]);

    let table =
        scene.ada.get(&scene.router, &format!("/api/apps/{app}/feedback.csv?rating=5")).await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert!(table.header("content-disposition").starts_with("attachment"));
    assert_eq!(table.html().lines().count(), 3);
    assert!(table.html().contains(",\"'=1+1\","), "{}", table.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_cannot_be_is_told_with_its_place(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (_, build) = app_of(&scene, &ipa("1.0")).await;
    let many: serde_json::Map<String, Value> =
        (0..21).map(|n| (n.to_string(), json!("x"))).collect();
    for (body, pointer) in [
        (json!({}), "#/text"),
        (json!({"text": " \n "}), "#/text"),
        (json!({"text": "x".repeat(5_001)}), "#/text"),
        (json!({"text": "a\u{0}b"}), "#/text"),
        (json!({"rating": 0}), "#/rating"),
        (json!({"rating": 6}), "#/rating"),
        (json!({"rating": "good"}), "#/rating"),
        (json!({"rating": 3, "device": "x".repeat(101)}), "#/device"),
        (json!({"rating": 3, "locale": "x".repeat(36)}), "#/locale"),
        (json!({"rating": 3, "context": many}), "#/context"),
        (json!({"rating": 3, "context": {"x": "y".repeat(501)}}), "#/context"),
        (json!({"rating": 3, "context": {"x": 1}}), "#/context/x"),
        (json!({"rating": 3, "email": "x"}), "#/email"),
    ] {
        let answer = say(&scene, &build, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec![pointer]), "{body}");
    }
    for (form, pointer) in [
        (Form::default().text("rating", "good"), "#/rating"),
        (Form::default().text("rating", "3").text("context", "[1]"), "#/context"),
        (Form::default().text("rating", "3").text("context", "{"), "#/context"),
        (Form::default().text("rating", "3").text("other", "x"), "#/other"),
    ] {
        assert_eq!(send(&scene, &build, form).await.pointers(), [pointer]);
    }
    let most = "x".repeat(5_000);
    assert_eq!(say(&scene, &build, json!({"text": most})).await.status, 201);
    assert_eq!(count(&db).await, 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_screenshot_is_a_picture_and_nothing_else(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let shot = |bytes: &[u8]| Form::default().file("screenshot", "../../evil.html", bytes);
    let said = send(&scene, &build, shot(&polyglot())).await;
    assert_eq!(said.status, 201, "{said:?}");
    let entry = format!("/api/apps/{app}/feedback/{}", said.text("/id"));
    let told = scene.ada.get(&scene.router, &entry).await;
    let expected = json!({"media_type": "image/png", "width": 40, "height": 30,
        "url": format!("{}api/apps/{app}/feedback/{}/screenshot", scene.house.base.urls.distribution, said.text("/id"))});
    assert_eq!(told.body["screenshot"], expected);
    let file = scene.ada.get(&scene.router, &format!("{entry}/screenshot")).await;
    assert!(file.bytes == png(40, 30), "the picture, without its text and what came behind it");
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        (
            "content-disposition",
            "attachment; filename=\"screenshot.png\"; filename*=UTF-8''screenshot.png",
        ),
    ] {
        assert_eq!(file.header(name), value);
    }

    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for bytes in [&b"<html>"[..], svg, b"GIF89a", &bomb(), &png(40, 30)[..60], b"\xff\xd8\xff\xe0"]
    {
        let answer = send(&scene, &build, shot(bytes)).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (422, vec!["#/screenshot"]));
    }
    let large = send(&scene, &build, shot(&vec![0; 11 << 20])).await;
    assert_eq!(large.problem(), (413, "too-large"));
    assert_eq!(count(&db).await, 1);
    assert_eq!(scene.house.files("spool").len(), 0);
    assert_eq!(scene.house.files("storage/screenshots").len(), 1);
    assert_eq!(scene.ada.delete(&scene.router, &entry).await.status, 204);
    assert_eq!(scene.house.files("storage/screenshots").len(), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_app_speaks_with_its_key_alone(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let at = format!("/api/apps/{app}/feedback-key");
    assert_eq!(scene.ada.get(&scene.router, &at).await.problem(), (404, "no-such-feedback-key"));
    let made = put(&scene, &scene.ada, &at, Value::Null).await;
    let key = crate::people::path(made.text("/url")).to_owned();
    let say =
        async |path: &str, body: Value| Ask::new("POST", path).json(&body).of(&scene.router).await;
    let known = say(&key, json!({"text": "Hello", "version": "1.0", "build": "7"})).await;
    assert_eq!(known.status, 201, "{known:?}");
    let other = say(&key, json!({"rating": 1, "version": "0.1"})).await;
    let show = async |id: &str| {
        scene.ada.get(&scene.router, &format!("/api/apps/{app}/feedback/{id}")).await.body
    };
    let known = show(known.text("/id")).await;
    assert_eq!((&known["build_id"], &known["origin"]), (&json!(build), &json!("app")));
    assert!(known["author"].is_null());
    let other = show(other.text("/id")).await;
    assert_eq!((&other["build_id"], &other["version"]), (&Value::Null, &json!("0.1")));

    let renewed = put(&scene, &scene.ada, &at, Value::Null).await;
    assert_eq!(say(&key, json!({"rating": 1})).await.problem(), (404, "no-such-feedback-key"));
    let key = crate::people::path(renewed.text("/url"));
    assert_eq!(say(key, json!({"rating": 1})).await.status, 201);
    assert_eq!(scene.ada.delete(&scene.router, &at).await.status, 204);
    assert_eq!(say(key, json!({"rating": 1})).await.status, 404);
    assert_eq!(count(&db).await, 3);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nobody_is_believed_without_end(db: PgPool) {
    let limits = [
        ("SECUREVOX_FEEDBACK_PER_PERSON", "2"),
        ("SECUREVOX_FEEDBACK_PER_ADDRESS", "3"),
        ("SECUREVOX_FEEDBACK_PER_APP", "100"),
    ];
    let scene = Scene::with(db.clone(), &limits).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let made = put(&scene, &scene.ada, &format!("/api/apps/{app}/feedback-key"), Value::Null).await;
    let key = crate::people::path(made.text("/url"));
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(say(&scene, &build, json!({"rating": 5})).await.status.as_u16());
    }
    for _ in 0..4 {
        let said = Ask::new("POST", key).json(&json!({"rating": 5})).of(&scene.router).await;
        told.push(said.status.as_u16());
    }
    assert_eq!(told, [201, 201, 429, 201, 201, 201, 429]);
    assert_eq!(count(&db).await, 5);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_said_of_another_app_is_not_there(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let (other, _) = app_of(&scene, &ipa_of("com.example.other", "1.0", 0)).await;
    let bob = Person::named("bob", &scene.house).await;
    join_app(&db, &other, &bob, "owner").await;
    let said = send(&scene, &build, Form::default().file("screenshot", "x.png", &png(9, 9))).await;
    let id = said.text("/id");
    for at in [app.as_str(), &other] {
        for end in ["", "/screenshot"] {
            let path = format!("/api/apps/{at}/feedback/{id}{end}");
            assert_eq!(bob.get(&scene.router, &path).await.status, 404, "{path}");
        }
        let path = format!("/api/apps/{at}/feedback/{id}");
        assert_eq!(bob.patch(&scene.router, &path, json!({"resolved": true})).await.status, 404);
        assert_eq!(bob.delete(&scene.router, &path).await.status, 404);
    }
    assert_eq!(count(&db).await, 1);
}
