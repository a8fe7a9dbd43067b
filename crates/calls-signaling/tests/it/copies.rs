//! Two copies that share a Redis.

use std::time::Duration;

use chrono::Utc;
use securevox_calls_signaling::CallsSignaling;
use securevox_testkit::{House, Redis};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::client::{Client, Device, problem};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn signals_cross_from_copy_to_copy(db: PgPool) {
    let Some(mut redis) = Redis::start() else { return };
    let Some(mut client) = Client::start().await else { return };
    let url = redis.url();
    let variables = [("SECUREVOX_REDIS_URL", url.as_str())];
    let here = House::with(db, &variables).await;
    let there = here.copy(&variables).await;
    let [left, right] = [&here, &there].map(|house| house.serve::<CallsSignaling>(&[]));
    let (left, right) = (left.await.url, right.await.url);
    // Until the subscriptions stand.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (ada, bob) = (Device::of("ada", &here).await, Device::of("bob", &here).await);
    let call = Uuid::now_v7();
    client.open("ada", &left, &ada).await;
    client.open("bob", &right, &bob).await;
    client.join("ada", call).await;
    client.join("bob", call).await;
    client.next("ada", "participant:joined").await;
    for number in 0..20 {
        let sealed = format!("{number:04}");
        let signal = json!({ "call_id": call, "to": bob.id, "sealed": sealed });
        assert_eq!(client.say("ada", "webrtc:candidate", signal).await, json!({ "ok": true }));
        assert_eq!(client.next("bob", "webrtc:candidate").await["sealed"], sealed);
    }

    // A newer socket elsewhere replaces the older one here.
    client.open("ada again", &right, &ada).await;
    assert_eq!(client.next("ada", "server:closing").await, json!({ "reason": "replaced" }));
    assert_eq!(client.next("ada", "disconnect").await, "io server disconnect");
    let signal = json!({ "call_id": call, "to": ada.id, "sealed": "AAAA" });
    client.say("bob", "webrtc:offer", signal.clone()).await;
    client.next("ada again", "webrtc:offer").await;

    // A session that is revoked here is cut there.
    here.base.revocations.tell(&[ada.person.session], Utc::now()).await;
    let closing = client.next("ada again", "server:closing").await;
    assert_eq!(closing, json!({ "reason": "session_ended" }));

    // Without Redis nobody knows who is in the call, and the socket lives.
    client.join("bob", call).await;
    redis.kill();
    assert_eq!(problem(&client.join("bob", call).await), (503, "calls-unavailable"));
    redis.start_again();
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(client.join("bob", call).await["ok"], true);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_client_comes_back_when_its_copy_dies(db: PgPool) {
    let Some(redis) = Redis::start() else { return };
    let Some(mut client) = Client::start().await else { return };
    let url = redis.url();
    let variables = [("SECUREVOX_REDIS_URL", url.as_str())];
    let here = House::with(db, &variables).await;
    let there = here.copy(&variables).await;
    let [left, right] = [&here, &there].map(|house| house.serve::<CallsSignaling>(&[]));
    let (left, right) = (left.await.url, right.await.url);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (ada, bob) = (Device::of("ada", &here).await, Device::of("bob", &here).await);
    let call = Uuid::now_v7();
    let options = json!({ "transports": ["websocket"], "auth": ada.auth(), "reconnection": true });
    client.open_with("ada", &left, options).await;
    client.open("bob", &right, &bob).await;
    client.join("ada", call).await;
    client.join("bob", call).await;
    client.next("ada", "participant:joined").await;

    client.ask(json!({ "do": "move", "name": "ada", "url": right })).await;
    here.base.lifecycle.drain();
    client.next("ada", "server:draining").await;
    assert_eq!(client.next("ada", "disconnect").await, "transport close");
    client.next("ada", "reconnect").await;
    client.next("bob", "participant:left").await;
    assert_eq!(client.join("ada", call).await["participants"].as_array().unwrap().len(), 2);
    client.next("bob", "participant:joined").await;
    let signal = json!({ "call_id": call, "to": ada.id, "sealed": "AAAA" });
    client.say("bob", "webrtc:offer", signal).await;
    client.next("ada", "webrtc:offer").await;
}
