//! Who is let in, and how.

use chrono::{TimeDelta, Utc};
use securevox_calls_signaling::CallsSignaling;
use securevox_protocol::DeviceId;
use securevox_testkit::{Ask, House, Person};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::client::{Client, Device, kind};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_device_comes_in_by_any_transport(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let ada = Device::of("ada", &house).await;
    let Some(mut client) = Client::start().await else { return };
    for transport in ["websocket", "polling"] {
        let options = json!({ "transports": [transport], "auth": ada.auth() });
        let opened = client.open_with("ada", &url, options).await;
        assert_eq!(opened, json!({ "connected": true, "transport": transport }));
        let call = Uuid::now_v7();
        let joined = client.join("ada", call).await;
        let alone = json!({ "ok": true, "participants": [ada.participant()] });
        assert_eq!(joined, alone, "{transport}");
    }
    let authorization = format!("Bearer {}", ada.person.token);
    for transport in ["websocket", "polling"] {
        let headers = json!({ "authorization": authorization });
        let options = json!({ "transports": [transport], "extraHeaders": headers });
        let opened = client.open_with("ada", &url, options).await;
        assert_eq!(opened["connected"], true, "{opened}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn polling_gives_way_to_a_websocket(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let ada = Device::of("ada", &house).await;
    let Some(mut client) = Client::start().await else { return };
    let opened = client.open_with("ada", &url, json!({ "auth": ada.auth() })).await;
    assert_eq!(opened["connected"], true, "{opened}");
    let upgraded = async {
        while client.ask(json!({ "do": "transport", "name": "ada" })).await["transport"]
            != "websocket"
        {}
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), upgraded).await.unwrap();
    assert_eq!(client.join("ada", Uuid::now_v7()).await["ok"], true);
    // What took over is cut like what was there from the beginning.
    house.base.revocations.tell(&[ada.person.session], Utc::now()).await;
    assert_eq!(client.next("ada", "server:closing").await, json!({ "reason": "session_ended" }));
    assert_eq!(client.next("ada", "disconnect").await, "io server disconnect");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_is_no_device_is_told_why_not(db: PgPool) {
    let house = House::on(db).await;
    let url = house.serve::<CallsSignaling>(&[]).await.url;
    let ada = Person::publisher("ada", &house).await;
    let api_token = ada.api_token(&["builds:read"], &house).await.token;
    let hour_ago = Utc::now() - TimeDelta::hours(1);
    let device = Some(DeviceId::fresh());
    let expired = house.base.tokens.issue(ada.account, device, ada.session, hour_ago).unwrap();
    let Some(mut client) = Client::start().await else { return };
    let refusals: [(Value, (u64, &str)); 7] = [
        (json!({}), (401, "unauthenticated")),
        (json!({ "token": "nonsense" }), (401, "unauthenticated")),
        (json!({ "token": "non\nsense" }), (401, "unauthenticated")),
        (json!({ "token": expired }), (401, "unauthenticated")),
        (json!({ "token": api_token }), (403, "token-not-accepted")),
        (json!({ "token": ada.token }), (403, "device-missing")),
        (json!({ "token": [1] }), (422, "invalid-request")),
    ];
    for transport in ["websocket", "polling"] {
        for (auth, expected) in &refusals {
            let options = json!({ "transports": [transport], "auth": auth });
            let problem = client.refused(&url, options).await;
            assert_eq!(kind(&problem), *expected, "{transport} {auth}");
        }
    }
    house.base.revocations.tell(&[ada.session], Utc::now()).await;
    let token = house.base.tokens.issue(ada.account, device, ada.session, Utc::now()).unwrap();
    let options = json!({ "transports": ["websocket"], "auth": { "token": token } });
    assert_eq!(kind(&client.refused(&url, options).await), (401, "unauthenticated"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn one_address_opens_so_many_sockets(db: PgPool) {
    let house = House::on(db).await;
    let limit = [("SECUREVOX_SIGNALING_SOCKETS_PER_ADDRESS", "2")];
    let router = house.router::<CallsSignaling>(&limit).await;
    let open = || Ask::new("GET", "/socket.io/?EIO=4&transport=polling");
    for _ in 0..2 {
        let opened = open().of(&router).await;
        assert_eq!(opened.status, 200);
        assert!(opened.html().starts_with("0{"), "{opened:?}");
    }
    let limited = open().of(&router).await;
    assert_eq!(limited.problem(), (429, "too-many-requests"));
    assert_ne!(limited.header("retry-after"), "");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pages_of_known_origins_may_poll(db: PgPool) {
    let origins = [("SECUREVOX_CORS_ORIGINS", "https://chat.example.org")];
    let house = House::with(db, &origins).await;
    let router = house.router::<CallsSignaling>(&[]).await;
    let path = "/socket.io/?EIO=4&transport=polling";
    let from = |origin: &str| Ask::new("GET", path).header("origin", origin);
    let known = from("https://chat.example.org").of(&router).await;
    assert_eq!(known.header("access-control-allow-origin"), "https://chat.example.org");
    let stranger = from("https://elsewhere.example.org").of(&router).await;
    assert_eq!(
        (stranger.status.as_u16(), stranger.header("access-control-allow-origin")),
        (200, "")
    );
    let asks = Ask::new("OPTIONS", path)
        .header("origin", "https://chat.example.org")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization");
    let preflight = asks.of(&router).await;
    assert_eq!(preflight.status, 204);
    assert!(preflight.header("access-control-allow-headers").contains("authorization"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_api_document_tells_of_the_sockets(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<CallsSignaling>(&[]).await;
    let document = Ask::new("GET", "/v1/openapi.json").of(&router).await;
    assert!(document.text("/tags/0/description").contains("webrtc:offer"), "{document:?}");
}
