//! How long a socket lives.

use std::time::Duration;

use chrono::Utc;
use securevox_calls_signaling::CallsSignaling;
use securevox_testkit::House;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::client::{Client, Device, kind};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_revoked_session_is_cut_and_stays_out(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    for (handle, transport) in [("ada", "websocket"), ("bob", "polling")] {
        let device = Device::of(handle, &house).await;
        let options = json!({ "transports": [transport], "auth": device.auth() });
        let opened = client.open_with(handle, &url, options.clone()).await;
        assert_eq!(opened["connected"], true, "{opened}");
        house.base.revocations.tell(&[device.person.session], Utc::now()).await;
        let closing = client.next(handle, "server:closing").await;
        assert_eq!(closing, json!({ "reason": "session_ended" }));
        assert_eq!(client.next(handle, "disconnect").await, "io server disconnect");
        assert_eq!(kind(&client.refused(&url, options).await), (401, "unauthenticated"));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_postgres_says_counts_where_the_bus_was_silent(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    let ada = Device::of("ada", &house).await;
    client.open("ada", &url, &ada).await;
    let session = ada.person.session.0;
    sqlx::query!("update sessions set revoked_at = now() where id = $1", session)
        .execute(&house.base.db)
        .await
        .unwrap();
    house.base.bus.raise_gap().await;
    client.next("ada", "server:closing").await;
    assert_eq!(client.next("ada", "disconnect").await, "io server disconnect");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn of_one_device_the_newest_socket_stays(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    let (ada, bob) = (Device::of("ada", &house).await, Device::of("bob", &house).await);
    let call = Uuid::now_v7();
    for (name, device) in [("older", &ada), ("bob", &bob)] {
        client.open(name, &url, device).await;
        client.join(name, call).await;
    }
    client.next("older", "participant:joined").await;
    client.open("newer", &url, &ada).await;
    assert_eq!(client.next("older", "server:closing").await, json!({ "reason": "replaced" }));
    assert_eq!(client.next("older", "disconnect").await, "io server disconnect");
    // The device is still in the call, and hears through the newer one.
    let signal = json!({ "call_id": call, "to": ada.id, "sealed": "AAAA" });
    assert_eq!(client.say("bob", "webrtc:offer", signal).await, json!({ "ok": true }));
    client.next("newer", "webrtc:offer").await;
    client.heard_nothing("bob").await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_copy_that_stops_sends_its_clients_elsewhere(db: PgPool) {
    // Who is between two polls just then must still be able to hear it.
    let house = House::with(db, &[("SECUREVOX_DRAIN_DELAY", "2s")]).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    for (handle, transport) in [("ada", "websocket"), ("bob", "polling")] {
        let device = Device::of(handle, &house).await;
        let options = json!({ "transports": [transport], "auth": device.auth() });
        let opened = client.open_with(handle, &url, options).await;
        assert_eq!(opened["connected"], true, "{opened}");
    }
    house.base.lifecycle.drain();
    for handle in ["ada", "bob"] {
        let told = client.next(handle, "server:draining").await;
        assert!(told["reconnect_in_ms"].as_u64().unwrap() < 10_000, "{told}");
    }
    // Not by the server's will: the client comes back by itself.
    assert_eq!(client.next("ada", "disconnect").await, "transport close");
    let ended = client.next("bob", "disconnect").await;
    assert!(ended == "transport close" || ended == "transport error", "{ended}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_idle_socket_lives(db: PgPool) {
    // Longer than a poll waits for the next ping, and than any request may take.
    let settings = [("SECUREVOX_REQUEST_TIMEOUT", "5s"), ("SECUREVOX_MIN_RATE_WINDOW", "5s")];
    let house = House::with(db, &settings).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    let (ada, bob) = (Device::of("ada", &house).await, Device::of("bob", &house).await);
    client.open("ada", &url, &ada).await;
    let options = json!({ "transports": ["polling"], "auth": bob.auth() });
    client.open_with("bob", &url, options).await;
    let idle = json!({ "do": "idle", "name": "bob", "ms": 30_000 });
    assert_eq!(client.ask(idle).await["connected"], true);
    tokio::time::sleep(Duration::from_millis(10)).await;
    for name in ["ada", "bob"] {
        assert_eq!(client.join(name, Uuid::now_v7()).await["ok"], true);
    }
}
