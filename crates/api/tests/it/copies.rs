//! Two copies of the service over one Postgres and one Redis.

use std::time::{Duration, Instant};

use axum::Router;
use securevox_api::Api;
use securevox_testkit::{House, Person, Redis};
use serde_json::json;
use sqlx::PgPool;

struct Copies {
    houses: [House; 2],
    routers: [Router; 2],
    redis: Redis,
}

async fn copies(db: PgPool) -> Option<Copies> {
    let redis = Redis::start()?;
    let url = redis.url();
    let variables = [("SECUREVOX_REDIS_URL", url.as_str()), ("SECUREVOX_LOGINS_PER_ACCOUNT", "3")];
    let one = House::with(db, &variables).await;
    let two = one.copy(&variables).await;
    let routers = [one.router::<Api>(&variables).await, two.router::<Api>(&variables).await];
    Some(Copies { houses: [one, two], routers, redis })
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_session_revoked_on_one_is_refused_by_the_other(db: PgPool) {
    let Some(Copies { houses, routers: [here, there], redis: _alive }) = copies(db).await else {
        return;
    };
    let ada = Person::named("ada", &houses[0]).await;
    assert_eq!(ada.get(&there, "/v1/account").await.status, 200);
    assert_eq!(ada.post(&here, "/v1/auth/logout", json!({})).await.status, 204);

    // Over the bus it takes milliseconds; without it the copy would ask Postgres in 15 s.
    let since = Instant::now();
    while ada.get(&there, "/v1/account").await.status != 401 {
        assert!(since.elapsed() < Duration::from_secs(10), "still let in");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn both_count_the_same_attempts(db: PgPool) {
    let Some(Copies { houses, routers: [here, there], redis: _alive }) = copies(db).await else {
        return;
    };
    let eve = Person::named("eve", &houses[0]).await;
    let guess = json!({ "handle": "ada", "password": "a wrong password" });
    for router in [&here, &there, &here] {
        assert_eq!(eve.post(router, "/v1/auth/login", guess.clone()).await.status, 401);
    }
    let answer = eve.post(&there, "/v1/auth/login", guess).await;
    assert_eq!(answer.problem(), (429, "too-many-requests"));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 21);
    assert!(answer.header("ratelimit").contains("r=0"), "{answer:?}");
}

/// The reads by turns that are let through before one is refused.
async fn read_by_turns(ada: &Person, [here, there]: &[Router; 2]) -> usize {
    for count in 0..200 {
        let router = if count % 2 == 0 { here } else { there };
        match ada.get(router, "/v1/account").await.status.as_u16() {
            200 => {}
            429 => return count,
            status => panic!("{status}"),
        }
    }
    panic!("nobody was refused");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn limits_are_shared_alone_and_shared_again(db: PgPool) {
    let Some(mut redis) = Redis::start() else { return };
    let url = redis.url();
    let variables =
        [("SECUREVOX_REDIS_URL", url.as_str()), ("SECUREVOX_REQUESTS_PER_ACCOUNT", "40")];
    let one = House::with(db, &variables).await;
    let two = one.copy(&variables).await;
    let routers = [one.router::<Api>(&variables).await, two.router::<Api>(&variables).await];
    // Each may be a twentieth, two, behind in telling.
    let shared = read_by_turns(&Person::named("ada", &one).await, &routers).await;
    assert!((38..=44).contains(&shared), "{shared}");

    redis.kill();
    let alone = read_by_turns(&Person::named("bob", &one).await, &routers).await;
    assert!((76..=88).contains(&alone), "{alone}");

    redis.start_again();
    let since = Instant::now();
    while one.base.bus.probe().await.is_err() || two.base.bus.probe().await.is_err() {
        assert!(since.elapsed() < Duration::from_secs(10), "Redis was not found again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // It was left alone for a second after it did not answer.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let again = read_by_turns(&Person::named("eve", &one).await, &routers).await;
    assert!((38..=44).contains(&again), "{again}");
}
