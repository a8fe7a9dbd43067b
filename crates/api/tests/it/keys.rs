//! `/.well-known/jwks.json`, and which access tokens are believed.

use chrono::{TimeDelta, Utc};
use securevox_api::Api;
use securevox_core::{
    auth::{AccessTokens, SecretKey, SigningKeys, rotate},
    process::Base,
    tasks::Tasks,
};
use securevox_testkit::{Ask, House, Person};
use serde_json::Value;
use sqlx::PgPool;

use crate::people::open;

const JWKS: &str = "/.well-known/jwks.json";

async fn turn(house: &House) -> String {
    let mut conn = house.base.db.acquire().await.expect("the database answers");
    rotate(&mut conn, &house.base.secret, Utc::now()).await.expect("a key is made")
}

fn fresh_token(house: &House, person: &Person) -> Person {
    let token = house.base.tokens.issue(person.account, None, person.session, Utc::now());
    Person { token: token.expect("a key is there"), ..person.clone() }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn anybody_reads_the_public_keys(db: PgPool) {
    let (_house, router) = open(db).await;
    let keys = Ask::new("GET", JWKS).of(&router).await;
    assert_eq!(keys.status, 200);
    assert_eq!(keys.header("cache-control"), "public, max-age=60");
    insta::assert_json_snapshot!(keys.body, { ".keys[].kid" => "[kid]", ".keys[].x" => "[x]" }, @r#"
    {
      "keys": [
        {
          "alg": "EdDSA",
          "crv": "Ed25519",
          "kid": "[kid]",
          "kty": "OKP",
          "use": "sig",
          "x": "[x]"
        }
      ]
    }
    "#);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_new_key_signs_and_the_old_one_still_proves(db: PgPool) {
    let (house, router) = open(db).await;
    let old = Person::named("ada", &house).await;
    let kid = turn(&house).await;
    assert_eq!(old.get(&router, "/v1/account").await.status, 200);

    house.base.tokens.keys().load(&house.base.bus, &house.base.tasks).await.unwrap();
    let new = fresh_token(&house, &old);
    assert_eq!(old.get(&router, "/v1/account").await.status, 200);
    assert_eq!(new.get(&router, "/v1/account").await.status, 200);
    let keys = Ask::new("GET", JWKS).of(&router).await;
    let kids: Vec<&Value> =
        keys.body["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(kids.len(), 2);
    assert!(kids.iter().any(|known| **known == kid));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_copy_that_has_not_seen_the_new_key_asks_for_it(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    turn(&house).await;
    // Another copy of the service, started after the rotation.
    let keys = SigningKeys::new(db, house.base.secret.clone());
    keys.load(&house.base.bus, &house.base.tasks).await.unwrap();
    let tokens =
        AccessTokens::new(keys, house.base.urls.api.as_str(), house.base.tokens.lifetime());
    let base = Base { tokens, ..house.base.clone() };
    let token = base.tokens.issue(ada.account, None, ada.session, Utc::now()).unwrap();
    let ada = Person { token, ..ada };
    assert_eq!(ada.get(&router, "/v1/account").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn keys_long_retired_are_gone(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    turn(&house).await;
    sqlx::query!("update signing_keys set retired_at = now() - interval '25 hours' where retired_at is not null")
        .execute(&db)
        .await
        .unwrap();
    turn(&house).await;
    house.base.tokens.keys().load(&house.base.bus, &house.base.tasks).await.unwrap();
    assert_eq!(ada.get(&router, "/v1/account").await.status, 401);
    let keys = Ask::new("GET", JWKS).of(&router).await;
    assert_eq!(keys.body["keys"].as_array().map(Vec::len), Some(2));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn another_secret_key_is_told(db: PgPool) {
    let (house, _router) = open(db.clone()).await;
    let keys = SigningKeys::new(db, SecretKey::random());
    let error = keys.load(&house.base.bus, &Tasks::default()).await.unwrap_err();
    assert!(error.to_string().contains("SECUREVOX_SECRET_KEY"), "{error}");
    drop(house);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_our_own_tokens_are_believed(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    let issue = |tokens: &AccessTokens, at| {
        tokens.issue(ada.account, None, ada.session, at).expect("a key is there")
    };
    let now = Utc::now();
    let keys = house.base.tokens.keys().clone();
    let elsewhere = AccessTokens::new(keys, "https://elsewhere.example", TimeDelta::minutes(10));
    let expired = issue(&house.base.tokens, now - TimeDelta::seconds(601));
    let [head, claims, signature] = <[&str; 3]>::try_from(ada.token.split('.').collect::<Vec<_>>())
        .expect("a JWT has three parts");
    // {"alg":"none"}, {"alg":"HS256"}
    let (none, shared) = ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9");
    let others = issue(&house.base.tokens, now);
    let others = others.split('.').nth(1).unwrap_or_default();
    for token in [
        issue(&elsewhere, now),
        expired,
        format!("{head}.{claims}."),
        format!("{head}.{others}.{signature}"),
        format!("{none}.{claims}."),
        format!("{shared}.{claims}.{signature}"),
        "nonsense".to_owned(),
        String::new(),
    ] {
        let answer = Person { token, ..ada.clone() }.get(&router, "/v1/account").await;
        assert_eq!(answer.problem(), (401, "unauthenticated"));
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    for authorization in
        ["Basic YWRhOmFkYQ==", "Bearer", &ada.token, &format!("Bearer{}", ada.token)]
    {
        let ask = Ask::new("GET", "/v1/account").header("authorization", authorization);
        assert_eq!(ask.of(&router).await.status, 401);
    }
    let token = format!("token  {}", ada.token);
    let ask = Ask::new("GET", "/v1/account").header("authorization", &token);
    assert_eq!(ask.of(&router).await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_another_copy_revoked_is_refused_after_a_reload(db: PgPool) {
    let house = House::on(db.clone()).await;
    let router = house.router::<Api>(&[]).await;
    let ada = Person::named("ada", &house).await;
    sqlx::query!("update sessions set revoked_at = now()").execute(&db).await.unwrap();
    assert_eq!(ada.get(&router, "/v1/account").await.status, 200);
    let mut conn = db.acquire().await.unwrap();
    house.base.revocations.reload(&mut conn, Utc::now()).await.unwrap();
    assert_eq!(ada.get(&router, "/v1/account").await.status, 401);
}
