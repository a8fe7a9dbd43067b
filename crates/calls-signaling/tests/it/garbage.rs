//! Clients that speak the protocol badly, byte by byte.

use std::time::Duration;

use axum::Router;
use securevox_calls_signaling::CallsSignaling;
use securevox_testkit::{Answer, Ask, House, Wire};
use serde_json::Value;
use sqlx::PgPool;

use crate::client::Device;

const OPEN: &str = "/socket.io/?EIO=4&transport=polling";

/// Polls by hand.
struct Poller<'a> {
    router: &'a Router,
    path: String,
}

impl<'a> Poller<'a> {
    async fn open(router: &'a Router) -> Self {
        let opened = Ask::new("GET", OPEN).of(router).await;
        assert_eq!(opened.status, 200);
        let hello: Value = serde_json::from_str(&opened.html()[1..]).unwrap();
        assert_eq!(hello["maxPayload"], 128 << 10);
        Self { router, path: format!("{OPEN}&sid={}", hello["sid"].as_str().unwrap()) }
    }

    async fn connected(router: &'a Router, device: &Device) -> Self {
        let poller = Self::open(router).await;
        let said = poller.post(format!("40{}", device.auth())).await;
        assert_eq!(said.html(), "ok");
        let mut heard = String::new();
        while !heard.contains("40{\"sid\"") {
            poller.poll().await.html().clone_into(&mut heard);
        }
        poller
    }

    async fn post(&self, body: impl Into<axum::body::Bytes>) -> Answer {
        Ask::new("POST", &self.path).body("text/plain", body).of(self.router).await
    }

