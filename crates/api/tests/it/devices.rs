//! `/v1/devices`.

use std::time::Duration;

use securevox_api::Api;
use securevox_protocol::DeviceId;
use securevox_testkit::{House, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::people::{OPEN, PASSWORD, login, login_on, open, refresh, register_phone};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_person_sees_and_renames_their_devices(db: PgPool) {
    let (_house, router) = open(db).await;
    let phone = register_phone(&router, "ada").await;
    let tablet = Person::of(&login_on(&router, "ada", "Tablet").await);
    let devices = tablet.get(&router, "/v1/devices").await;
    assert_eq!(devices.body["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(devices.text("/items/0/name"), "Tablet");
    assert_eq!(devices.body["items"][0]["current"], true);
    assert_eq!(devices.body["items"][1]["current"], false);

    let path = format!("/v1/devices/{}", phone.text("/device_id"));
    let renamed = tablet.patch(&router, &path, json!({ "name": "Ada’s phone" })).await;
    assert_eq!(renamed.status, 200);
    let shown = tablet.get(&router, &path).await;
    assert_eq!(shown.body, renamed.body);
    insta::assert_json_snapshot!(shown.body, {
        ".id" => "[id]", ".created_at" => "[time]", ".last_seen_at" => "[time]"
    }, @r#"
    {
      "created_at": "[time]",
      "current": false,
      "id": "[id]",
      "last_seen_at": "[time]",
      "name": "Ada’s phone",
      "platform": "ios"
    }
    "#);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn bad_names_are_refused(db: PgPool) {
    let (_house, router) = open(db).await;
    let tokens = register_phone(&router, "ada").await;
    let (ada, path) = (Person::of(&tokens), format!("/v1/devices/{}", tokens.text("/device_id")));
    let long = "x".repeat(65);
    for name in ["", &long, "a\u{0}b", "a\nb"] {
        let answer = ada.patch(&router, &path, json!({ "name": name })).await;
        assert_eq!(answer.problem(), (422, "invalid-request"));
        assert_eq!(answer.pointers(), ["#/name"], "{name:?}");
    }
    assert_eq!(ada.patch(&router, &path, json!({ "name": null })).await.pointers(), ["#/name"]);
    // Characters count, not bytes.
    assert_eq!(ada.patch(&router, &path, json!({ "name": "é".repeat(64) })).await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_removed_device_is_out_at_once(db: PgPool) {
    let (_house, router) = open(db).await;
    let lost = register_phone(&router, "ada").await;
    let ada = Person::of(&login(&router, "ada", PASSWORD).await);
    let path = format!("/v1/devices/{}", lost.text("/device_id"));
    assert_eq!(ada.delete(&router, &path).await.status, 204);

    let refused = Person::of(&lost).get(&router, "/v1/account").await;
    assert_eq!(refused.problem(), (401, "unauthenticated"));
    let refused = refresh(&router, lost.text("/refresh_token")).await;
    assert_eq!(refused.problem(), (401, "session-ended"));
    assert_eq!(ada.delete(&router, &path).await.status, 404);
    assert_eq!(ada.get(&router, &path).await.status, 404);
    assert_eq!(ada.patch(&router, &path, json!({ "name": "x" })).await.status, 404);
    let activity = ada.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "device.revoked");
    assert_eq!(activity.text("/items/0/target"), lost.text("/device_id"));
    assert_eq!(activity.text("/items/1/action"), "session.revoked");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_device_whose_session_expired_can_be_removed(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let old = register_phone(&router, "ada").await;
    sqlx::query!("update sessions set expires_at = now()").execute(&db).await.unwrap();
    let ada = Person::of(&login(&router, "ada", PASSWORD).await);
    let path = format!("/v1/devices/{}", old.text("/device_id"));
    assert_eq!(ada.delete(&router, &path).await.status, 204);
    assert_eq!(ada.get(&router, &path).await.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn other_peoples_devices_do_not_exist(db: PgPool) {
    let (house, router) = open(db).await;
    let phone = register_phone(&router, "ada").await;
    let eve = Person::named("eve", &house).await;
    let name = json!({ "name": "Eve’s now" });
    for device in [phone.text("/device_id"), &DeviceId::fresh().to_string(), "nonsense", "%00"] {
        let path = format!("/v1/devices/{device}");
        assert_eq!(eve.get(&router, &path).await.problem(), (404, "about:blank"));
        assert_eq!(eve.patch(&router, &path, name.clone()).await.problem(), (404, "about:blank"));
        assert_eq!(eve.delete(&router, &path).await.problem(), (404, "about:blank"));
    }
    assert_eq!(eve.get(&router, "/v1/devices").await.body["items"], json!([]));
    let own = Person::of(&phone).get(&router, "/v1/devices").await;
    assert_eq!(own.text("/items/0/name"), "Phone");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_has_so_many_devices_however_fast_they_come(db: PgPool) {
    let house = House::on(db).await;
    let two = [OPEN[0], ("SECUREVOX_DEVICES_PER_ACCOUNT", "2")];
    let router = house.router::<Api>(&two).await;
    let phone = register_phone(&router, "ada").await;
    let (one, other) =
        tokio::join!(login_on(&router, "ada", "Tablet"), login_on(&router, "ada", "Laptop"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let refused = if one.status == 409 { one } else { other };
    assert_eq!(refused.problem(), (409, "too-many-devices"));
    assert!(refused.text("/detail").starts_with("2 are allowed"));

    // Without a device there is a way in, to make room.
    let browser = Person::of(&login(&router, "ada", PASSWORD).await);
    let path = format!("/v1/devices/{}", phone.text("/device_id"));
    assert_eq!(browser.delete(&router, &path).await.status, 204);
    assert_eq!(login_on(&router, "ada", "Laptop").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_device_that_signs_out_while_it_is_removed_ends_once(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let tokens = register_phone(&router, "ada").await;
    let (phone, browser) =
        (Person::of(&tokens), Person::of(&login(&router, "ada", PASSWORD).await));
    let path = format!("/v1/devices/{}", tokens.text("/device_id"));
    // Both wait for the session, the one that signs out first.
    let mut holding = db.begin().await.unwrap();
    sqlx::query!("select id from sessions for update").fetch_all(&mut *holding).await.unwrap();
    let a_moment = || tokio::time::sleep(Duration::from_millis(300));
    let removing = async {
        a_moment().await;
        browser.delete(&router, &path).await
    };
    let letting_go = async {
        a_moment().await;
        a_moment().await;
        holding.commit().await
    };
    let signing_out = phone.post(&router, "/v1/auth/logout", Value::Null);
    let (out, removed, _) = tokio::join!(signing_out, removing, letting_go);
    assert_eq!(out.status, 204, "{out:?}");
    // 204 where the machine was busy and the other one came first after all.
    assert!([204, 404].contains(&removed.status.as_u16()), "{removed:?}");
    assert_eq!(browser.get(&router, &path).await.status, 404);
}
