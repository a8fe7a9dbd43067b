//! `POST /v1/auth/login`.

use std::time::Duration;

use securevox_api::Api;
use securevox_testkit::{Answer, House, Person};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::task::JoinSet;

use crate::people::{OPEN, PASSWORD, login, login_on, open, post, register};

fn without_id(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    body["request_id"].take();
    body
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_handle_and_its_password_open_the_account(db: PgPool) {
    let (_house, router) = open(db).await;
    let registered = register(&router, "ada").await;
    let answer = login(&router, " ADA ", PASSWORD).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text("/account_id"), registered.text("/account_id"));
    assert_ne!(answer.text("/session_id"), registered.text("/session_id"));
    assert_eq!(answer.body["device_id"], Value::Null);
    assert_eq!(Person::of(&answer).get(&router, "/v1/account").await.text("/handle"), "ada");

    let on_device = login_on(&router, "ada", "Tablet").await;
    let path = format!("/v1/devices/{}", on_device.text("/device_id"));
    assert_eq!(Person::of(&on_device).get(&router, &path).await.text("/name"), "Tablet");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_unknown_handle_and_a_wrong_password_are_told_alike(db: PgPool) {
    let (house, router) = open(db).await;
    register(&router, "ada").await;
    // An account that signs in elsewhere has no password.
    Person::named("elsewhere", &house).await;
    let wrong = login(&router, "ada", "not her password").await;
    assert_eq!(wrong.problem(), (401, "wrong-credentials"));
    for handle in ["nobody", "elsewhere", "", "a\u{0}da", &"x".repeat(10_000)] {
        let unknown = login(&router, handle, PASSWORD).await;
        assert_eq!(unknown.status, 401);
        assert_eq!(without_id(&unknown), without_id(&wrong), "{handle}");
    }
    assert_eq!(login(&router, "ada", "a\u{0}b").await.status, 401);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_locked_account_is_told_to_who_knows_its_password_alone(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    register(&router, "ada").await;
    sqlx::query!("update accounts set disabled_at = now()").execute(&db).await.unwrap();
    assert_eq!(login(&router, "ada", PASSWORD).await.problem(), (403, "account-locked"));
    assert_eq!(
        login(&router, "ada", "a guess, no more").await.problem(),
        (401, "wrong-credentials")
    );
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn bad_devices_are_named(db: PgPool) {
    let (_house, router) = open(db).await;
    let with = async |device: Value| {
        let body = json!({ "handle": "ada", "password": PASSWORD, "device": device });
        post(&router, "/v1/auth/login", &body).await
    };
    let long = with(json!({ "name": "x".repeat(65), "platform": "cli" })).await;
    assert_eq!((long.problem().0, long.pointers()), (422, vec!["#/device/name"]));
    let strange = with(json!({ "name": "x", "platform": "fridge" })).await;
    assert_eq!(strange.pointers(), ["#/device/platform"]);
    let wrong = with(json!({ "name": ["x"], "platform": "cli" })).await;
    assert_eq!(wrong.pointers(), ["#/device/name"]);
    let unknown = with(json!({ "name": "x", "platform": "cli", "color": "red" })).await;
    assert_eq!(unknown.pointers(), ["#/device/color"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_is_tried_so_often(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[OPEN[0], ("SECUREVOX_LOGINS_PER_ACCOUNT", "2")]).await;
    register(&router, "ada").await;
    assert_eq!(login(&router, "ada", "a first guess").await.status, 401);
    assert_eq!(login(&router, "Ada", "a second guess").await.status, 401);
    let limited = login(&router, "ADA ", PASSWORD).await;
    assert_eq!(limited.problem(), (429, "too-many-requests"));
    let wait: u64 = limited.header("retry-after").parse().unwrap();
    assert!((1..=31).contains(&wait), "{wait}");
    assert_eq!(login(&router, "bob", PASSWORD).await.status, 401);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_address_tries_so_often(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[("SECUREVOX_LOGINS_PER_ADDRESS", "2")]).await;
    assert_eq!(login(&router, "ada", PASSWORD).await.status, 401);
    assert_eq!(login(&router, "bob", PASSWORD).await.status, 401);
    assert_eq!(login(&router, "eve", PASSWORD).await.problem(), (429, "too-many-requests"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_would_only_wait_is_told_to_come_back(db: PgPool) {
    let house = House::on(db).await;
    // One is hashed, one waits.
    let few = [OPEN[2], ("SECUREVOX_PASSWORD_CONCURRENCY", "1"), ("SECUREVOX_PASSWORD_QUEUE", "1")];
    let router = house.router::<Api>(&few).await;
    let mut logins = JoinSet::new();
    for _ in 0..8 {
        let router = router.clone();
        logins.spawn(async move { login(&router, "ada", PASSWORD).await });
    }
    let (busy, served): (Vec<_>, Vec<_>) =
        logins.join_all().await.into_iter().partition(|answer| answer.status == 429);
    assert!(served.iter().all(|answer| answer.status == 401), "{served:?}");
    assert!(!served.is_empty());
    let busy = busy.first().expect("more came than could wait");
    assert_eq!((busy.problem(), busy.header("retry-after")), ((429, "busy"), "3"));
}

/// What a login brings whose account changes after its password was proven.
async fn login_overtaken_by(db: PgPool, change: &'static str) -> (u16, String) {
    let (_house, router) = open(db.clone()).await;
    register(&router, "ada").await;
    let mut overtaking = db.begin().await.expect("the database answers");
    sqlx::raw_sql(change).execute(&mut *overtaking).await.expect("the change is possible");
    let late = async {
        // Long enough for the login to prove the password and to wait for the account.
        tokio::time::sleep(Duration::from_millis(700)).await;
        overtaking.commit().await.expect("the database answers");
    };
    let (answer, ()) = tokio::join!(login(&router, "ada", PASSWORD), late);
    let (status, kind) = answer.problem();
    (status, kind.to_owned())
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_lock_overtakes_a_login(db: PgPool) {
    let lock = "update accounts set disabled_at = now()";
    assert_eq!(login_overtaken_by(db, lock).await, (403, "account-locked".to_owned()));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_new_password_overtakes_a_login(db: PgPool) {
    let change = "update accounts set password_hash = 'another'";
    assert_eq!(login_overtaken_by(db, change).await, (401, "wrong-credentials".to_owned()));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_sessions_without_a_device_the_least_used_end(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let ada = Person::of(&register(&router, "ada").await);
    sqlx::query!(
        "insert into sessions (id, account_id, last_used_at, expires_at)
         select gen_random_uuid(), $1, now() - interval '1 hour', now() + interval '1 day'
         from generate_series(1, 19)",
        ada.account.0
    )
    .execute(&db)
    .await
    .unwrap();
    sqlx::query!(
        "update sessions set last_used_at = now() - interval '2 hours' where id = $1",
        ada.session.0
    )
    .execute(&db)
    .await
    .unwrap();
    // A device does not take the place of a browser.
    let phone = Person::of(&login_on(&router, "ada", "Phone").await);
    assert_eq!(ada.get(&router, "/v1/account").await.status, 200);
    login(&router, "ada", PASSWORD).await;
    assert_eq!(ada.get(&router, "/v1/account").await.status, 401);
    let sessions = phone.get(&router, "/v1/sessions?limit=100").await;
    assert_eq!(sessions.body["items"].as_array().map(Vec::len), Some(21));
}
