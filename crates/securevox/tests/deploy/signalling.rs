//! Devices signal each other through the edge, whichever copies have them.

use std::net::Ipv4Addr;

use securevox_testkit::Script;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    PASSWORD, Scene,
    edge::{DOMAIN, Edge},
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deploy/signalling.cjs");

/// Attempts without the cookie.
const ATTEMPTS: usize = 3;

pub(crate) async fn devices_signal_each_other(scene: &Scene) {
    for handle in ["carl", "dora"] {
        scene.copies.operator(&["admin", "create-account", "--handle", handle]);
    }
    let edge = &scene.edge;
    let order = json!({
        "url": edge.at("calls.", ""),
        "name": format!("calls.{DOMAIN}"),
        "address": Ipv4Addr::LOCALHOST,
        "authority": edge.authority_path(),
        "devices": [device(edge, "carl").await, device(edge, "dora").await],
        "calls": [Uuid::now_v7(), Uuid::now_v7()],
        "attempts": ATTEMPTS,
    });
    let script = Script::start(SCRIPT, order).await;
    let mut script = script.expect("verify-deploy brings Node");
    let said = script.said().await;
    let all = json!({ "offer": "b2ZmZXI=", "candidates": 30, "in_order": true });
    assert_eq!(said["polling"], all, "by polling: {said}");
    assert_eq!(said["websocket"], all, "by WebSocket: {said}");
    // The copy that is asked next knows nothing of the connection.
    assert_eq!(said["without_cookie"], 0, "the cookie is not what keeps them: {said}");
}

/// A new device of an account, as the script needs to know it.
async fn device(edge: &Edge, handle: &str) -> Value {
    let body = json!({
        "handle": handle, "password": PASSWORD, "device": { "name": "Phone", "platform": "cli" },
    });
    let answer = edge.client().post(edge.at("api.", "/v1/auth/login")).json(&body).send().await;
    let tokens: Value = answer.unwrap().json().await.unwrap();
    json!({ "token": tokens["access_token"], "id": tokens["device_id"] })
}
