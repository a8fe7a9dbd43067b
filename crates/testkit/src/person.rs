//! An account that exists and is signed in, and the requests it makes.

use axum::{Router, body::Body};
use chrono::{TimeDelta, Utc};
use http::{Method, Request, header};
use securevox_core::auth::NewApiToken;
use securevox_protocol::{AccountId, AppId, SessionId, TokenId, accounts::Role};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{Answer, Form, House};

/// Whoever makes requests with one token.
#[derive(Clone, Debug)]
pub struct Person {
    pub account: AccountId,
    pub session: SessionId,
    /// Sent as `Authorization: Bearer …`.
    pub token: String,
}

impl Person {
    /// A user who is signed in.
    pub async fn named(handle: &str, house: &House) -> Self {
        Self::with_role(handle, Role::User, house).await
    }

    /// A publisher who is signed in.
    pub async fn publisher(handle: &str, house: &House) -> Self {
        Self::with_role(handle, Role::Publisher, house).await
    }

    /// An administrator who is signed in.
    pub async fn admin(handle: &str, house: &House) -> Self {
        Self::with_role(handle, Role::Admin, house).await
    }

    /// Whom the answer to a registration, a login or a refresh is for.
    pub fn of(tokens: &Answer) -> Self {
        Self {
            account: tokens.text("/account_id").parse().unwrap(),
            session: tokens.text("/session_id").parse().unwrap(),
            token: tokens.text("/access_token").to_owned(),
        }
    }

    async fn with_role(handle: &str, role: Role, house: &House) -> Self {
        let (account, session, now) = (AccountId::fresh(), SessionId::fresh(), Utc::now());
        let db = &house.base.db;
        sqlx::query!(
            "insert into accounts (id, handle, role) values ($1, $2, $3)",
            account.0,
            handle,
            role.as_str()
        )
        .execute(db)
        .await
        .unwrap();
        sqlx::query!(
            "insert into sessions (id, account_id, expires_at) values ($1, $2, $3)",
            session.0,
            account.0,
            now + TimeDelta::days(1),
        )
        .execute(db)
        .await
        .unwrap();
        let token = house.base.tokens.issue(account, None, session, now).unwrap();
        Self { account, session, token }
    }

    /// The same account, calling with an API token that has `scopes`.
    pub async fn api_token(&self, scopes: &[&str], house: &House) -> Self {
        self.restricted_token(scopes, None, house).await
    }

    /// The same account, calling with an API token that has `scopes` for one app only.
    pub async fn api_token_for(&self, app: AppId, scopes: &[&str], house: &House) -> Self {
        self.restricted_token(scopes, Some(app), house).await
    }

    async fn restricted_token(&self, scopes: &[&str], app: Option<AppId>, house: &House) -> Self {
        let token = NewApiToken::random();
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        sqlx::query!(
            "insert into api_tokens (id, public_id, secret_hash, account_id, name, scopes, app_id)
             values ($1, $2, $3, $4, 'test', $5, $6)",
            TokenId::fresh().0,
            token.public_id,
            token.secret_hash.as_slice(),
            self.account.0,
            &scopes,
            app.map(|app| app.0),
        )
        .execute(&house.base.db)
        .await
        .unwrap();
        Self { token: token.text, ..self.clone() }
    }

    pub async fn get(&self, router: &Router, path: &str) -> Answer {
        call(router, self.request(Method::GET, path, Body::empty())).await
    }

    pub async fn delete(&self, router: &Router, path: &str) -> Answer {
        call(router, self.request(Method::DELETE, path, Body::empty())).await
    }

    pub async fn post(&self, router: &Router, path: &str, body: Value) -> Answer {
        call(router, self.json(Method::POST, path, &body)).await
    }

    pub async fn patch(&self, router: &Router, path: &str, body: Value) -> Answer {
        call(router, self.json(Method::PATCH, path, &body)).await
    }

    /// Posts a form, as `curl -F` does.
    pub async fn upload(&self, router: &Router, path: &str, form: Form) -> Answer {
        let (media_type, body) = form.finish();
        let mut request = self.request(Method::POST, path, Body::from(body));
        request.headers_mut().insert(header::CONTENT_TYPE, media_type.parse().unwrap());
        call(router, request).await
    }

    fn json(&self, method: Method, path: &str, body: &Value) -> Request<Body> {
        let mut request = self.request(method, path, Body::from(body.to_string()));
        let json = http::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        request
    }

    fn request(&self, method: Method, path: &str, body: Body) -> Request<Body> {
        let authorization = format!("Bearer {}", self.token);
        let request = Request::builder().method(method).uri(path);
        request.header(header::AUTHORIZATION, authorization).body(body).unwrap()
    }
}

/// The answer of `router` to any request.
pub async fn call(router: &Router, request: Request<Body>) -> Answer {
    Answer::read(router.clone().oneshot(request).await.unwrap()).await
}
