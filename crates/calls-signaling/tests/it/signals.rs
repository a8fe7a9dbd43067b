//! What devices of a call say to each other, and what is refused.

use securevox_calls_signaling::CallsSignaling;
use securevox_testkit::{House, Wire};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::client::{Client, Device, pointer, problem};

/// Two devices in a call, and what they are served by.
async fn call(client: &mut Client, house: &House, url: &str) -> (Device, Device, Uuid) {
    let (ada, bob) = (Device::of("ada", house).await, Device::of("bob", house).await);
    let call = Uuid::now_v7();
    client.open("ada", url, &ada).await;
    client.open("bob", url, &bob).await;
    assert_eq!(client.join("ada", call).await["ok"], true);
    let joined = client.join("bob", call).await;
    assert_eq!(joined["participants"], json!([ada.participant(), bob.participant()]));
    let told = client.next("ada", "participant:joined").await;
    assert_eq!(told, json!({ "call_id": call, "participant": bob.participant() }));
    (ada, bob, call)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_devices_signal_each_other_in_order(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<CallsSignaling>(&[]).await;
    let Some(mut client) = Client::start().await else { return };
    let (ada, bob, call) = call(&mut client, &house, &serving.url).await;
    let signal = |to: &Device, sealed: &str| json!({ "call_id": call, "to": to.id, "sealed": sealed, "new": [1] });

    // As long as it may be.
    let long = "A".repeat(64 << 10);
    assert_eq!(client.say("ada", "webrtc:offer", signal(&bob, &long)).await, json!({ "ok": true }));
    let heard = client.next("bob", "webrtc:offer").await;
    assert_eq!(heard, json!({ "call_id": call, "from": ada.participant(), "sealed": long }));
    client.say("bob", "webrtc:answer", signal(&ada, "//8=")).await;
    let heard = client.next("ada", "webrtc:answer").await;
    assert_eq!(heard, json!({ "call_id": call, "from": bob.participant(), "sealed": "//8=" }));

    let sealed = |number: usize| format!("{number:04}");
    let words = (0..60).map(|number| json!(["webrtc:candidate", signal(&bob, &sealed(number))]));
    let acks = client.say_all("ada", words.collect()).await;
    assert!(acks.iter().all(|ack| *ack == json!({ "ok": true })), "{acks:?}");
    for number in 0..60 {
        let heard = client.next("bob", "webrtc:candidate").await;
        assert_eq!(heard["sealed"], sealed(number));
    }

    let left = client.say("bob", "call:leave", json!({ "call_id": call })).await;
    assert_eq!(left, json!({ "ok": true }));
    let told = client.next("ada", "participant:left").await;
    assert_eq!(told, json!({ "call_id": call, "participant": bob.participant() }));
    let gone = client.say("ada", "webrtc:offer", signal(&bob, "AAAA")).await;
    assert_eq!(problem(&gone), (404, "no-such-participant"));

    let mut wire = Wire::open(&serving.internal).await;
    wire.send("GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let metrics = wire.answer().await;
    for line in [
        "securevox_calls_signaling_sockets 2",
        r#"securevox_calls_signaling_events_total{event="webrtc:candidate",outcome="done"} 60"#,
        r#"securevox_calls_signaling_events_total{event="webrtc:offer",outcome="refused"} 1"#,
        r#"route="/socket.io""#,
    ] {
        assert!(metrics.html().contains(line), "{line} in {}", metrics.html());
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_goes_leaves_the_call(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    let (_, bob, call) = call(&mut client, &house, &url).await;
    client.ask(json!({ "do": "close", "name": "bob" })).await;
    let told = client.next("ada", "participant:left").await;
    assert_eq!(told, json!({ "call_id": call, "participant": bob.participant() }));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_stranger_learns_nothing(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    let (ada, bob, call) = call(&mut client, &house, &url).await;
    let eve = Device::of("eve", &house).await;
    client.open("eve", &url, &eve).await;
    // The same for a call of others, one that is not, and a device that is not in it.
    for (name, call, to) in [
        ("eve", call, ada.id),
        ("eve", Uuid::now_v7(), ada.id),
        ("ada", call, eve.id),
        ("ada", call, ada.id),
        ("ada", Uuid::now_v7(), bob.id),
    ] {
        let signal = json!({ "call_id": call, "to": to, "sealed": "AAAA" });
        for event in ["webrtc:offer", "webrtc:answer", "webrtc:candidate"] {
            let answer = client.say(name, event, signal.clone()).await;
            assert_eq!(problem(&answer), (404, "no-such-participant"), "{name} {event}");
        }
    }
    // To leave what one is not in changes nothing.
    let left = client.say("eve", "call:leave", json!({ "call_id": call })).await;
    assert_eq!(left, json!({ "ok": true }));
    for name in ["ada", "bob", "eve"] {
        client.heard_nothing(name).await;
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_wrong_is_named_and_nobody_hears_it(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    let (_, bob, call) = call(&mut client, &house, &url).await;
    let with = |key: &str, value: Value| {
        let mut signal = json!({ "call_id": call, "to": bob.id, "sealed": "AAAA" });
        signal[key] = value;
        signal
    };
    let offer_too_long = "A".repeat((64 << 10) + 4);
    let candidate_too_long = "A".repeat((4 << 10) + 4);
    for (event, body, expected) in [
        ("webrtc:offer", with("sealed", json!(offer_too_long)), "#/sealed"),
        ("webrtc:candidate", with("sealed", json!(candidate_too_long)), "#/sealed"),
        ("webrtc:offer", with("sealed", json!("no base64!")), "#/sealed"),
        ("webrtc:offer", with("sealed", json!("")), "#/sealed"),
        ("webrtc:answer", with("sealed", json!({ "sdp": "v=0" })), "#/sealed"),
        ("webrtc:offer", with("to", json!("somebody")), "#/to"),
        ("webrtc:offer", with("call_id", json!(7)), "#/call_id"),
        ("webrtc:offer", json!({ "call_id": call, "to": bob.id }), "#"),
        ("webrtc:offer", json!([1, 2]), "#"),
        ("webrtc:offer", Value::Null, "#"),
        ("call:join", json!("call"), "#"),
        ("call:join", json!({ "call_id": "call" }), "#/call_id"),
    ] {
        let answer = client.say("ada", event, body).await;
        assert_eq!((problem(&answer), pointer(&answer)), ((422, "invalid-request"), expected));
    }
    let bytes = json!({ "do": "bytes", "name": "ada", "event": "webrtc:offer",
        "body": { "call_id": call, "to": bob.id }, "key": "sealed" });
    let answer = client.ask(bytes).await["acks"][0].clone();
    assert_eq!((problem(&answer), pointer(&answer)), ((422, "invalid-request"), "#/sealed"));
    for event in ["call:start", "constructor", "webrtc:offer ", "ß"] {
        let answer = client.say("ada", event, json!({})).await;
        assert_eq!(problem(&answer), (404, "no-such-event"), "{event}");
    }
    // Without an acknowledgement wanted, none; and the socket lives.
    let words = json!([["nonsense", 1], ["webrtc:offer"], ["call:join", {}]]);
    client.ask(json!({ "do": "tell", "name": "ada", "words": words })).await;
    assert_eq!(client.join("ada", call).await["ok"], true);
    client.next("bob", "participant:joined").await;
    client.heard_nothing("bob").await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_flood_is_told_to_wait(db: PgPool) {
    let house = House::on(db).await;
    let limits = [("SECUREVOX_SIGNALS_PER_DEVICE", "30"), ("SECUREVOX_SIGNALS_PER_ACCOUNT", "40")];
    let url = house.serve::<CallsSignaling>(&limits).await.url;
    let Some(mut client) = Client::start().await else { return };
    let (ada, bob, call) = call(&mut client, &house, &url).await;
    let signal = json!({ "call_id": call, "to": bob.id, "sealed": "AAAA" });
    let flood = vec![json!(["webrtc:candidate", signal]); 1_000];
    let acks = client.say_all("ada", flood).await;
    let done = acks.iter().filter(|ack| ack["ok"] == true).count();
    assert!((29..=35).contains(&done), "{done}");
    let refused: Vec<_> = acks.iter().filter(|ack| ack["ok"] == false).collect();
    assert!(refused.iter().all(|ack| problem(ack).0 == 429), "{refused:?}");
    assert!(refused.iter().all(|ack| ack["problem"]["retry_after"].as_u64() >= Some(1)));
    for _ in 0..done {
        client.next("bob", "webrtc:candidate").await;
    }
    client.heard_nothing("bob").await;
    // Another device of the account has what is left of the account's.
    let other = ada.another(&house).await;
    client.open("other", &url, &other).await;
    let acks = client.say_all("other", vec![json!(["call:leave", { "call_id": call }]); 30]).await;
    let done = acks.iter().filter(|ack| ack["ok"] == true).count();
    assert!((8..=16).contains(&done), "{done}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_call_has_eight_places(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let Some(mut client) = Client::start().await else { return };
    let mut device = Device::of("ada", &house).await;
    let call = Uuid::now_v7();
    for place in 1..=9 {
        let name = place.to_string();
        client.open(&name, &url, &device).await;
        let joined = client.join(&name, call).await;
        if place == 9 {
            assert_eq!(problem(&joined), (409, "call-full"));
        } else {
            assert_eq!(joined["participants"].as_array().unwrap().len(), place);
        }
        device = device.another(&house).await;
    }
    // And a socket eight calls.
    for number in 1..=9 {
        let joined = client.join("9", Uuid::now_v7()).await;
        if number == 9 {
            assert_eq!(problem(&joined), (409, "too-many-calls"));
        } else {
            assert_eq!(joined["ok"], true);
        }
    }
}
