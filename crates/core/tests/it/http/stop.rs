//! A service that is told to stop.

use std::time::Duration;

use securevox_testkit::{House, Serving, Wire};
use sqlx::PgPool;

use crate::probe::{Probe, eventually};

/// A request that runs: it was given leave to send its four bytes.
async fn running(serving: &Serving) -> Wire {
    let mut wire = Wire::open(&serving.url).await;
    let head = "POST /bodies HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n";
    wire.send(format!("{head}Expect: 100-continue\r\n\r\n")).await;
    assert_eq!(wire.answer().await.status, 100);
    wire
}

async fn ready(serving: &Serving) -> (u16, String) {
    let mut wire = Wire::open(&serving.internal).await;
    wire.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let answer = wire.answer().await;
    (answer.status.as_u16(), String::from_utf8(answer.bytes).unwrap())
}

async fn is_refused(serving: &Serving) -> bool {
    Wire::try_open(&serving.url).await.is_err()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_runs_is_finished_and_nothing_new_begins(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Probe>(&[]).await;
    assert_eq!(ready(&serving).await, (200, "ready\n".to_owned()));
    let unused = Wire::open(&serving.url).await;
    let mut idle = Wire::open(&serving.url).await;
    idle.send("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(idle.answer().await.status, 200);
    let mut running = running(&serving).await;

    house.base.lifecycle.drain();
    assert_eq!(ready(&serving).await, (503, "not ready: draining\n".to_owned()));
    eventually(|| is_refused(&serving)).await;
    unused.closed().await;
    idle.closed().await;
    running.send("abcd").await;
    let answer = running.answer().await;
    assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, &b"4"[..]));
    running.closed().await;
    assert!(house.base.tasks.stop(Duration::from_mins(1)).await);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_proxy_has_time_to_notice(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_DRAIN_DELAY", "2s")]).await;
    let serving = house.serve::<Probe>(&[]).await;
    house.base.lifecycle.drain();
    assert_eq!(ready(&serving).await.0, 503);
    assert!(!is_refused(&serving).await);
    eventually(|| is_refused(&serving)).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_request_that_does_not_end_is_not_waited_for(db: PgPool) {
    let house = House::on(db).await;
    let _running = running(&house.serve::<Probe>(&[]).await).await;
    house.base.lifecycle.drain();
    // The drain limit is 10 s.
    assert!(house.base.tasks.stop(Duration::from_mins(1)).await);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn without_a_database_nothing_is_ready(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Probe>(&[]).await;
    house.base.db.close().await;
    assert_eq!(ready(&serving).await, (503, "not ready: postgres\n".to_owned()));
    let mut wire = Wire::open(&serving.internal).await;
    wire.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(wire.answer().await.bytes, b"alive\n");
}
