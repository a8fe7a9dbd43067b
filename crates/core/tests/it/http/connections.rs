//! Clients that hold a connection and do not use it.

use std::time::Duration;

use securevox_testkit::{House, Wire};
use sqlx::PgPool;
use tokio::time::{sleep, timeout};

use crate::probe::{GIVEN_UP, Probe};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_head_without_an_end_is_cut(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_HEADER_TIMEOUT", "1s")]).await;
    let mut wire = Wire::open(&house.serve::<Probe>(&[]).await.url).await;
    wire.send("GET /things/1 HTTP/1.1\r\nHost: x\r\n").await;
    let drip = async {
        while wire.try_send("X-Drop: 1\r\n").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_mins(1), drip).await.expect("the connection stays open");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_idle_connection_is_closed(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_HEADER_TIMEOUT", "1s")]).await;
    let serving = house.serve::<Probe>(&[]).await;
    Wire::open(&serving.url).await.closed().await;

    let mut used = Wire::open(&serving.url).await;
    used.send("GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(used.answer().await.status, 200);
    used.closed().await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_head_that_is_too_large_is_cut(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_HEADER_TIMEOUT", "1h")]).await;
    let mut wire = Wire::open(&house.serve::<Probe>(&[]).await.url).await;
    let header = "x".repeat(1 << 20);
    let head = format!("GET /things/1 HTTP/1.1\r\nHost: x\r\nX-Long: {header}\r\n\r\n");
    // It may be cut while it is sent.
    let _sent = wire.try_send(head).await;
    wire.closed().await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_client_that_reads_nothing_is_given_up(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_MIN_RATE_WINDOW", "1s")]).await;
    let mut wire = Wire::open(&house.serve::<Probe>(&[]).await.url).await;
    wire.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await;
    timeout(Duration::from_mins(1), GIVEN_UP.notified()).await.expect("it is sent to for ever");
    wire.closed().await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn more_connections_than_allowed_have_to_wait(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_MAX_CONNECTIONS", "1")]).await;
    let serving = house.serve::<Probe>(&[]).await;
    let request = "GET /things/1 HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut first = Wire::open(&serving.url).await;
    first.send(request).await;
    assert_eq!(first.answer().await.status, 200);

    let mut second = Wire::open(&serving.url).await;
    second.send(request).await;
    let early = timeout(Duration::from_millis(300), second.answer()).await;
    assert!(early.is_err(), "{early:?}");
    drop(first);
    assert_eq!(second.answer().await.status, 200);
}
