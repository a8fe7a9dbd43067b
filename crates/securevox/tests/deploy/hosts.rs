//! Which host is whose, who may come there, and what its answers wear.

use std::net::Ipv4Addr;

use serde_json::Value;

use crate::{Scene, edge::Edge};

/// Another address of this machine than the operators'.
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 7);

pub(crate) async fn each_host_is_its_service(scene: &Scene) {
    let (edge, client) = (&scene.edge, scene.edge.client());
    let titles = [
        ("", "SecureVOX API"),
        ("api.", "SecureVOX API"),
        ("app.", "SecureVOX app distribution"),
        ("calls.", "SecureVOX calls-signaling"),
        ("admin.", "SecureVOX API"),
    ];
    for (host, title) in titles {
        let answer = client.get(edge.at(host, "/v1/openapi.json")).send().await.unwrap();
        let description: Value = answer.json().await.unwrap();
        assert_eq!(description["info"]["title"], title, "{host}");
    }
    let monitor = client.get(edge.at("monitor.", "/")).send().await.unwrap();
    assert_eq!(monitor.text().await.unwrap(), "a page of Grafana");

    // The notifier has its two paths; beside them is the API.
    let ask = async |path: &str| {
        let asked = client.get(edge.at("api.", path)).bearer_auth(&scene.ada.token);
        asked.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("/v1/stream").await, 426);
    assert_eq!(ask("/v1/stream/").await, 426);
    assert_eq!(ask("/v1/streams").await, 404);
    assert_eq!(ask("/v1/account?token=a-secret").await, 200);

    // What runs inside stays inside.
    for host in ["", "api.", "app.", "calls.", "admin."] {
        for path in ["/metrics", "/readyz", "/healthz", "/ping", "/api/rawdata", "/dashboard/"] {
            let answer = client.get(edge.at(host, path)).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{host} {path}");
        }
    }
    let unknown = client.get(edge.at("unknown.", "/")).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
    let lying = client.get(edge.at("api.", "/")).header("host", "somebody.example");
    let status = lying.send().await.unwrap().status().as_u16();
    assert!([404, 421].contains(&status), "{status}");
}

pub(crate) async fn only_operators_reach_their_hosts(edge: &Edge) {
    let outside = edge.client_from(OUTSIDE);
    for host in ["admin.", "monitor."] {
        let answer = outside.get(edge.at(host, "/")).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{host}");
        let pretending = outside.get(edge.at(host, "/")).header("x-forwarded-for", "127.0.0.1");
        assert_eq!(pretending.send().await.unwrap().status(), 403, "{host}");
    }
    let answer = outside.get(edge.at("app.", "/v1/openapi.json")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

pub(crate) async fn answers_wear_what_they_should(scene: &Scene) {
    let (edge, client) = (&scene.edge, scene.edge.client());
    for (host, path) in [("", "/login"), ("api.", "/v1/account"), ("app.", "/"), ("monitor.", "/")]
    {
        let answer = client.get(edge.at(host, path)).send().await.unwrap();
        let headers = answer.headers().clone();
        let all = |name: &str| {
            let values = headers.get_all(name).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(all("strict-transport-security"), ["max-age=63072000"], "{host}{path}");
        assert_eq!(all("cross-origin-opener-policy"), ["same-origin"], "{host}{path}");
        assert_eq!(all("server"), [""; 0], "{host}{path}");
        if host != "monitor." {
            // The services' own, once.
            assert_eq!(all("x-content-type-options"), ["nosniff"], "{host}{path}");
            let policy = all("content-security-policy");
            assert!(policy.len() == 1 && policy[0].contains("default-src"), "{policy:?}");
        }
    }
    let packed = async |host: &str, path: &str| {
        let asked = client.get(edge.at(host, path)).header("accept-encoding", "gzip");
        asked.send().await.unwrap().headers().contains_key("content-encoding")
    };
    assert!(packed("api.", "/v1/openapi.json").await);
    assert!(!packed("", "/login").await);
}
