//! Who learns of a device that was enrolled.

use std::time::Duration;

use securevox_testkit::{Browser, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{Receiver, done, proven, with_few_mails, with_mail};
use crate::{
    enrolment::{OTHER, UDID, enrol, upload},
    make::{SERVICE, eventually},
    people::{join_app, path},
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn developers_learn_of_a_new_device_once(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let mut receiver = Receiver::start(json!({})).await.unwrap();
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    done(&db, "tell-testers").await;
    let dev = Person::named("dev", &scene.house).await;
    let tom = Person::named("tom", &scene.house).await;
    for (person, email, role) in
        [(&dev, "dev@example.org", "developer"), (&tom, "tom@example.org", "tester")]
    {
        join_app(&db, app, person, role).await;
        proven(&db, person, email).await;
    }
    // It is about no build, so a channel keeps nothing from it.
    let order = json!({"url": receiver.url(), "events": ["device.enrolled"], "channel": "beta"});
    let made = scene.ada.post(&scene.router, &format!("/api/apps/{app}/webhooks"), order).await;
    assert_eq!(made.status, 201, "{made:?}");
    let mut safari = Browser::of(&tom, SERVICE, &scene.house);
    enrol(&scene, &mut safari, id, UDID).await;

    let got = receiver.got().await["body"].clone();
    let page = format!("http://localhost:8083/admin/apps/{app}/devices");
    assert_eq!((&got["type"], &got["build"]), (&json!("device.enrolled"), &Value::Null));
    assert_eq!(got["app"], build.body["app"]);
    let device = &got["device"];
    assert_eq!((&device["model"], &device["os"]), (&json!("iPhone 14"), &json!("iOS 16")));
    assert_eq!(device["page_url"], page.as_str());
    let list = scene.ada.get(&scene.router, &format!("/api/apps/{app}/devices")).await;
    assert_eq!(device["id"], list.body["items"][0]["id"]);
    assert!(!got.to_string().contains(UDID), "{got}");
    let mail = smtp.mail().await;
    let text = mail.text();
    assert_eq!(mail.to, ["dev@example.org"], "testers can do nothing about it");
    assert!(text.contains("Subject: Example: new device"), "{text}");
    assert!(text.contains("iPhone 14 =C2=B7 iOS 16") && !text.contains(UDID), "{text}");
    assert_eq!(mail.link("http://localhost:8083/admin/"), page);

    // The same phone again, by its owner and by somebody else.
    enrol(&scene, &mut safari, id, UDID).await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    enrol(&scene, &mut ada, id, UDID).await;
    let quiet = tokio::time::timeout(Duration::from_secs(2), receiver.got()).await;
    assert!(quiet.is_err(), "it is known");
    assert_eq!(waiting_mails(&db).await, 0);

    // Whoever wants no mail gets none of the next one.
    let end = mail.link("http://localhost:8083/unsubscribe/");
    let end = path(&end).trim_end_matches('>').to_owned();
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    assert_eq!(browser.post(&scene.router, &end, &[("scope", "app")]).await.status, 200);
    enrol(&scene, &mut safari, id, OTHER).await;
    assert_eq!(receiver.got().await["body"]["type"], "device.enrolled");
    done(&db, "deliver-webhook").await;
    assert_eq!(waiting_mails(&db).await, 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_got_as_many_mails_as_they_may_learns_of_it_later(db: PgPool) {
    let Some((scene, mut smtp)) = with_few_mails(db.clone(), "1").await else { return };
    let build = upload(&scene, "1.0", &[]).await;
    done(&db, "tell-testers").await;
    proven(&db, &scene.ada, "ada@example.org").await;
    let mut safari = Browser::of(&scene.ada, SERVICE, &scene.house);
    enrol(&scene, &mut safari, build.text("/id"), UDID).await;
    smtp.mail().await;
    done(&db, "mail-member").await;
    enrol(&scene, &mut safari, build.text("/id"), OTHER).await;
    eventually(async || {
        let waits = sqlx::query_scalar!(
            "select count(*) from jobs
             where kind = 'mail-member' and attempts = 0 and run_at > now() + interval '1 minute'"
        );
        waits.fetch_one(&db).await.unwrap() == Some(1)
    })
    .await;
    assert_eq!(waiting_mails(&db).await, 0);
}

async fn waiting_mails(db: &PgPool) -> i64 {
    let waiting =
        sqlx::query_scalar!(r#"select count(*) as "count!" from jobs where kind = 'send-mail'"#);
    waiting.fetch_one(db).await.unwrap()
}
