//! What all endpoints do alike.

use securevox_api::Api;
use securevox_testkit::{Ask, House, Person};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{operations::described, people::open};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_route_is_described(db: PgPool) {
    let (house, router) = open(db).await;
    let operations = described(&router).await;
    assert!(operations.len() > 20);
    // axum lists its routes nowhere but in its debug output.
    let routes = format!("{:?}", house.routes::<Api>(&[]).await);
    let registered: Vec<&str> = routes.split('"').filter(|part| part.starts_with("/v1/")).collect();
    assert!(registered.len() > 10, "{routes}");
    for path in registered {
        assert!(operations.iter().any(|operation| operation.path == path), "{path}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_stranger_learns_nothing(db: PgPool) {
    let (_house, router) = open(db).await;
    for operation in described(&router).await {
        let answer = operation.ask().of(&router).await;
        let status = answer.status.as_u16();
        assert!(operation.statuses.contains(&status), "{status} is not described: {operation:?}");
        if operation.needs_session {
            assert_eq!(answer.problem(), (401, "unauthenticated"), "{operation:?}");
        }
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_person_is_needed_where_a_person_decides(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let ci = root.api_token(&["builds:read", "builds:write"], &house).await;
    let operations = described(&router).await;
    for operation in operations.iter().filter(|operation| operation.needs_session) {
        let answer = operation.ask().by(&ci).of(&router).await;
        assert_eq!(answer.problem(), (403, "token-not-accepted"), "{operation:?}");
        assert!(operation.statuses.contains(&403), "{operation:?}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_body_is_read_with_the_same_care(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let operations = described(&router).await;
    for operation in operations.iter().filter(|operation| operation.takes_body) {
        let send = async |media_type: &str, body: Vec<u8>| {
            let ask = Ask::new(&operation.method, &operation.of_nothing()).by(&root);
            let answer = ask.body(media_type, body).of(&router).await;
            assert!(operation.statuses.contains(&answer.status.as_u16()), "{operation:?}");
            answer
        };
        let json = "application/json";
        let broken = send(json, b"{\n  oops".to_vec()).await;
        assert_eq!(broken.problem(), (400, "not-json"), "{operation:?}");
        assert!(broken.text("/detail").ends_with("at line 2 column 3"), "{broken:?}");
        assert_eq!(send(json, Vec::new()).await.problem(), (400, "not-json"));
        assert!(send(json, b"\"\xff\"".to_vec()).await.status.is_client_error());
        let plain = send("text/plain", b"{}".to_vec()).await;
        assert_eq!(plain.problem(), (415, "about:blank"));
        let unknown = send(json, b"{\"no~such/field\":1}".to_vec()).await;
        assert_eq!(unknown.problem(), (422, "invalid-request"));
        assert_eq!(unknown.pointers(), ["#/no~0such~1field"], "{operation:?}");
        for other in ["null", "[]", "7", "\"{}\""] {
            let answer = send("application/json; charset=utf-8", other.into()).await;
            assert_eq!((answer.problem().0, answer.pointers()), (422, vec!["#"]), "{other}");
        }
        let large = send(json, vec![b' '; (64 << 10) + 1]).await;
        assert_eq!(large.problem(), (413, "too-large"));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn strings_with_nul_are_never_a_failure(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    let nul = "a\u{0}bcdefghijkl";
    let device = json!({ "name": nul, "platform": "cli" });
    for (method, path, body) in [
        (
            "POST",
            "/v1/auth/register",
            json!({ "handle": nul, "password": nul, "email": nul, "invite": nul }),
        ),
        ("POST", "/v1/auth/register", json!({ "handle": "ada", "password": nul })),
        ("POST", "/v1/auth/login", json!({ "handle": nul, "password": nul })),
        ("POST", "/v1/auth/login", json!({ "handle": "ada", "password": nul, "device": device })),
        ("POST", "/v1/auth/refresh", json!({ "refresh_token": nul })),
        ("PATCH", "/v1/account", json!({ "email": nul })),
        ("POST", "/v1/account/password", json!({ "current_password": nul, "new_password": nul })),
        ("POST", "/v1/tokens", json!({ "name": nul, "scopes": ["builds:read"] })),
        ("POST", "/v1/invites", json!({ nul: nul })),
    ] {
        let answer = Ask::new(method, path).by(&root).json(&body).of(&router).await;
        assert!(!answer.status.is_server_error(), "{path} {body} {answer:?}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_not_there_is_a_problem(db: PgPool) {
    let (house, router) = open(db).await;
    let ada = Person::named("ada", &house).await;
    for path in ["/v1", "/v1/nothing", "/v1/account/nothing", "/V1/account", "/v1//account"] {
        let answer = ada.get(&router, path).await;
        assert_eq!(answer.problem(), (404, "about:blank"), "{path}");
        assert_eq!(answer.text("/request_id"), answer.header("x-request-id"));
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_wrong_method_is_told_the_right_ones(db: PgPool) {
    let (_house, router) = open(db).await;
    let operations = described(&router).await;
    for operation in &operations {
        let path = operation.of_nothing();
        let answer = Ask::new("PUT", &path).of(&router).await;
        assert_eq!(answer.problem(), (405, "about:blank"), "{path}");
        assert_eq!(answer.text("/request_id"), answer.header("x-request-id"));
        let mut allowed: Vec<&str> = answer.header("allow").split(',').collect();
        allowed.retain(|method| *method != "HEAD");
        let same_path = operations.iter().filter(|other| other.path == operation.path);
        let mut described: Vec<&str> = same_path.map(|other| other.method.as_str()).collect();
        allowed.sort_unstable();
        described.sort_unstable();
        assert_eq!(allowed, described, "{path}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_trailing_slash_means_the_same(db: PgPool) {
    let (house, router) = open(db).await;
    let root = Person::admin("root", &house).await;
    for operation in described(&router).await {
        let path = operation.of_nothing();
        let with = |path: &str| {
            let ask = Ask::new(&operation.method, path).by(&root);
            if operation.takes_body { ask.json(&json!({ "no": 1 })) } else { ask }
        };
        if path != "/v1/auth/logout" {
            let plain = with(&path).of(&router).await;
            let slash = with(&format!("{path}/")).of(&router).await;
            assert_eq!(slash.status, plain.status, "{path}");
        }
    }
    let answer = root.get(&router, "/v1/sessions/?limit=1").await;
    assert_eq!(answer.body["items"].as_array().map(Vec::len), Some(1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn every_answer_has_an_id_and_guards_itself(db: PgPool) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[]).await;
    let ada = Person::named("ada", &house).await;
    let (good, bad) = (ada.get(&router, "/v1/account").await, ada.get(&router, "/no").await);
    for answer in [&good, &bad] {
        assert!(!answer.header("x-request-id").is_empty());
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
    assert_ne!(good.header("x-request-id"), bad.header("x-request-id"));
    assert_eq!(good.header("content-type"), "application/json");
    assert_eq!(bad.header("cache-control"), "no-store");
    // A client's own id is not believed.
    let ask = Ask::new("GET", "/v1/account").by(&ada).header("x-request-id", "mine");
    assert_ne!(ask.of(&router).await.header("x-request-id"), "mine");
    let head = Ask::new("HEAD", "/v1/account").by(&ada).of(&router).await;
    assert_eq!((head.status.as_u16(), head.bytes.len(), head.body), (200, 0, Value::Null));
}
