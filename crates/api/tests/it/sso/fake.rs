//! A provider that says whatever a test wants, for what an honest one cannot be made to say.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use securevox_api::Api;
use securevox_testkit::{Answer, Browser, House};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::net::TcpListener;
use url::Url;

use super::EVERYBODY;
use crate::people::OPEN;

/// What the provider says where, and what it was asked.
#[derive(Debug, Default)]
pub(super) struct Says {
    pub(super) description: Value,
    pub(super) keys: Value,
    pub(super) token: Value,
    pub(super) userinfo: Value,
    /// The status at a path, if it is not 200; 0 says nothing at all.
    pub(super) status: Option<(&'static str, u16)>,
    pub(super) asked: Vec<String>,
}

/// A house whose people sign in at such a provider, and a browser.
pub(super) struct Stage {
    _house: House,
    pub(super) router: Router,
    pub(super) browser: Browser,
    pub(super) issuer: String,
    says: Arc<Mutex<Says>>,
    pub(super) key: EncodingKey,
}

/// A new key and what is public of it, under the name `kid`.
pub(super) fn key(kid: &str) -> (EncodingKey, Value) {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
    let key = EncodingKey::from_ec_der(pair.as_ref());
    let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
    public.common.key_id = Some(kid.to_owned());
    (key, serde_json::to_value(public).unwrap())
}

impl Stage {
    pub(super) async fn set(db: PgPool) -> Self {
        let house = House::on(db).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let (key, public) = key("one");
        let says = Arc::new(Mutex::new(Says {
            description: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/auth"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
            }),
            keys: json!({ "keys": [public] }),
            ..Says::default()
        }));
        let provider = Router::new().fallback(answer).with_state(Arc::clone(&says));
        house.base.tasks.spawn_until_stop(async move {
            axum::serve(listener, provider).await.unwrap();
        });
        let oidc = [
            ("SECUREVOX_OIDC_ISSUER", issuer.as_str()),
            ("SECUREVOX_OIDC_CLIENT_ID", "us"),
            EVERYBODY,
        ];
        let router = house.router::<Api>(&[OPEN, &oidc].concat()).await;
        let browser = Browser::at(&house.base.urls.api);
        Self { _house: house, router, browser, issuer, says, key }
    }

    /// Begins here: what the provider is given.
    pub(super) async fn begin(&mut self) -> Begun {
        let begun = self.browser.get(&self.router, "/login/sso").await;
        assert_eq!(begun.status, 303, "{}", begun.html());
        let page = Url::parse(begun.header("location")).unwrap();
        let given = |name: &str| {
            let found = page.query_pairs().find(|(key, _)| key == name);
            found.unwrap_or_else(|| panic!("no {name} in {page}")).1.into_owned()
        };
        assert_eq!((given("response_type").as_str(), given("client_id").as_str()), ("code", "us"));
        assert_eq!(given("code_challenge_method"), "S256");
        let (state, nonce) = (given("state"), given("nonce"));
        Begun { state, nonce, challenge: given("code_challenge") }
    }

    /// What an honest provider says of somebody for whom this was begun.
    pub(super) fn claims(&self, begun: &Begun) -> Value {
        let now = chrono::Utc::now().timestamp();
        json!({
            "iss": self.issuer, "aud": "us", "sub": "s-1", "nonce": begun.nonce,
            "iat": now, "exp": now + 300, "preferred_username": "ada", "email": "ada@example.org",
        })
    }

    pub(super) fn signed(&self, claims: &Value) -> String {
        let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.key).unwrap()
    }

    /// Changes what the provider says, or looks at it.
    pub(super) fn say<T>(&self, change: impl FnOnce(&mut Says) -> T) -> T {
        change(&mut self.says.lock().unwrap())
    }

    /// What our page says when the provider gives `token` for the code.
    pub(super) async fn end(&mut self, begun: &Begun, token: &str) -> Answer {
        self.say(|says| says.token = json!({ "id_token": token, "access_token": "a" }));
        self.come_back(&format!("code=c&state={}", begun.state)).await
    }

    pub(super) async fn come_back(&mut self, query: &str) -> Answer {
        self.browser.get(&self.router, &format!("/login/sso/callback?{query}")).await
    }

    /// How often the provider was asked for `path`.
    pub(super) fn asked(&self, path: &str) -> usize {
        self.say(|says| says.asked.iter().filter(|asked| asked.starts_with(path)).count())
    }
}

/// What the provider was given.
pub(super) struct Begun {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) challenge: String,
}

async fn answer(State(says): State<Arc<Mutex<Says>>>, uri: Uri, body: String) -> Response {
    let path = uri.path();
    let (value, status) = {
        let mut says = says.lock().unwrap();
        says.asked.push(format!("{path} {body}"));
        let value = match path {
            "/token" => &says.token,
            "/keys" => &says.keys,
            "/userinfo" => &says.userinfo,
            _ => &says.description,
        };
        let status = says.status.filter(|(where_, _)| *where_ == path).map(|(_, status)| status);
        (value.to_string(), status.unwrap_or(200))
    };
    if status == 0 {
        tokio::time::sleep(Duration::from_mins(10)).await;
    }
    // Where it would send us on to answers like the first.
    let elsewhere = [("location", "/moved")];
    (StatusCode::from_u16(status).unwrap_or_default(), elsewhere, value).into_response()
}
