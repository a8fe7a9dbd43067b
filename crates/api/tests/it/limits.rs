//! How often anything may be asked, and what is told who asks more often.

use std::time::Duration;

use axum::Router;
use securevox_api::Api;
use securevox_testkit::{Answer, Ask, Browser, House, Person, Wire};
use serde_json::json;
use sqlx::PgPool;

use crate::people::{PASSWORD, login};

const KEYS: &str = "/.well-known/jwks.json";

async fn limited(db: PgPool, settings: &[(&str, &str)]) -> (House, Router) {
    let house = House::with(db, settings).await;
    let router = house.router::<Api>(settings).await;
    (house, router)
}

async fn stranger(router: &Router) -> Answer {
    Ask::new("GET", KEYS).of(router).await
}

/// The seconds to wait, after a look at all that is told.
#[track_caller]
fn refused(answer: &Answer, name: &str, policy: &str) -> u64 {
    assert_eq!(answer.problem(), (429, "too-many-requests"));
    let wait: u64 = answer.header("retry-after").parse().expect("seconds");
    assert_eq!(answer.body["retry_after"], wait);
    assert_eq!(answer.header("ratelimit"), format!("\"{name}\";r=0;t={wait}"));
    assert_eq!(answer.header("ratelimit-policy"), format!("\"{name}\";{policy}"));
    assert!(answer.body.get("quota").is_none() && answer.body["request_id"].is_string());
    wait
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn strangers_are_counted_by_address_and_people_by_account(db: PgPool) {
    let settings =
        [("SECUREVOX_REQUESTS_PER_ADDRESS", "3"), ("SECUREVOX_REQUESTS_PER_ACCOUNT", "4")];
    let (house, router) = limited(db, &settings).await;
    let (ada, eve) = (Person::publisher("ada", &house).await, Person::named("eve", &house).await);
    // What proves nothing counts for the address, whatever it is.
    assert_eq!(stranger(&router).await.status, 200);
    let guess = Ask::new("GET", "/v1/account").header("authorization", "Bearer nonsense");
    assert_eq!(guess.of(&router).await.status, 401);
    assert_eq!(Ask::new("GET", "/nowhere").of(&router).await.status, 404);
    let wait = refused(&stranger(&router).await, "requests-from", "q=3;w=60");
    assert!((1..=21).contains(&wait), "{wait}");
    let guess = Ask::new("GET", "/v1/account").header("authorization", "Bearer nonsense");
    assert_eq!(guess.of(&router).await.status, 429);
    assert_eq!(login(&router, "ada", PASSWORD).await.status, 429);

    // From the same address, who proves an account has their own, on every route.
    for path in ["/v1/account", "/v1/sessions", KEYS, "/v1/account"] {
        assert_eq!(ada.get(&router, path).await.status, 200, "{path}");
    }
    refused(&ada.get(&router, "/v1/account").await, "requests-of", "q=4;w=60");
    assert_eq!(ada.get(&router, KEYS).await.status, 429);
    assert_eq!(eve.get(&router, "/v1/account").await.status, 200);
    // An API token has its own beside that of its account.
    let ci = ada.api_token(&["builds:read"], &house).await;
    assert_eq!(ci.get(&router, "/v1/account").await.status, 403);

    // A browser session has its own; what pages are made of is not counted.
    let mut browser = Browser::of(&eve, "api", &house);
    let page = browser.get(&router, "/login").await;
    assert_eq!(page.status, 303);
    let mut visitor = Browser::at(&house.base.urls.api);
    let page = visitor.get(&router, "/login").await;
    assert_eq!(page.status, 429);
    assert!(page.html().contains("Too many requests"), "{}", page.html());
    let style = page.between("stylesheet\" href=\"", "\"");
    for _ in 0..5 {
        assert_eq!(visitor.get(&router, style).await.status, 200);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn tokens_are_invented_so_often(db: PgPool) {
    let (house, router) = limited(db, &[("SECUREVOX_FAILED_TOKENS_PER_ADDRESS", "2")]).await;
    let ada = Person::publisher("ada", &house).await;
    let ci = ada.api_token(&["builds:read"], &house).await;
    for _ in 0..4 {
        assert_eq!(ci.get(&router, "/v1/account").await.status, 403, "a valid one does not count");
    }
    let invent = async || {
        let ask = Ask::new("GET", "/v1/account").header("authorization", "Token svx_a_b");
        ask.of(&router).await
    };
    for _ in 0..2 {
        assert_eq!(invent().await.status, 401);
    }
    for _ in 0..2 {
        refused(&invent().await, "failed-tokens-from", "q=2;w=60");
    }
    assert_eq!(ada.get(&router, "/v1/account").await.status, 200, "sessions are no tokens");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn after_the_time_that_is_told_it_works_again(db: PgPool) {
    let (house, router) = limited(db, &[("SECUREVOX_REQUESTS_PER_ACCOUNT", "60")]).await;
    let ada = Person::named("ada", &house).await;
    while ada.get(&router, "/v1/account").await.status == 200 {}
    let wait = refused(&ada.get(&router, "/v1/account").await, "requests-of", "q=60;w=60");
    assert!((1..=2).contains(&wait), "{wait}");
    tokio::time::sleep(Duration::from_secs(wait)).await;
    assert_eq!(ada.get(&router, "/v1/account").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn behind_a_proxy_the_address_is_the_clients(db: PgPool) {
    let settings =
        [("SECUREVOX_REQUESTS_PER_ADDRESS", "1"), ("SECUREVOX_TRUSTED_PROXIES", "127.0.0.1")];
    let house = House::with(db, &settings).await;
    let serving = house.serve::<Api>(&settings).await;
    let mut wire = Wire::open(&serving.url).await;
    let mut from = async |address: &str| {
        let head = format!("GET {KEYS} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address}\r\n\r\n");
        wire.send(head).await;
        wire.answer().await.status.as_u16()
    };
    assert_eq!(from("198.51.100.9").await, 200);
    assert_eq!(from("203.0.113.1, 198.51.100.9").await, 429, "the first is anybody's word");
    assert_eq!(from("198.51.100.10").await, 200);
    assert_eq!(from("2001:db8:1:2::3").await, 200);
    assert_eq!(from("2001:db8:1:2:ffff::4").await, 429, "a /64 is one client");
    assert_eq!(from("2001:db8:1:3::3").await, 200);
    // Health is asked without end.
    for _ in 0..3 {
        let mut inside = Wire::open(&serving.internal).await;
        inside.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert_eq!(inside.answer().await.status, 200);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn tokens_and_invitations_are_made_so_often(db: PgPool) {
    let settings = [
        ("SECUREVOX_TOKEN_CREATIONS_PER_ACCOUNT", "1"),
        ("SECUREVOX_INVITE_CREATIONS_PER_ACCOUNT", "1"),
    ];
    let (house, router) = limited(db, &settings).await;
    let (ada, eve) =
        (Person::publisher("ada", &house).await, Person::publisher("eve", &house).await);
    let token = json!({ "name": "ci", "scopes": ["builds:read"] });
    for (path, body, name) in
        [("/v1/tokens", token, "tokens-made-by"), ("/v1/invites", json!({}), "invites-made-by")]
    {
        assert_eq!(ada.post(&router, path, body.clone()).await.status, 201, "{path}");
        let wait = refused(&ada.post(&router, path, body.clone()).await, name, "q=1;w=3600");
        assert!((3_500..=3_601).contains(&wait), "{wait}");
        assert_eq!(eve.post(&router, path, body).await.status, 201);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn set_up_links_are_guessed_so_often(db: PgPool) {
    let (house, router) = limited(db, &[("SECUREVOX_CODES_PER_ADDRESS", "2")]).await;
    let mut browser = Browser::at(&house.base.urls.api);
    assert_eq!(browser.get(&router, "/setup/x").await.status, 410);
    let guess = format!("/setup/{}", "A".repeat(43));
    let form = [("handle", "root"), ("password", PASSWORD)];
    assert_ne!(browser.post(&router, &guess, &form).await.status, 429);
    let refused = browser.get(&router, &guess).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_login_page_tells_when_to_come_back(db: PgPool) {
    let (house, router) = limited(db, &[("SECUREVOX_LOGINS_PER_ADDRESS", "1")]).await;
    let mut browser = Browser::at(&house.base.urls.api);
    let csrf = browser.get(&router, "/login").await.hidden("csrf").to_owned();
    let form = [("csrf", csrf.as_str()), ("handle", "ada"), ("password", PASSWORD)];
    assert_eq!(browser.post(&router, "/login", &form).await.status, 401);
    let refused = browser.post(&router, "/login", &form).await;
    assert_eq!(refused.status, 429);
    assert!((1..=61).contains(&refused.header("retry-after").parse().unwrap()));
    // It is the same limit that programs meet.
    assert_eq!(login(&router, "ada", PASSWORD).await.problem(), (429, "too-many-requests"));
}
