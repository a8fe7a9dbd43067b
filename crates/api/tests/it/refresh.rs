//! `POST /v1/auth/refresh` and `POST /v1/auth/logout`.

use axum::Router;
use securevox_api::Api;
use securevox_core::auth::Opaque;
use securevox_testkit::{Answer, House, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::people::{PASSWORD, login, open, post, refresh, register, register_phone};

fn next(answer: &Answer) -> &str {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text("/refresh_token")
}

async fn assert_ended(router: &Router, token: &str) {
    assert_eq!(refresh(router, token).await.problem(), (401, "session-ended"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_is_exchanged_for_the_next_pair(db: PgPool) {
    let (_house, router) = open(db).await;
    let first = register_phone(&router, "ada").await;
    let second = refresh(&router, first.text("/refresh_token")).await;
    assert_eq!(second.status, 200);
    for same in ["account_id", "session_id", "device_id", "token_type", "expires_in"] {
        assert_eq!(second.body[same], first.body[same], "{same}");
    }
    assert_ne!(second.text("/refresh_token"), first.text("/refresh_token"));
    assert_eq!(Person::of(&second).get(&router, "/v1/account").await.status, 200);
    // The old access token is valid until it expires.
    assert_eq!(Person::of(&first).get(&router, "/v1/account").await.status, 200);
    let third = refresh(&router, next(&second)).await;
    assert_eq!(third.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_server_keeps_hashes_alone(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let answer = register(&router, "ada").await;
    let token: Opaque = answer.text("/refresh_token").parse().unwrap();
    let kept = sqlx::query_scalar!("select hash from refresh_tokens").fetch_all(&db).await.unwrap();
    assert_eq!(kept, [token.hash()]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_lost_answer_is_forgiven(db: PgPool) {
    let (_house, router) = open(db).await;
    let registered = register(&router, "ada").await;
    let first = registered.text("/refresh_token");
    let lost = refresh(&router, first).await;
    let second = refresh(&router, first).await;
    assert_ne!(next(&lost), next(&second));
    let third = refresh(&router, next(&second)).await;
    assert_eq!(third.status, 200);
    assert_eq!(Person::of(&third).get(&router, "/v1/account").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_answer_that_was_not_lost_ends_the_session(db: PgPool) {
    let (_house, router) = open(db).await;
    let registered = register(&router, "ada").await;
    let first = registered.text("/refresh_token");
    let voided = refresh(&router, first).await;
    let current = refresh(&router, first).await;
    assert_ended(&router, next(&voided)).await;
    assert_ended(&router, next(&current)).await;
    assert_eq!(Person::of(&current).get(&router, "/v1/account").await.status, 401);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_stolen_token_ends_the_family_and_is_told(db: PgPool) {
    let (_house, router) = open(db).await;
    let stolen = register_phone(&router, "ada").await;
    let second = refresh(&router, stolen.text("/refresh_token")).await;
    let third = refresh(&router, next(&second)).await;
    let elsewhere = Person::of(&login(&router, "ada", PASSWORD).await);

    assert_ended(&router, stolen.text("/refresh_token")).await;
    for tokens in [&stolen, &second, &third] {
        let refused = Person::of(tokens).get(&router, "/v1/account").await;
        assert_eq!(refused.problem(), (401, "unauthenticated"));
        assert_ended(&router, tokens.text("/refresh_token")).await;
    }
    let activity = elsewhere.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "session.refresh_token_reused");
    assert_eq!(activity.text("/items/0/target"), stolen.text("/session_id"));
    // Told once, however often the thief comes back.
    assert_ne!(activity.body["items"][1]["action"], "session.refresh_token_reused");
    let devices = elsewhere.get(&router, "/v1/devices").await;
    assert_eq!(devices.body["items"], json!([]));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_at_once_are_both_answered_and_one_answer_counts(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let registered = register(&router, "ada").await;
    let first = registered.text("/refresh_token");
    let (one, other) = tokio::join!(refresh(&router, first), refresh(&router, first));
    assert_ne!(next(&one), next(&other));
    let in_force = sqlx::query_scalar!(
        "select count(*) from refresh_tokens where used_at is null and voided_at is null"
    );
    assert_eq!(in_force.fetch_one(&db).await.unwrap(), Some(1));
    assert_eq!(Person::of(&one).get(&router, "/v1/account").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_no_token_in_force_is_refused(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let registered = register(&router, "ada").await;
    let access = registered.text("/access_token");
    for garbage in ["", "nonsense", "a\u{0}b", access, &"A".repeat(43), &"A".repeat(9_000)] {
        assert_ended(&router, garbage).await;
    }
    let wrong = post(&router, "/v1/auth/refresh", &json!({ "refresh_token": null })).await;
    assert_eq!((wrong.problem().0, wrong.pointers()), (422, vec!["#/refresh_token"]));

    sqlx::query!("update sessions set expires_at = now()").execute(&db).await.unwrap();
    assert_ended(&router, registered.text("/refresh_token")).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_refresh_prolongs_the_session(db: PgPool) {
    let (_house, router) = open(db.clone()).await;
    let registered = register(&router, "ada").await;
    let soon = "update sessions set expires_at = now() + interval '1 minute'";
    sqlx::raw_sql(soon).execute(&db).await.unwrap();
    assert_eq!(refresh(&router, registered.text("/refresh_token")).await.status, 200);
    let days = "select extract(day from expires_at - now())::int from sessions";
    #[expect(clippy::disallowed_methods, reason = "one number, in a test")]
    let days: i32 = sqlx::query_scalar(days).fetch_one(&db).await.unwrap();
    assert_eq!(days, 59);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_address_refreshes_so_often(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[("SECUREVOX_REFRESHES_PER_ADDRESS", "1")]).await;
    assert_ended(&router, "nonsense").await;
    let limited = refresh(&router, "nonsense").await;
    assert_eq!(limited.problem(), (429, "too-many-requests"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_signs_out_is_out(db: PgPool) {
    let (_house, router) = open(db).await;
    let tokens = register_phone(&router, "ada").await;
    let phone = Person::of(&tokens);
    let browser = Person::of(&login(&router, "ada", PASSWORD).await);
    let answer = phone.post(&router, "/v1/auth/logout", Value::Null).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (204, 0));

    assert_eq!(phone.get(&router, "/v1/account").await.problem(), (401, "unauthenticated"));
    assert_ended(&router, tokens.text("/refresh_token")).await;
    let again = phone.post(&router, "/v1/auth/logout", Value::Null).await;
    assert_eq!(again.problem(), (401, "unauthenticated"));
    // Its device went with it; other sessions stay.
    assert_eq!(browser.get(&router, "/v1/devices").await.body["items"], json!([]));
    let activity = browser.get(&router, "/v1/account/activity").await;
    assert_eq!(activity.text("/items/0/action"), "session.ended");
}
