//! People who come in through the API itself, as clients do.

use axum::Router;
use securevox_api::Api;
use securevox_testkit::{Answer, Ask, House};
use serde_json::{Value, json};
use sqlx::PgPool;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Anybody may register, and as often as a test likes.
pub(crate) const OPEN: &[(&str, &str)] = &[
    ("SECUREVOX_REGISTRATION", "open"),
    ("SECUREVOX_REGISTRATIONS_PER_ADDRESS", "1000"),
    ("SECUREVOX_LOGINS_PER_ACCOUNT", "1000"),
    ("SECUREVOX_LOGINS_PER_ADDRESS", "1000"),
];

/// A house that anybody may enter, and its API.
pub(crate) async fn open(db: PgPool) -> (House, Router) {
    let house = House::on(db).await;
    let router = house.router::<Api>(OPEN).await;
    (house, router)
}

/// What a stranger gets for posting `body`.
pub(crate) async fn post(router: &Router, path: &str, body: &Value) -> Answer {
    Ask::new("POST", path).json(body).of(router).await
}

/// The tokens of somebody who has just registered, without a device.
pub(crate) async fn register(router: &Router, handle: &str) -> Answer {
    let answer = try_register(router, &json!({ "handle": handle, "password": PASSWORD })).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

/// The tokens of somebody who has just registered on a phone.
pub(crate) async fn register_phone(router: &Router, handle: &str) -> Answer {
    let device = json!({ "name": "Phone", "platform": "ios" });
    let body = json!({ "handle": handle, "password": PASSWORD, "device": device });
    let answer = try_register(router, &body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

pub(crate) async fn try_register(router: &Router, body: &Value) -> Answer {
    post(router, "/v1/auth/register", body).await
}

/// What a login with that password brings.
pub(crate) async fn login(router: &Router, handle: &str, password: &str) -> Answer {
    post(router, "/v1/auth/login", &json!({ "handle": handle, "password": password })).await
}

/// What a login on a new device brings.
pub(crate) async fn login_on(router: &Router, handle: &str, device: &str) -> Answer {
    let device = json!({ "name": device, "platform": "android" });
    let body = json!({ "handle": handle, "password": PASSWORD, "device": device });
    post(router, "/v1/auth/login", &body).await
}

/// What a refresh token is exchanged for.
pub(crate) async fn refresh(router: &Router, token: &str) -> Answer {
    post(router, "/v1/auth/refresh", &json!({ "refresh_token": token })).await
}
