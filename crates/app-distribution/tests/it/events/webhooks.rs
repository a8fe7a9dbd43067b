//! Who may have webhooks, and which.

use securevox_testkit::{Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::webhook;
use crate::{
    make::{APK, SERVICE, Scene, ipa},
    people::join_app,
};

const URL: &str = "https://hooks.example.org/x";

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn webhooks_are_made_changed_and_deleted(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let at = format!("/api/apps/{app}/webhooks");
    let order = json!({"url": format!(" {URL} "), "format": "slack", "channel": " beta ",
        "events": ["build.expiring", "build.published", "build.published"]});
    let made = scene.ada.post(&scene.router, &at, order).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["events"], json!(["build.published", "build.expiring"]));
    assert_eq!((made.text("/url"), made.text("/channel")), (URL, "beta"));
    let secret = made.text("/secret").to_owned();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let one = format!("{at}/{}", made.text("/id"));
    let shown = scene.ada.get(&scene.router, &one).await;
    assert_eq!((shown.text("/format"), &shown.body["secret"]), ("slack", &Value::Null));

    let stored = sqlx::query_scalar!("select secret from webhooks").fetch_one(&db).await.unwrap();
    let plain = secret.trim_start_matches("whsec_").as_bytes();
    assert!(!stored.windows(8).any(|part| plain.starts_with(part)), "it is sealed");

    let change = json!({"channel": "", "enabled": false, "format": "generic"});
    let changed = scene.ada.patch(&scene.router, &one, change).await;
    assert_eq!((&changed.body["channel"], &changed.body["enabled"]), (&Value::Null, &json!(false)));
    assert_eq!(changed.text("/url"), URL);
    let list = scene.ada.get(&scene.router, &at).await;
    assert_eq!(list.body["items"][0], changed.body);
    assert_eq!(scene.ada.delete(&scene.router, &one).await.status, 204);
    assert_eq!(scene.ada.get(&scene.router, &one).await.problem(), (404, "no-such-webhook"));
    let audited = sqlx::query_scalar!("select count(*) from audit where action like 'webhook.%'");
    assert_eq!(audited.fetch_one(&db).await.unwrap(), Some(3));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_wrong_with_a_webhook_is_told(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_WEBHOOKS_PER_APP", "1")]).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let at = format!("/api/apps/{app}/webhooks");
    let events = json!(["build.published"]);
    for (body, pointer) in [
        (json!({"url": "http://hooks.example.org/", "events": events}), "#/url"),
        (json!({"url": "https://127.0.0.1/", "events": events}), "#/url"),
        (json!({"url": "https://10.0.0.1/", "events": events}), "#/url"),
        (json!({"url": "https://ada:pw@example.org/", "events": events}), "#/url"),
        (json!({"url": "https://example.org:22/", "events": events}), "#/url"),
        (json!({"url": "x", "events": events}), "#/url"),
        (json!({"url": format!("{URL}{}", "a".repeat(2_000)), "events": events}), "#/url"),
        (json!({"url": URL, "events": []}), "#/events"),
        (json!({"url": URL, "events": ["webhook.test"]}), "#/events"),
        (json!({"url": URL, "events": ["build.eaten"]}), "#/events/0"),
        (json!({"url": URL, "events": events, "channel": "a\nb"}), "#/channel"),
    ] {
        let refused = scene.ada.post(&scene.router, &at, body.clone()).await;
        assert_eq!(refused.problem(), (422, "invalid-request"), "{body}");
        assert_eq!(refused.pointers(), [pointer], "{body}");
    }
    let order = json!({"url": URL, "events": events});
    let (one, other) = tokio::join!(
        scene.ada.post(&scene.router, &at, order.clone()),
        scene.ada.post(&scene.router, &at, order),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "an app has as many as it may");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn webhooks_are_for_managers_of_their_app(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let other = scene.build(APK).await.text("/app/id").to_owned();
    let id = webhook(&scene, &app, URL).await.text("/id").to_owned();
    let one = format!("/api/apps/{app}/webhooks/{id}");
    let stranger = Person::named("eve", &scene.house).await;
    let developer = Person::named("dev", &scene.house).await;
    let manager = Person::named("max", &scene.house).await;
    join_app(&db, &app, &developer, "developer").await;
    join_app(&db, &app, &manager, "manager").await;
    for (person, told) in [(&stranger, 404), (&developer, 403), (&manager, 200)] {
        assert_eq!(person.get(&scene.router, &one).await.status, told);
        let secret = person.post(&scene.router, &format!("{one}/secret"), json!({})).await;
        assert_eq!(secret.status, told);
        let log = person.get(&scene.router, &format!("{one}/deliveries")).await;
        assert_eq!(log.status, told);
    }
    // The id of a webhook opens it below its own app alone.
    let elsewhere = format!("/api/apps/{other}/webhooks/{id}");
    assert_eq!(scene.ada.get(&scene.router, &elsewhere).await.problem(), (404, "no-such-webhook"));
    let read = scene.ada.api_token(&["builds:write"], &scene.house).await;
    assert_eq!(read.get(&scene.router, &one).await.status, 403);

    // A developer sees the tab, and no address.
    let mut browser = Browser::of(&developer, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &format!("/admin/apps/{app}/webhooks")).await;
    assert_eq!(page.status, 200);
    assert!(!page.html().contains("hooks.example.org"), "{}", page.html());
    let refused = browser.get(&scene.router, &format!("/admin/apps/{app}/webhooks/{id}")).await;
    assert_eq!(refused.status, 403);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_pages_of_webhooks_work(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let at = format!("/admin/apps/{app}/webhooks");
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, &at).await.hidden("csrf").to_owned();
    let proof = ("csrf", csrf.as_str());
    let wrong = [proof, ("url", "http://x"), ("format", "generic"), ("build.published", "on")];
    let refused = browser.post(&scene.router, &at, &wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.html());
    assert!(refused.html().contains("Must begin with https://"));
    let right = [proof, ("url", URL), ("format", "generic"), ("build.published", "on")];
    let made = browser.post(&scene.router, &at, &right).await;
    assert_eq!(made.status, 200, "{}", made.html());
    assert!(made.html().contains("whsec_"));
    assert_eq!(made.header("cache-control"), "no-store");
    let id = sqlx::query_scalar!("select id from webhooks").fetch_one(&db).await.unwrap();
    let one = format!("{at}/{id}");
    let page = browser.get(&scene.router, &one).await;
    assert!(!page.html().contains("whsec_"), "it is shown once");
    assert!(browser.get(&scene.router, &at).await.html().contains("hooks.example.org"));

    let rotated = browser.post(&scene.router, &format!("{one}/secret"), &[proof]).await;
    assert!(rotated.html().contains("whsec_"));
    let change = [proof, ("url", URL), ("format", "discord"), ("build.deleted", "on")];
    assert_eq!(browser.post(&scene.router, &one, &change).await.status, 200);
    let row = sqlx::query!("select format, events, enabled from webhooks").fetch_one(&db).await;
    let row = row.unwrap();
    assert_eq!((row.format.as_str(), row.enabled), ("discord", false));
    assert_eq!(row.events, ["build.deleted"]);
    let forged = [("csrf", "x")];
    assert_eq!(browser.post(&scene.router, &format!("{one}/delete"), &forged).await.status, 403);
    let gone = browser.post(&scene.router, &format!("{one}/delete"), &[proof]).await;
    assert_eq!(gone.header("location"), at);
    let settings = format!("/admin/apps/{app}/notifications");
    let saved = browser.post(&scene.router, &settings, &[proof, ("mail_language", "it")]).await;
    assert_eq!(saved.status, 200);
    let api = scene.ada.get(&scene.router, &format!("/api/apps/{app}/notifications")).await;
    assert_eq!(api.body, json!({"mail_builds": false, "mail_language": "it"}));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_box_of_the_form_is_kept(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let at = format!("/admin/apps/{app}/webhooks");
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &at).await;
    let csrf = page.hidden("csrf").to_owned();
    let boxes = page.html().split("type=\"checkbox\" name=\"").skip(1);
    let names = boxes.map(|rest| rest.split('"').next().unwrap());
    let names: Vec<&str> = names.filter(|name| name.contains('.')).collect();
    assert!(names.contains(&"device.enrolled"), "{names:?}");
    for name in &names {
        let sent = [("csrf", csrf.as_str()), ("url", URL), ("format", "generic"), (name, "on")];
        let made = browser.post(&scene.router, &at, &sent).await;
        assert_eq!(made.status, 200, "{name}");
    }
    let kept = sqlx::query_scalar!("select events from webhooks order by id").fetch_all(&db).await;
    let kept: Vec<String> = kept.unwrap().into_iter().flatten().collect();
    assert_eq!(kept, names);
}
