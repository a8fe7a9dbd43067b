//! Who is calling: keys and revocations that all copies share through Postgres.

use axum::{Router, body::Body, http::Request};
use chrono::{TimeDelta, Utc};
use securevox_core::{
    auth::{self, AccessTokens, Revocations, SecretKey, SigningKeys},
    bus::Bus,
    tasks::Tasks,
};
use securevox_testkit::{Answer, House, Person, call};
use sqlx::PgPool;

use crate::probe::Probe;

async fn ask(router: &Router, authorization: &str) -> Answer {
    let request = Request::builder().uri("/callers").header("authorization", authorization);
    call(router, request.body(Body::empty()).unwrap()).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn either_scheme_takes_either_token(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Probe>(&[]).await;
    let ada = Person::named("ada", &house).await;
    let token = ada.api_token(&["builds:read"], &house).await.token;
    for credential in [&ada.token, &token] {
        for scheme in ["Bearer", "Token", "bearer"] {
            let answer = ask(&router, &format!("{scheme} {credential}")).await;
            assert_eq!(answer.text("/id"), ada.account.to_string(), "{scheme}");
        }
        for wrong in [format!("Basic {credential}"), credential.clone(), "Bearer ".to_owned()] {
            let answer = ask(&router, &wrong).await;
            assert_eq!(answer.problem(), (401, "unauthenticated"), "{wrong}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_that_ended_opens_nothing(db: PgPool) {
    let house = House::on(db.clone()).await;
    let router = house.router::<Probe>(&[]).await;
    let ada = Person::named("ada", &house).await;
    let token = ada.api_token(&["builds:read"], &house).await;
    let past = Utc::now() - TimeDelta::hours(1);
    let old = house.base.tokens.issue(ada.account, None, ada.session, past).unwrap();
    assert_eq!(ask(&router, &format!("Bearer {old}")).await.problem(), (401, "unauthenticated"));

    assert_eq!(token.get(&router, "/callers").await.status, 200);
    sqlx::query!("update api_tokens set expires_at = now()").execute(&db).await.unwrap();
    assert_eq!(token.get(&router, "/callers").await.problem(), (401, "unauthenticated"));
    sqlx::query!("update api_tokens set expires_at = null").execute(&db).await.unwrap();
    sqlx::query!("update accounts set disabled_at = now()").execute(&db).await.unwrap();
    assert_eq!(token.get(&router, "/callers").await.problem(), (401, "unauthenticated"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn revocations_are_read_from_the_database(db: PgPool) {
    let house = House::on(db.clone()).await;
    let router = house.router::<Probe>(&[]).await;
    let (ada, bob) = (Person::named("ada", &house).await, Person::named("bob", &house).await);
    let now = Utc::now();
    let revoke = async |session: securevox_protocol::SessionId, ago: i64| {
        let at = now - TimeDelta::minutes(ago);
        let update =
            sqlx::query!("update sessions set revoked_at = $2 where id = $1", session.0, at);
        update.execute(&db).await.unwrap();
    };
    revoke(ada.session, 1).await;
    revoke(bob.session, 20).await;

    let mut conn = db.acquire().await.unwrap();
    house.base.revocations.reload(&mut conn, now).await.unwrap();
    assert_eq!(ada.get(&router, "/callers").await.problem(), (401, "unauthenticated"));
    // Ten minutes that a token lives and five that clocks differ have passed.
    assert!(!house.base.revocations.contains(bob.session));

    house.base.revocations.reload(&mut conn, now + TimeDelta::minutes(20)).await.unwrap();
    assert!(!house.base.revocations.contains(ada.session));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_this_copy_revokes_counts_at_once(db: PgPool) {
    let house = House::on(db.clone()).await;
    let revocations = Revocations::new(TimeDelta::minutes(10), Bus::in_process());
    let ada = Person::named("ada", &house).await;
    revocations.tell(&[ada.session], Utc::now()).await;
    // Not committed yet, so the database does not know.
    revocations.reload(&mut db.acquire().await.unwrap(), Utc::now()).await.unwrap();
    assert!(revocations.contains(ada.session));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn copies_that_start_at_once_share_one_key(db: PgPool) {
    let secret = SecretKey::random();
    let tasks = Tasks::default();
    let copies = [(); 3].map(|()| SigningKeys::new(db.clone(), secret.clone()));
    let [a, b, c] = &copies;
    let bus = Bus::in_process();
    let (a, b, c) = tokio::join!(a.load(&bus, &tasks), b.load(&bus, &tasks), c.load(&bus, &tasks));
    a.and(b).and(c).unwrap();
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from signing_keys"#);
    assert_eq!(count.fetch_one(&db).await.unwrap(), 1);
    let [first, others @ ..] = copies.map(|keys| keys.jwks());
    assert_eq!(first["keys"].as_array().unwrap().len(), 1);
    assert!(others.iter().all(|other| *other == first));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn another_secret_key_is_told_in_words(db: PgPool) {
    let _house = House::on(db.clone()).await;
    let other = SigningKeys::new(db, SecretKey::random());
    let error =
        format!("{:#}", other.load(&Bus::in_process(), &Tasks::default()).await.unwrap_err());
    assert!(error.contains("another SECUREVOX_SECRET_KEY"), "{error}");
    assert!(error.contains("securevox admin rotate-keys"), "{error}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn private_keys_are_sealed_in_the_database(db: PgPool) {
    let house = House::on(db.clone()).await;
    let rows = sqlx::query!("select kid, sealed_private_key from signing_keys");
    let row = rows.fetch_one(&db).await.unwrap();
    let open = |secret: &SecretKey| {
        secret.open("signing keys", row.kid.as_bytes(), &row.sealed_private_key)
    };
    assert_eq!(open(&SecretKey::random()), None);
    // PKCS #8; the 32 bytes that matter come last in version 1.
    let private = open(&house.base.secret).unwrap();
    let seed = private.last_chunk::<32>().unwrap();
    assert!(row.sealed_private_key.windows(32).all(|bytes| bytes != seed));
    assert!(!row.sealed_private_key.windows(12).any(|bytes| bytes == &private[..12]));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_rotation_interrupts_nobody(db: PgPool) {
    let house = House::on(db.clone()).await;
    let router = house.router::<Probe>(&[]).await;
    let ada = Person::named("ada", &house).await;
    let secret = &house.base.secret;
    let mut tx = db.begin().await.unwrap();
    let kid = auth::rotate(&mut tx, secret, Utc::now()).await.unwrap();
    tx.commit().await.unwrap();

    // Another copy signs with the new key, which this one has not seen.
    let (keys, tasks) = (SigningKeys::new(db.clone(), secret.clone()), Tasks::default());
    keys.load(&Bus::in_process(), &tasks).await.unwrap();
    let issuer = house.base.urls.api.as_str();
    let copy = AccessTokens::new(keys, issuer, TimeDelta::minutes(10));
    assert!(copy.keys().jwks().to_string().contains(&kid));
    let new = copy.issue(ada.account, None, ada.session, Utc::now()).unwrap();
    for token in [&ada.token, &new] {
        assert_eq!(ask(&router, &format!("Bearer {token}")).await.status, 200);
    }
}
