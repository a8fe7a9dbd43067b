//! Failures of the database, as callers are told of them.

use std::time::Duration;

use securevox_core::Error;
use securevox_protocol::Problem;
use securevox_testkit::{House, Person};
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::probe::Probe;

/// What a caller is told of `error`.
fn told(error: sqlx::Error) -> Problem {
    match Error::from(error) {
        Error::Problem(problem) => *problem,
        Error::Internal(error) => panic!("a bare 500: {error:#}"),
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_closed_pool_is_a_503(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Probe>(&[]).await;
    let ada = Person::named("ada", &house).await;
    assert_eq!(ada.get(&router, "/database?text=hello").await.bytes, b"hello");
    house.base.db.close().await;
    let answer = ada.get(&router, "/database?text=hello").await;
    assert_eq!(answer.problem(), (503, "database-unavailable"));
    assert_eq!(answer.header("retry-after"), "2");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_a_503() {
    let limit = Duration::from_millis(200);
    let options = PgPoolOptions::new().acquire_timeout(limit);
    let pool = options.connect_lazy("postgres://nobody@127.0.0.1:1/nothing").unwrap();
    assert_eq!(told(pool.acquire().await.unwrap_err()).status, 503);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_connection_that_is_ended_is_a_503(db: PgPool) {
    let end = sqlx::query!("select pg_terminate_backend(pg_backend_pid())");
    assert_eq!(told(end.fetch_one(&db).await.unwrap_err()).status, 503);

    let mut conn = db.acquire().await.unwrap();
    let pid = sqlx::query_scalar!(r#"select pg_backend_pid() as "pid!""#);
    let pid = pid.fetch_one(&mut *conn).await.unwrap();
    sqlx::query!("select pg_terminate_backend($1, 30000)", pid).fetch_one(&db).await.unwrap();
    let next = sqlx::query!("select 1 as one").fetch_one(&mut *conn).await;
    assert_eq!(told(next.unwrap_err()).status, 503);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_nul_character_is_the_callers_mistake(db: PgPool) {
    let house = House::on(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    let router = house.router::<Probe>(&[]).await;
    let answer = ada.get(&router, "/database?text=a%00b").await;
    assert_eq!(answer.problem(), (422, "invalid-request"));
    assert_eq!(answer.text("/detail"), "Text must not hold NUL characters.");

    let json = serde_json::json!({ "text": "a\0b" });
    let query = sqlx::query!("select $1::jsonb as json", json);
    assert_eq!(told(query.fetch_one(&db).await.unwrap_err()).status, 422);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_value_beyond_its_column_is_the_callers_mistake(db: PgPool) {
    let number = sqlx::query!("select $1::bigint::int as number", i64::MAX);
    assert_eq!(told(number.fetch_one(&db).await.unwrap_err()).status, 422);
    let date = sqlx::query!("select now() - make_interval(days => $1) as date", i32::MAX);
    assert_eq!(told(date.fetch_one(&db).await.unwrap_err()).status, 422);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn our_own_mistakes_are_told_as_a_bare_500(db: PgPool) {
    let duplicate =
        sqlx::query!("insert into jobs (id, kind, payload) select gen_random_uuid(), null, '{}'");
    let error = Error::from(duplicate.execute(&db).await.unwrap_err());
    assert!(matches!(error, Error::Internal(_)), "{error:?}");
}
