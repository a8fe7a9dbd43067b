//! What arrives at webhooks, over a real receiver that verifies it with the library of
//! Standard Webhooks.

use std::{collections::BTreeSet, time::Duration};

use securevox_protocol::webhooks::DeliveryFault;
use securevox_testkit::Browser;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{Receiver, done, now, proven, scene, webhook, with_mail};
use crate::{
    make::{SERVICE, eventually, form, ipa},
    people::{path, put},
};

const KIND: &str = "deliver-webhook";

/// How many deliveries have a row like that.
async fn count(db: &PgPool, state: &str, tries: i32) -> i64 {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from webhook_deliveries where state = $1 and attempts >= $2"#,
        state,
        tries,
    );
    count.fetch_one(db).await.unwrap()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_receiver_that_was_down_gets_everything_once(db: PgPool) {
    let Some(first) = Receiver::start(json!({})).await else { return };
    let (port, url) = (first.port, first.url());
    drop(first);
    let scene = scene(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let app = build.text("/app/id").to_owned();
    let made = webhook(&scene, &app, &url).await;
    let secret = made.text("/secret").to_owned();

    for version in ["1.1", "1.2", "1.3"] {
        scene.build(&ipa(version)).await;
    }
    let one = format!("/api/builds/{}", build.text("/id"));
    scene.ada.post(&scene.router, &format!("{one}/toggle_active"), json!({})).await;
    // Nothing changes, and nothing is told.
    scene.ada.patch(&scene.router, &one, json!({"status": "inactive"})).await;
    assert_eq!(scene.ada.delete(&scene.router, &one).await.status, 204);
    eventually(async || count(&db, "waiting", 1).await == 5).await;
    let faults = sqlx::query_scalar!("select distinct fault from webhook_deliveries");
    assert_eq!(faults.fetch_all(&db).await.unwrap(), [Some(DeliveryFault::NoAnswer)]);
    let failing = scene.ada.get(&scene.router, &format!("/api/apps/{app}/webhooks")).await;
    assert!(failing.body["items"][0]["failing_since"].is_string());

    let order = json!({"port": port, "secrets": [secret], "status": 500, "answer": "<b>no</b>"});
    let mut receiver = Receiver::start(order).await.unwrap();
    now(&db, KIND).await;
    eventually(async || count(&db, "waiting", 2).await == 5).await;
    let mut refused = BTreeSet::new();
    for _ in 0..5 {
        let got = receiver.got().await;
        assert_eq!((&got["status"], &got["verified"]), (&json!(500), &json!([true])));
        refused.insert(got["id"].as_str().unwrap().to_owned());
    }

    receiver.is_to(json!({"status": 202})).await;
    now(&db, KIND).await;
    let (mut ids, mut kinds) = (BTreeSet::new(), Vec::new());
    for _ in 0..5 {
        let got = receiver.got().await;
        assert_eq!((&got["status"], &got["verified"]), (&json!(202), &json!([true])), "{got}");
        assert_eq!(got["id"], got["body"]["id"]);
        assert_eq!(got["body"]["version"], 1);
        ids.insert(got["id"].as_str().unwrap().to_owned());
        kinds.push(got["body"]["type"].as_str().unwrap().to_owned());
    }
    kinds.sort_unstable();
    let published = "build.published";
    assert_eq!(kinds, ["build.changed", "build.deleted", published, published, published]);
    assert_eq!(ids.len(), 5, "each once");
    assert_eq!(ids, refused, "an id stays");
    done(&db, KIND).await;
    assert_eq!(count(&db, "delivered", 3).await, 5);
    let well = scene.ada.get(&scene.router, &format!("/api/apps/{app}/webhooks")).await;
    assert_eq!(well.body["items"][0]["failing_since"], Value::Null);
    let quiet = tokio::time::timeout(Duration::from_secs(3), receiver.got()).await;
    assert!(quiet.is_err(), "nothing comes twice");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_build_is_told_whole_and_opens_nothing(db: PgPool) {
    let Some(mut receiver) = Receiver::start(json!({})).await else { return };
    let scene = scene(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let made = webhook(&scene, &app, &receiver.url()).await;
    let at = format!("/api/apps/{app}/webhooks/{}", made.text("/id"));
    scene.ada.patch(&scene.router, &at, json!({"channel": "beta"})).await;
    scene.upload(form(&ipa("1.1")).text("channel", "nightly")).await;
    let notes = "ü".repeat(5_000);
    let upload = form(&ipa("1.2")).text("channel", "beta").text("release_notes", &notes);
    let build = scene.upload(upload.text("version", "v1.2")).await;
    let got = receiver.got().await;
    let told = &got["body"]["build"];
    assert_eq!(got["body"]["app"], build.body["app"]);
    for field in ["id", "platform", "bundle_id", "version", "channel", "size", "warnings"] {
        assert_eq!(told[field], build.body[field], "{field}");
    }
    assert_eq!(told["release_notes"].as_str().unwrap().chars().count(), 4_000);
    let page = format!("http://localhost:8083/builds/{}", build.text("/id"));
    assert_eq!(told["page_url"], page.as_str());
    assert!(!got["body"].to_string().contains("link="), "{got}");
    done(&db, KIND).await;

    let log = scene.ada.get(&scene.router, &format!("{at}/deliveries")).await;
    assert_eq!(log.body["items"].as_array().map(Vec::len), Some(1), "nightly is not its channel");
    assert_eq!((log.text("/items/0/state"), log.text("/items/0/answer")), ("delivered", "ok"));
    let one = format!("{at}/deliveries/{}", log.text("/items/0/id"));
    assert_eq!(scene.ada.get(&scene.router, &one).await.body, got["body"]);
    assert_eq!(scene.ada.post(&scene.router, &one, json!({})).await.status, 202);
    assert_eq!(receiver.got().await["id"], got["id"], "sent again it has the same id");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn feedback_is_told_whether_its_version_was_here_or_not(db: PgPool) {
    let Some(mut receiver) = Receiver::start(json!({})).await else { return };
    let scene = scene(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let app = build.text("/app/id").to_owned();
    // What is said of no build is of no channel, and told to those of one channel, too.
    let order = json!({"url": receiver.url(), "events": ["feedback.created"], "channel": "beta"});
    scene.ada.post(&scene.router, &format!("/api/apps/{app}/webhooks"), order).await;
    let key = put(&scene, &scene.ada, &format!("/api/apps/{app}/feedback-key"), json!({})).await;
    let at = path(key.text("/url")).to_owned();
    let known = json!({"rating": 5, "version": "1.0"});
    assert_eq!(scene.ada.post(&scene.router, &at, known.clone()).await.status, 201);
    let said = json!({"rating": 2, "text": "It is slow", "version": "9.9", "build": "99"});
    assert_eq!(scene.ada.post(&scene.router, &at, said).await.status, 201);
    let got = receiver.got().await["body"].clone();
    assert_eq!((&got["type"], &got["build"]), (&json!("feedback.created"), &Value::Null));
    assert_eq!(got["app"], build.body["app"]);
    let page = format!("http://localhost:8083/admin/apps/{app}/feedback");
    let told = json!({"rating": 2, "text": "It is slow", "version": "9.9", "build_number": "99",
        "page_url": page});
    assert_eq!(got["feedback"], told);

    sqlx::query!("update webhooks set channel = null").execute(&db).await.unwrap();
    scene.ada.post(&scene.router, &at, known).await;
    let got = receiver.got().await["body"].clone();
    assert_eq!(got["build"]["id"], build.body["id"]);
    assert_eq!(
        (&got["feedback"]["version"], &got["feedback"]["build_number"]),
        (&json!("1.0"), &json!("7"))
    );
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn for_a_day_both_secrets_verify(db: PgPool) {
    let Some(mut receiver) = Receiver::start(json!({})).await else { return };
    let scene = scene(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let made = webhook(&scene, &app, &receiver.url()).await;
    let at = format!("/api/apps/{app}/webhooks/{}", made.text("/id"));
    let rotated = scene.ada.post(&scene.router, &format!("{at}/secret"), json!({})).await;
    let secrets = json!([made.text("/secret"), rotated.text("/secret"), "whsec_AAAA"]);
    receiver.is_to(json!({"secrets": secrets})).await;
    let test = format!("{at}/test");
    assert_eq!(scene.ada.post(&scene.router, &test, json!({})).await.status, 202);
    let got = receiver.got().await;
    assert_eq!((&got["signatures"], &got["verified"]), (&json!(2), &json!([true, true, false])));
    assert_eq!(got["body"]["type"], "webhook.test");
    assert_eq!(got["body"]["build"], Value::Null);
    sqlx::query!("update webhooks set old_secret_until = now()").execute(&db).await.unwrap();
    scene.ada.post(&scene.router, &test, json!({})).await;
    let got = receiver.got().await;
    assert_eq!((&got["signatures"], &got["verified"]), (&json!(1), &json!([false, true, false])));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_a_receiver_answers_is_shown_and_runs_nowhere(db: PgPool) {
    let long = format!("<script>alert(1)</script>\u{0}{}", "x".repeat(100_000));
    let order = json!({"answer": long, "status": 404});
    let Some(mut receiver) = Receiver::start(order).await else { return };
    let scene = scene(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let made = webhook(&scene, &app, &receiver.url()).await;
    let path = format!("/admin/apps/{app}/webhooks/{}", made.text("/id"));
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, &path).await.hidden("csrf").to_owned();
    let sent = browser.post(&scene.router, &format!("{path}/test"), &[("csrf", &csrf)]).await;
    assert_eq!(sent.header("location"), format!("{path}?sent=1"));
    let shown = browser.get(&scene.router, sent.header("location")).await;
    assert!(shown.html().contains("role=\"status\""));
    receiver.got().await;
    done(&db, KIND).await;
    let page = browser.get(&scene.router, &path).await;
    assert!(page.html().contains("&#60;script&#62;alert(1)"), "{}", page.html());
    assert!(page.html().len() < 20_000);
    let log = scene.ada.get(&scene.router, &format!("/api{}/deliveries", &path[6..])).await;
    assert_eq!(
        (log.text("/items/0/state"), &log.body["items"][0]["attempts"]),
        ("failed", &json!(1))
    );
    let again = format!("{path}/deliveries/{}", log.text("/items/0/id"));
    assert_eq!(browser.post(&scene.router, &again, &[("csrf", &csrf)]).await.status, 303);
    receiver.got().await;
    done(&db, KIND).await;
    let unknown = format!("{path}/deliveries/{}", made.text("/id"));
    assert_eq!(browser.post(&scene.router, &unknown, &[("csrf", &csrf)]).await.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn one_that_is_gone_is_turned_off_and_its_managers_told(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let mut receiver = Receiver::start(json!({"status": 410})).await.unwrap();
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    proven(&db, &scene.ada, "ada@example.org").await;
    let made = webhook(&scene, &app, &receiver.url()).await;
    scene.build(&ipa("1.1")).await;
    receiver.got().await;
    let mail = smtp.mail().await;
    assert_eq!(mail.to, ["ada@example.org"]);
    assert!(mail.text().contains("410 Gone"), "{}", mail.text());
    assert!(mail.text().contains(made.text("/id")), "{}", mail.text());
    let at = format!("/api/apps/{app}/webhooks/{}", made.text("/id"));
    let off = scene.ada.get(&scene.router, &at).await;
    assert_eq!((&off.body["enabled"], off.text("/disabled_because")), (&json!(false), "gone"));
    scene.build(&ipa("1.2")).await;
    let count = sqlx::query_scalar!("select count(*) from webhook_deliveries");
    assert_eq!(count.fetch_one(&db).await.unwrap(), Some(1), "it is told nothing more");
    let on = scene.ada.patch(&scene.router, &at, json!({"enabled": true})).await;
    assert_eq!((&on.body["enabled"], &on.body["disabled_because"]), (&json!(true), &Value::Null));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn one_that_takes_nothing_for_days_is_turned_off(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let mut receiver = Receiver::start(json!({"status": 503})).await.unwrap();
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    proven(&db, &scene.ada, "ada@example.org").await;
    let made = webhook(&scene, &app, &receiver.url()).await;
    for version in ["1.1", "1.2"] {
        scene.build(&ipa(version)).await;
        receiver.got().await;
    }
    eventually(async || count(&db, "waiting", 1).await == 2).await;
    // Three days later: the older one has had its tries.
    sqlx::query!(
        "update webhook_deliveries set attempts = 41
         where id = (select id from webhook_deliveries order by id limit 1)"
    )
    .execute(&db)
    .await
    .unwrap();
    sqlx::query!("update webhooks set failing_since = now() - interval '3 days'")
        .execute(&db)
        .await
        .unwrap();
    now(&db, KIND).await;
    assert_eq!(smtp.mail().await.to, ["ada@example.org"]);
    now(&db, KIND).await;
    done(&db, KIND).await;
    assert_eq!(count(&db, "failed", 1).await, 2, "what waited is given up with it");
    let at = format!("/api/apps/{app}/webhooks/{}", made.text("/id"));
    let off = scene.ada.get(&scene.router, &at).await;
    assert_eq!((&off.body["enabled"], off.text("/disabled_because")), (&json!(false), "failing"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn addresses_that_became_ours_are_not_called(db: PgPool) {
    // The settings allow nothing: the row is from a time when they did.
    let scene = crate::make::Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let made = webhook(&scene, &app, "https://example.org/").await;
    sqlx::query!("update webhooks set url = 'http://127.0.0.1:9/'").execute(&db).await.unwrap();
    scene.build(&ipa("1.1")).await;
    done(&db, KIND).await;
    let at = format!("/api/apps/{app}/webhooks/{}/deliveries", made.text("/id"));
    let log = scene.ada.get(&scene.router, &at).await;
    assert_eq!((log.text("/items/0/state"), log.text("/items/0/fault")), ("failed", "refused"));
}
