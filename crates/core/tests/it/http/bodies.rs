//! Bodies that are too large, too slow, or not wanted.

use std::time::Duration;

use securevox_testkit::{House, Wire};
use sqlx::PgPool;

use crate::probe::Probe;

async fn connect(house: &House) -> Wire {
    Wire::open(&house.serve::<Probe>(&[]).await.url).await
}

fn head(path: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n")
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_sends_too_much_gets_to_see_the_answer(db: PgPool) {
    const LENGTH: usize = 20 << 20;
    let house = House::on(db).await;
    let mut wire = connect(&house).await;
    for (path, problem) in [("/bodies", (413, "too-large")), ("/refused", (409, "refused"))] {
        wire.send(format!("{}\r\n", head(path, LENGTH))).await;
        wire.send(vec![b'x'; LENGTH]).await;
        let answer = wire.answer().await;
        assert_eq!(answer.problem(), problem);
        assert_eq!(answer.text("/request_id"), answer.header("x-request-id"));
        // All of it was read: the connection goes on.
        assert_eq!(answer.header("connection"), "");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_body_without_a_length_is_counted(db: PgPool) {
    let house = House::on(db).await;
    let mut wire = connect(&house).await;
    let head = "POST /bodies HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));

    wire.send(format!("{head}{chunk}0\r\n\r\n")).await;
    assert_eq!(wire.answer().await.bytes, b"32768");
    wire.send(format!("{head}{chunk}{chunk}{chunk}0\r\n\r\n")).await;
    assert_eq!(wire.answer().await.problem(), (413, "too-large"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_body_that_waits_for_leave_is_refused_unsent(db: PgPool) {
    let house = House::on(db).await;
    for expectation in ["100-continue", "100-Continue"] {
        let mut wire = connect(&house).await;
        wire.send(format!("{}Expect: {expectation}\r\n\r\n", head("/refused", 1 << 30))).await;
        let answer = wire.answer().await;
        assert_eq!(answer.problem(), (409, "refused"), "{expectation}");
        assert_eq!(answer.header("connection"), "close", "{expectation}");
        wire.closed().await;
    }

    let mut wire = connect(&house).await;
    wire.send(format!("{}Expect: 100-continue\r\n\r\n", head("/bodies", 3))).await;
    assert_eq!(wire.answer().await.status, 100);
    wire.send("abc").await;
    assert_eq!(wire.answer().await.bytes, b"3");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_body_slower_than_the_minimum_rate_is_cut(db: PgPool) {
    let settings = [("SECUREVOX_MIN_RATE", "10000"), ("SECUREVOX_MIN_RATE_WINDOW", "1s")];
    let house = House::with(db, &settings).await;
    for path in ["/bodies", "/json"] {
        let mut wire = connect(&house).await;
        let json = "Content-Type: application/json\r\n\r\n";
        wire.send(format!("{}{json}[", head(path, 1_000))).await;
        let answer = wire.answer().await;
        assert_eq!(answer.problem(), (408, "too-slow"), "{path}");
        assert_eq!(answer.header("connection"), "close", "{path}");
        wire.closed().await;
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_slow_body_that_keeps_the_rate_passes(db: PgPool) {
    let settings = [("SECUREVOX_MIN_RATE", "50"), ("SECUREVOX_MIN_RATE_WINDOW", "1s")];
    let house = House::with(db, &settings).await;
    let mut wire = connect(&house).await;
    wire.send(format!("{}\r\n", head("/bodies", 3_000))).await;
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        wire.send([b'x'; 100]).await;
    }
    assert_eq!(wire.answer().await.bytes, b"3000");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_rest_of_a_refused_body_is_not_waited_for_long(db: PgPool) {
    let settings = [("SECUREVOX_MIN_RATE", "10000"), ("SECUREVOX_MIN_RATE_WINDOW", "1s")];
    let house = House::with(db, &settings).await;
    let mut wire = connect(&house).await;
    wire.send(format!("{}\r\nx", head("/refused", 1_000))).await;
    let answer = wire.answer().await;
    assert_eq!(answer.problem(), (409, "refused"));
    assert_eq!(answer.header("connection"), "close");
    wire.closed().await;
}
