//! Whose address counts, and what becomes of a flood.

use std::net::Ipv4Addr;

use crate::{Scene, edge::Edge};

/// Another household than everybody else's here.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);
pub(crate) const ELSEWHERE_TEXT: &str = "127.0.0.9";
const FLOODING: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 11);

/// `LOGINS_PER_ADDRESS` of the copies, and then some.
const ATTEMPTS: u8 = 45;

/// The services learn it from the edge, and the edge believes nobody.
pub(crate) async fn limits_count_the_clients_own_address(scene: &Scene) {
    let edge = &scene.edge;
    let (url, elsewhere) = (edge.at("api.", "/v1/auth/login"), edge.client_from(ELSEWHERE));
    let mut refused = 0;
    for attempt in 0..ATTEMPTS {
        let pretended = format!("203.0.113.{attempt}");
        let asked = elsewhere.post(&url).header("x-forwarded-for", &pretended);
        let asked = asked.header("x_forwarded_for", &pretended).header("x-real-ip", &pretended);
        let body = serde_json::json!({ "handle": format!("nobody{attempt}"), "password": "wrong" });
        let status = asked.json(&body).send().await.unwrap().status().as_u16();
        assert!([401, 429].contains(&status), "{status}");
        refused += u8::from(status == 429);
    }
    assert!(refused > 0, "a client is believed about its address");
    assert_eq!(edge.login(edge.client(), &url, scene.ada.handle).await.0, 200);
}

pub(crate) async fn a_flood_is_told_to_wait(edge: &Edge) {
    let (url, client) = (edge.at("", "/healthz"), edge.client_from(FLOODING));
    let asked = (0..600).map(|_| client.get(&url).send());
    let answers = futures_util::future::join_all(asked).await;
    let statuses: Vec<u16> =
        answers.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect();
    assert!(statuses.contains(&429) && statuses.contains(&404), "{statuses:?}");
    // Its other hosts, and everybody else, do not wait.
    let other = client.get(edge.at("app.", "/v1/openapi.json")).send().await.unwrap();
    let neighbour = edge.client().get(edge.at("", "/login")).send().await.unwrap();
    assert_eq!((other.status().as_u16(), neighbour.status().as_u16()), (200, 200));
}
