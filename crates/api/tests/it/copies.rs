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