    async fn poll(&self) -> Answer {
        let polling = Ask::new("GET", &self.path).of(self.router);
        tokio::time::timeout(Duration::from_secs(10), polling).await.unwrap()
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nonsense_is_refused_and_never_an_error_of_ours(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<CallsSignaling>(&[]).await;
    let ada = Device::of("ada", &house).await;
    for path in [
        "/socket.io",
        "/socket.io/?EIO=3&transport=polling",
        "/socket.io/?EIO=4",
        "/socket.io/?EIO=4&transport=pigeon",
        "/socket.io/?EIO=4&transport=websocket",
        "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA",
        "/socket.io/?EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAA",
        "/socket.io/?EIO=4&transport=polling&sid=%00",
        "/socket.io/?EIO=4&transport=polling&sid=",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS"] {
            let answer = Ask::new(method, path).of(&router).await;
            assert_eq!(answer.status, 400, "{method} {path}");
        }
    }
    for garbage in [
        "x",
        "4",
        "5",
        "6",
        "2probe",
        "4\u{1e}",
        "\u{1e}\u{1e}",
        "4é",
        "40",
        "49",
        "42",
        "42[",
        "42[]",
        "42[1]",
        "42{}",
        "421[\"",
        "42[\"call:join\"",
        "4512-[\"x\"]",
        "45-",
        "451-[",
        "4599999999999999999999-[]",
        "461-",
        "43[]",
        "431[]",
        "44{}",
        "42/x,[\"call:join\"]",
        "b!!",
        "bAAAA",
        "41",
        "42[\"call:join\",[[[[[[]]]]]]]",
    ] {
        for poller in [Poller::open(&router).await, Poller::connected(&router, &ada).await] {
            let answer = poller.post(garbage).await;
            assert!([200, 400].contains(&answer.status.as_u16()), "{garbage:?} {answer:?}");
            let again = poller.post("3").await;
            assert!([200, 400].contains(&again.status.as_u16()), "{garbage:?} {again:?}");
        }
    }
    let deep = format!("42[\"call:join\",{}{}]", "[".repeat(60_000), "]".repeat(60_000));
    let poller = Poller::connected(&router, &ada).await;
    assert!([200, 400].contains(&poller.post(deep).await.status.as_u16()));
    let poller = Poller::connected(&router, &ada).await;
    assert_eq!(poller.post(vec![0xff; 1_000]).await.status, 400);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_too_large_ends_the_connection(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<CallsSignaling>(&[]).await;
    let ada = Device::of("ada", &house).await;
    let poller = Poller::connected(&router, &ada).await;
    let answer = poller.post(format!("42[\"webrtc:offer\",\"{}\"]", "A".repeat(128 << 10))).await;
    assert_eq!(answer.status, 413);
    assert_eq!(poller.post("3").await.status, 400);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn many_packets_at_once_are_answered_or_refused(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<CallsSignaling>(&[]).await;
    let ada = Device::of("ada", &house).await;
    let poller = Poller::connected(&router, &ada).await;
    let packets: Vec<String> =
        (0..3_000).map(|id| format!("42{id}[\"call:leave\",{{}}]")).collect();
    assert_eq!(poller.post(packets.join("\u{1e}")).await.status, 200);
    let (mut invalid, mut limited) = (0, 0);
    while invalid + limited < 3_000 {
        let answers = poller.poll().await;
        for packet in answers.html().split('\u{1e}') {
            invalid += usize::from(packet.contains("/problems/invalid-request"));
            limited += usize::from(packet.contains("\"status\":429"));
        }
    }
    assert!(invalid >= 64 && limited > 0, "{invalid} {limited}");
    // And it lives.
    assert_eq!(poller.post("427[\"call:join\",{}]").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_polls_at_once_end_the_connection(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<CallsSignaling>(&[]).await;
    let ada = Device::of("ada", &house).await;
    let poller = Poller::connected(&router, &ada).await;
    let (one, other) = tokio::join!(poller.poll(), poller.poll());
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(poller.post("3").await.status, 400);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_connection_has_one_try(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<CallsSignaling>(&[]).await;
    let ada = Device::of("ada", &house).await;
    let poller = Poller::open(&router).await;
    poller.post("40{\"token\":\"nonsense\"}").await;
    let mut heard = String::new();
    while !heard.contains("unauthenticated") {
        poller.poll().await.html().clone_into(&mut heard);
    }
    poller.post(format!("40{}", ada.auth())).await;
    while !heard.contains("knocked-before") {
        poller.poll().await.html().clone_into(&mut heard);
    }
    // Who says nothing for ten seconds, or was refused, is closed.
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(poller.post("3").await.status, 400);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_websocket_that_is_refused_is_closed_soon(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let upgrade = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\n\
        connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let mut refused = Wire::open(&url).await;
    refused.send(upgrade).await;
    assert_eq!(refused.answer().await.status, 101);
    // "40{}", masked with zeros.
    refused.send(b"\x81\x84\0\0\0\x0040{}").await;
    tokio::time::timeout(Duration::from_secs(5), refused.closed()).await.unwrap();
    let mut large = Wire::open(&url).await;
    large.send(upgrade).await;
    assert_eq!(large.answer().await.status, 101);
    // A frame that says it has a gigabyte.
    large.send(b"\x81\xff\0\0\0\0\x40\0\0\0\0\0\0\x0042[").await;
    tokio::time::timeout(Duration::from_secs(5), large.closed()).await.unwrap();
    let mut silent = Wire::open(&url).await;
    silent.send(upgrade).await;
    assert_eq!(silent.answer().await.status, 101);
    tokio::time::timeout(Duration::from_secs(15), silent.closed()).await.unwrap();
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_fails_to_take_over_by_websocket_is_closed(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let mut polling = Wire::open(&url).await;
    polling.send(format!("GET {OPEN} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
    let opened = polling.answer().await;
    let hello: Value = serde_json::from_str(&opened.html()[1..]).unwrap();
    let sid = hello["sid"].as_str().unwrap();
    let mut wire = Wire::open(&url).await;
    wire.send(format!(
        "GET /socket.io/?EIO=4&transport=websocket&sid={sid} HTTP/1.1\r\nhost: x\r\n\
         connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ))
    .await;
    assert_eq!(wire.answer().await.status, 101);
    // Not the probe that is due.
    wire.send(b"\x81\x81\0\0\0\x00x").await;
    tokio::time::timeout(Duration::from_secs(5), wire.closed()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    polling.send(format!("GET {OPEN}&sid={sid} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
    assert_eq!(polling.answer().await.status, 400);
}
