//! `/v1/account`: what its owner sees and changes.

use securevox_api::Api;
use securevox_testkit::{House, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::people::{OPEN, PASSWORD, login, open, refresh, register, register_phone};

const NEW: &str = "another long password";

fn change(current: &str, new: &str) -> Value {
    json!({ "current_password": current, "new_password": new })
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_address_is_set_kept_and_removed(db: PgPool) {
    let (house, router) = open(db).await;
    let ada = Person::named("ada", &house).await;
    let email = async |body: Value| {
        let answer = ada.patch(&router, "/v1/account", body).await;
        assert_eq!(answer.status, 200);
        assert_eq!(ada.get(&router, "/v1/account").await.body, answer.body);
        answer.body["email"].clone()
    };
    assert_eq!(email(json!({ "email": "ada@example.org" })).await, "ada@example.org");
    assert_eq!(email(json!({})).await, "ada@example.org");
    assert_eq!(email(json!({ "email": null })).await, "ada@example.org");
    assert_eq!(email(json!({ "email": "" })).await, Value::Null);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_no_address_is_refused(db: PgPool) {
    let (house, router) = open(db).await;
    let ada = Person::named("ada", &house).await;
    let long = format!("{}@example.org", "x".repeat(250));
    for email in ["ada", "ada@localhost", "@example.org", "a b@example.org", "a\u{0}@b.c", &long] {
        let answer = ada.patch(&router, "/v1/account", json!({ "email": email })).await;
        assert_eq!(answer.problem(), (422, "invalid-request"), "{email}");
        assert_eq!(answer.pointers(), ["#/email"]);
    }
    let unknown = ada.patch(&router, "/v1/account", json!({ "handle": "eve" })).await;
    assert_eq!((unknown.problem().0, unknown.pointers()), (422, vec!["#/handle"]));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_new_password_ends_the_other_sessions(db: PgPool) {
    let (_house, router) = open(db).await;
    let tokens = register_phone(&router, "ada").await;
    let ada = Person::of(&tokens);
    let other = login(&router, "ada", PASSWORD).await;
    let answer = ada.post(&router, "/v1/account/password", change(PASSWORD, NEW)).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.len()), (204, 0));

    assert_eq!(Person::of(&other).get(&router, "/v1/account").await.status, 401);
    assert_eq!(refresh(&router, other.text("/refresh_token")).await.status, 401);
    assert_eq!(ada.get(&router, "/v1/account").await.status, 200);
    assert_eq!(refresh(&router, tokens.text("/refresh_token")).await.status, 200);
    assert_eq!(login(&router, "ada", PASSWORD).await.problem(), (401, "wrong-credentials"));
    assert_eq!(login(&router, "ada", NEW).await.status, 200);
    let activity = ada.get(&router, "/v1/account/activity").await;
    let actions: Vec<&Value> =
        (0..3).map(|index| &activity.body["items"][index]["action"]).collect();
    assert_eq!(actions, ["session.started", "password.changed", "session.revoked"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_wrong_current_password_changes_nothing(db: PgPool) {
    let (house, router) = open(db).await;
    let ada = Person::of(&register(&router, "ada").await);
    let other = Person::of(&login(&router, "ada", PASSWORD).await);
    let wrong = ada.post(&router, "/v1/account/password", change("a guess, no more", NEW)).await;
    assert_eq!(wrong.problem(), (403, "wrong-password"));
    let short = ada.post(&router, "/v1/account/password", change(PASSWORD, "short")).await;
    assert_eq!((short.problem().0, short.pointers()), (422, vec!["#/new_password"]));
    assert_eq!(other.get(&router, "/v1/account").await.status, 200);
    assert_eq!(login(&router, "ada", PASSWORD).await.status, 200);
    // An account that signs in elsewhere has no password to prove.
    let bob = Person::named("bob", &house).await;
    let none = bob.post(&router, "/v1/account/password", change(PASSWORD, NEW)).await;
    assert_eq!(none.problem(), (403, "wrong-password"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_two_new_passwords_at_once_one_wins(db: PgPool) {
    let (_house, router) = open(db).await;
    let one = Person::of(&register(&router, "ada").await);
    let other = Person::of(&login(&router, "ada", PASSWORD).await);
    let path = "/v1/account/password";
    let (first, second) = tokio::join!(
        one.post(&router, path, change(PASSWORD, "the first password")),
        other.post(&router, path, change(PASSWORD, "the second password")),
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 403]);
    let first_won = first.status == 204;
    let opens = login(&router, "ada", "the first password").await.status == 200;
    assert_eq!(opens, first_won);
    assert_eq!(one.get(&router, "/v1/account").await.status == 200, first_won);
    assert_eq!(other.get(&router, "/v1/account").await.status == 200, !first_won);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_current_password_is_guessed_so_often(db: PgPool) {
    let house = House::on(db).await;
    let router =
        house.router::<Api>(&[OPEN[0], ("SECUREVOX_PASSWORD_CHANGES_PER_ACCOUNT", "1")]).await;
    let ada = Person::named("ada", &house).await;
    let guess = change("a guess, no more", NEW);
    let path = "/v1/account/password";
    assert_eq!(ada.post(&router, path, guess.clone()).await.status, 403);
    let limited = ada.post(&router, path, guess.clone()).await;
    assert_eq!(limited.problem(), (429, "too-many-requests"));
    assert!(!limited.header("retry-after").is_empty());
    let bob = Person::named("bob", &house).await;
    assert_eq!(bob.post(&router, path, guess).await.status, 403);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn activity_is_the_callers_own_and_has_pages(db: PgPool) {
    let (house, router) = open(db).await;
    let ada = Person::of(&register(&router, "ada").await);
    let eve = Person::named("eve", &house).await;
    let first = ada.get(&router, "/v1/account/activity?limit=1").await;
    assert_eq!(first.text("/items/0/action"), "session.started");
    assert_eq!(first.text("/items/0/target"), ada.session.to_string());
    let next = format!("/v1/account/activity?limit=1&after={}", first.text("/next"));
    let second = ada.get(&router, &next).await;
    assert_eq!(second.text("/items/0/action"), "account.created");
    assert_eq!(second.body["next"], Value::Null);
    assert_eq!(eve.get(&router, "/v1/account/activity").await.body["items"], json!([]));
    // Somebody else's entry as a bookmark shows nothing of theirs.
    let peek = format!("/v1/account/activity?after={}", first.text("/next"));
    assert_eq!(eve.get(&router, &peek).await.body["items"], json!([]));
}
