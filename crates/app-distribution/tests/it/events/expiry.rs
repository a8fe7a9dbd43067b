//! Warnings before a signature ends.

use securevox_testkit::Person;
use serde_json::json;
use sqlx::PgPool;

use super::{Receiver, now, proven, webhook, with_mail};
use crate::{
    make::{eventually, form, ipa},
    people::join_app,
};

/// The signature of all builds ends in so many hours.
async fn ends_in(db: &PgPool, hours: i32) {
    sqlx::query!(
        "update builds set signing_expires_at = now() + make_interval(hours => $1)",
        hours
    )
    .execute(db)
    .await
    .unwrap();
}

/// Runs the job once more.
async fn look(db: &PgPool) {
    now(db, "warn-of-expiry").await;
    eventually(async || {
        let waits = sqlx::query_scalar!(
            "select count(*) from jobs where kind = 'warn-of-expiry' and run_at > now() + interval '1 minute'"
        );
        waits.fetch_one(db).await.unwrap() == Some(1)
    })
    .await;
}

async fn warned(db: &PgPool) -> Vec<i32> {
    let days = sqlx::query_scalar!("select days from expiry_warnings order by days desc");
    days.fetch_all(db).await.unwrap()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_end_of_a_signature_is_warned_of_once_at_each_threshold(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let mut receiver = Receiver::start(json!({})).await.unwrap();
    let quietly = |version| form(&ipa(version)).text("notify", "false");
    let app = scene.upload(quietly("1.0")).await.text("/app/id").to_owned();
    let newest = scene.upload(quietly("1.1")).await.text("/id").to_owned();
    for (name, role) in [("dev", "developer"), ("tom", "tester")] {
        let person = Person::named(name, &scene.house).await;
        join_app(&db, &app, &person, role).await;
        proven(&db, &person, &format!("{name}@example.org")).await;
    }
    webhook(&scene, &app, &receiver.url()).await;
    for hours in [31 * 24, 30 * 24 - 1, 8 * 24, 7 * 24 - 1, 25, 23] {
        ends_in(&db, hours).await;
        look(&db).await;
        look(&db).await;
    }
    assert_eq!(warned(&db).await, [30, 7, 1], "of the newest build alone, once each");
    for days in [30, 7, 1] {
        let got = receiver.got().await;
        assert_eq!(got["body"]["type"], "build.expiring");
        assert_eq!(got["body"]["expiring"]["days"], days);
        assert_eq!(got["body"]["build"]["id"], newest.as_str());
        let mail = smtp.mail().await;
        assert_eq!(mail.to, ["dev@example.org"], "testers can do nothing about it");
        assert!(mail.text().contains("Example 1.1 (7) stops to install on"), "{}", mail.text());
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_days_that_were_missed_the_nearest_is_warned_of(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    scene.upload(form(&ipa("1.0")).text("channel", "beta")).await;
    scene.upload(form(&ipa("1.1")).text("channel", "nightly")).await;
    ends_in(&db, 12).await;
    look(&db).await;
    assert_eq!(warned(&db).await, [1, 1], "one in each channel");
    ends_in(&db, 100).await;
    look(&db).await;
    ends_in(&db, -1).await;
    look(&db).await;
    assert_eq!(warned(&db).await, [1, 1], "no larger one after it, and none when it is over");
    scene.upload(form(&ipa("1.2")).text("channel", "nightly")).await;
    ends_in(&db, 12).await;
    sqlx::query!("update builds set status = 'inactive' where version = '1.2'")
        .execute(&db)
        .await
        .unwrap();
    look(&db).await;
    assert_eq!(warned(&db).await, [1, 1], "what is not offered is nobody's trouble");
}
