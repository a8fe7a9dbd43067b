//! Whole requests and the layers around them, in process.

use axum::{Router, body::Body, http::Request};
use securevox_core::config::{Networks, Setting as _};
use securevox_testkit::{Answer, House, Wire, call};
use sqlx::PgPool;

use crate::probe::{Probe, SECRET};

async fn ask(router: &Router, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    call(router, request.body(Body::empty()).unwrap()).await
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_trailing_slash_means_the_same(db: PgPool) {
    let router = House::on(db).await.router::<Probe>(&[]).await;
    for path in ["/things/1", "/things/1/", "/things/1/?a=b"] {
        let answer = ask(&router, "GET", path).await;
        assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, &b"1"[..]), "{path}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn problems_have_the_id_of_the_request(db: PgPool) {
    let router = House::on(db).await.router::<Probe>(&[]).await;
    let unknown = ask(&router, "GET", "/nothing/here").await;
    assert_eq!(unknown.problem(), (404, "about:blank"));
    let wrong = ask(&router, "DELETE", "/things/1/").await;
    assert_eq!(wrong.problem(), (405, "about:blank"));
    assert_eq!(wrong.header("allow"), "GET,HEAD");

    for answer in [&unknown, &wrong] {
        assert_eq!(answer.text("/request_id"), answer.header("x-request-id"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_ne!(unknown.header("x-request-id"), wrong.header("x-request-id"));
    assert!(!ask(&router, "GET", "/things/1").await.header("x-request-id").is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_answer_has_security_headers(db: PgPool) {
    let router = House::on(db).await.router::<Probe>(&[]).await;
    for path in ["/things/1", "/nothing/here", "/panics"] {
        let answer = ask(&router, "GET", path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        let policy = answer.header("content-security-policy");
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'", "{path}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_panic_is_a_500_that_tells_nothing(db: PgPool) {
    let router = House::on(db).await.router::<Probe>(&[]).await;
    let answer = ask(&router, "GET", "/panics").await;
    assert_eq!(answer.problem(), (500, "about:blank"));
    assert_eq!(answer.text("/request_id"), answer.header("x-request-id"));
    assert!(!String::from_utf8_lossy(&answer.bytes).contains(SECRET));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_handler_that_takes_too_long_is_a_503(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_REQUEST_TIMEOUT", "1s")]).await;
    let answer = ask(&house.router::<Probe>(&[]).await, "GET", "/stuck").await;
    assert_eq!(answer.problem(), (503, "timed-out"));
    assert_eq!(answer.header("retry-after"), "5");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn metrics_have_the_route_and_never_the_path(db: PgPool) {
    let house = House::on(db).await;
    let serving = house.serve::<Probe>(&[]).await;
    let mut wire = Wire::open(&serving.url).await;
    for path in ["/things/a-token", "/things/a-token/", "/nothing/here"] {
        wire.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        wire.answer().await;
    }

    let mut inside = Wire::open(&serving.internal).await;
    inside.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let answer = inside.answer().await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4");
    let text = String::from_utf8(answer.bytes).unwrap();
    let counted = |labels: &str| {
        let name = "securevox_probe_http_request_duration_seconds_count";
        text.lines().find_map(|line| line.strip_prefix(&format!("{name}{{{labels}}} ")))
    };
    let known = r#"method="GET",route="/things/{thing}",status="200""#;
    assert_eq!(counted(known), Some("2"), "{text}");
    let unknown = r#"method="GET",route="unmatched",status="404""#;
    assert_eq!(counted(unknown), Some("1"), "{text}");
    assert!(!text.contains("a-token"));
    assert!(text.contains("\nsecurevox_probe_database_connections_open "), "{text}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_a_trusted_proxy_says_who_the_client_is(db: PgPool) {
    let mut house = House::on(db).await;
    for (trusted, told) in [("", "127.0.0.1"), ("127.0.0.0/8", "198.51.100.9")] {
        house.base.network.trusted_proxies = Networks::parse(trusted).unwrap();
        let mut wire = Wire::open(&house.serve::<Probe>(&[]).await.url).await;
        let forwarded = "X-Forwarded-For: 203.0.113.1\r\nX-Forwarded-For: 198.51.100.9";
        wire.send(format!("GET /addresses HTTP/1.1\r\nHost: x\r\n{forwarded}\r\n\r\n")).await;
        assert_eq!(wire.answer().await.bytes, told.as_bytes());
    }
}
