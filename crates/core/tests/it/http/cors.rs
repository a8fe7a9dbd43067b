//! What the browsers of other origins are told.

use axum::Router;
use securevox_testkit::{Answer, Ask, House, Wire};
use sqlx::PgPool;

use crate::probe::Probe;

const CHAT: &str = "https://chat.example.org";
const SETTINGS: [(&str, &str); 2] = [
    ("SECUREVOX_CORS_ORIGINS", "https://chat.example.org, http://localhost:3000"),
    ("SECUREVOX_REQUEST_TIMEOUT", "1s"),
];
const STRANGERS: [&str; 6] = [
    "https://example.org",
    "http://chat.example.org",
    "https://chat.example.org:8443",
    "https://chat.example.org.evil.example",
    "HTTPS://CHAT.EXAMPLE.ORG",
    "null",
];

async fn router(db: PgPool) -> Router {
    House::with(db, &SETTINGS).await.router::<Probe>(&[]).await
}

fn preflight(origin: &str, path: &str) -> Ask {
    let ask = Ask::new("OPTIONS", path).header("origin", origin);
    let ask = ask.header("access-control-request-method", "PATCH");
    ask.header("access-control-request-headers", "authorization,content-type")
}

/// Its headers that speak of CORS, sorted.
fn said(answer: &Answer) -> Vec<String> {
    let names = answer.headers.keys().map(ToString::to_string);
    let mut names: Vec<_> = names.filter(|name| name.starts_with("access-control-")).collect();
    names.sort();
    names
}

#[track_caller]
fn assert_shared(answer: &Answer, origin: &str) {
    assert_eq!(said(answer), ["access-control-allow-origin", "access-control-expose-headers"]);
    assert_eq!(answer.header("access-control-allow-origin"), origin);
    let exposed = answer.header("access-control-expose-headers");
    for name in ["x-request-id", "retry-after", "location", "etag", "content-range"] {
        assert!(exposed.split(", ").any(|exposed| exposed == name), "{name} is not in {exposed}");
    }
    assert_eq!(answer.header("vary"), "origin");
    assert!(!answer.header("x-request-id").is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pages_of_listed_origins_may_read(db: PgPool) {
    let router = router(db).await;
    for origin in [CHAT, "http://localhost:3000"] {
        let answer = Ask::new("GET", "/things/1").header("origin", origin).of(&router).await;
        assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, &b"1"[..]));
        assert_shared(&answer, origin);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn they_may_read_why_they_were_refused(db: PgPool) {
    let house = House::with(db, &SETTINGS).await;
    let router = house.router::<Probe>(&[]).await;
    let ask = |method, path| Ask::new(method, path).header("origin", CHAT);
    let large = ask("POST", "/json").body("application/json", vec![b' '; 100 << 10]);
    let refused = [
        (401, ask("GET", "/callers")),
        (404, ask("GET", "/nothing/here")),
        (405, ask("DELETE", "/things/1")),
        (409, ask("POST", "/refused")),
        (413, large),
        (415, ask("POST", "/json").body("text/plain", "{}")),
        (500, ask("GET", "/panics")),
        (503, ask("GET", "/stuck")),
    ];
    for (status, ask) in refused {
        let answer = ask.of(&router).await;
        assert_eq!(answer.problem().0, status);
        assert_eq!(answer.text("/request_id"), answer.header("x-request-id"));
        assert_shared(&answer, CHAT);
    }
    // A trailing slash makes no difference.
    assert_shared(&ask("GET", "/things/1/").of(&router).await, CHAT);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_preflight_is_answered_for_an_hour(db: PgPool) {
    let router = router(db).await;
    // Whatever the route would say of it.
    for path in ["/things/1", "/things/1/", "/callers", "/nothing/here"] {
        let answer = preflight(CHAT, path).of(&router).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (204, 0), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), CHAT);
        let methods = answer.header("access-control-allow-methods");
        assert_eq!(methods, "GET, HEAD, POST, PUT, PATCH, DELETE");
        let headers = answer.header("access-control-allow-headers");
        assert!(headers.starts_with("authorization, content-type, "), "{headers}");
        assert_eq!(answer.header("access-control-max-age"), "3600");
        assert_eq!(answer.header("vary"), "origin");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
    // OPTIONS alone is no preflight.
    let answer = Ask::new("OPTIONS", "/things/1").header("origin", CHAT).of(&router).await;
    assert_eq!(answer.problem(), (405, "about:blank"));
    assert_shared(&answer, CHAT);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_stranger_is_told_nothing_of_it(db: PgPool) {
    let router = router(db).await;
    for origin in STRANGERS {
        let answer = Ask::new("GET", "/things/1").header("origin", origin).of(&router).await;
        assert_eq!((answer.status.as_u16(), said(&answer)), (200, vec![]), "{origin}");
        assert_eq!(answer.header("vary"), "origin");
        let answer = preflight(origin, "/things/1").of(&router).await;
        assert_eq!((answer.status.as_u16(), said(&answer)), (405, vec![]), "{origin}");
    }
    let answer = Ask::new("GET", "/things/1").of(&router).await;
    assert_eq!((said(&answer), answer.header("vary")), (vec![], "origin"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn without_a_list_everybody_is_a_stranger(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Probe>(&[]).await;
    let answer = Ask::new("GET", "/things/1").header("origin", CHAT).of(&router).await;
    assert_eq!((said(&answer), answer.header("vary")), (vec![], ""));
    let answer = preflight(CHAT, "/things/1").of(&router).await;
    assert_eq!((answer.status.as_u16(), said(&answer)), (405, vec![]));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_preflight_goes_over_a_real_connection_that_stays_open(db: PgPool) {
    let house = House::with(db, &SETTINGS).await;
    let mut wire = Wire::open(&house.serve::<Probe>(&[]).await.url).await;
    let ask =
        |method: &str| format!("{method} /things/1 HTTP/1.1\r\nHost: x\r\nOrigin: {CHAT}\r\n");
    wire.send(format!("{}Access-Control-Request-Method: GET\r\n\r\n", ask("OPTIONS"))).await;
    assert_eq!(wire.answer().await.status, 204);
    wire.send(format!("{}\r\n", ask("GET"))).await;
    let answer = wire.answer().await;
    assert_eq!(answer.bytes, b"1");
    assert_shared(&answer, CHAT);
}
