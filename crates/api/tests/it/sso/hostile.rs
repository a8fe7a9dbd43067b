//! What a provider, or somebody between, may try.

use std::time::{Duration, Instant};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use securevox_testkit::Browser;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    fake::{Stage, key},
    handles, told,
};

const DESCRIPTION: &str = "/.well-known/openid-configuration";
const UNPROVEN: &str = "does not prove who you are";

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_honest_answer_is_taken_once(db: PgPool) {
    let mut stage = Stage::set(db.clone()).await;
    let begun = stage.begin().await;
    let token = stage.signed(&stage.claims(&begun));
    let back = format!("code=c&state={}", begun.state);
    let mut thief = stage.browser.clone();
    assert_eq!(stage.end(&begun, &token).await.status, 303);
    // What was used up is used up for the same browser too.
    let again = thief.get(&stage.router, &format!("/login/sso/callback?{back}")).await;
    told(&again, 403, "was used up");
    assert_eq!(stage.asked("/token"), 1);
    assert_eq!(handles(&db).await, ["ada"]);
    // The code was worth something to whoever began alone.
    let asked = stage.say(|says| says.asked.clone());
    let exchange = asked.iter().find(|asked| asked.starts_with("/token")).unwrap();
    let verifier = exchange.split("code_verifier=").nth(1).unwrap().split('&').next().unwrap();
    let digest = securevox_core::auth::digest(verifier.as_bytes());
    assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(digest), begun.challenge);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn claims_about_something_else(db: PgPool) {
    let mut stage = Stage::set(db.clone()).await;
    let now = chrono::Utc::now().timestamp();
    for (claim, value) in [
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("aud", json!("them")),
        ("aud", json!(["us", "them"])),
        ("azp", json!("them")),
        ("iss", json!("https://evil.example")),
        ("exp", json!(now - 120)),
        ("iat", json!(now - 3_600)),
        ("iat", json!(now + 3_600)),
        ("nbf", json!(now + 3_600)),
        ("sub", json!("")),
        ("sub", Value::Null),
    ] {
        let begun = stage.begin().await;
        let mut claims = stage.claims(&begun);
        claims[claim] = value.clone();
        let token = stage.signed(&claims);
        told(&stage.end(&begun, &token).await, 403, UNPROVEN);
    }
    assert!(handles(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn signatures_of_somebody_else(db: PgPool) {
    let mut stage = Stage::set(db.clone()).await;
    let encoded = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let public = stage.say(|says| says.keys["keys"][0].clone());
    let (stranger, _) = key("one");
    for forge in 0..7 {
        let begun = stage.begin().await;
        let claims = stage.claims(&begun);
        let good = stage.signed(&claims);
        let named = |alg, kid: &str| Header { kid: Some(kid.to_owned()), ..Header::new(alg) };
        let secret = |text: &str| EncodingKey::from_secret(text.as_bytes());
        let token = match forge {
            0 => format!("{}.{}.", encoded(&json!({ "alg": "none" })), encoded(&claims)),
            1 => encode(&named(Algorithm::ES256, "one"), &claims, &stranger).unwrap(),
            2 => encode(&named(Algorithm::ES256, "two"), &claims, &stage.key).unwrap(),
            // The public key as a secret, as a JWK and as its point.
            3 => {
                let as_jwk = secret(&public.to_string());
                encode(&named(Algorithm::HS256, "one"), &claims, &as_jwk).unwrap()
            }
            4 => {
                let point = [&public["x"], &public["y"]].map(|part| part.as_str().unwrap());
                encode(&named(Algorithm::HS256, "one"), &claims, &secret(&point.concat())).unwrap()
            }
            5 => {
                let (head, _) = good.rsplit_once('.').unwrap();
                format!("{head}.")
            }
            _ => "nonsense".to_owned(),
        };
        told(&stage.end(&begun, &token).await, 403, UNPROVEN);
    }
    assert!(handles(&db).await.is_empty());
    // Names that somebody invented had the keys looked for once, not each time.
    assert_eq!(stage.asked("/keys"), 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn another_browser_ends_nothing(db: PgPool) {
    let mut stage = Stage::set(db.clone()).await;
    let begun = stage.begin().await;
    let token = stage.signed(&stage.claims(&begun));
    let mut own = stage.browser.clone();
    // Somebody is sent a link that would sign them in as whoever began.
    stage.browser = Browser { cookies: [].into(), ..own.clone() };
    told(&stage.end(&begun, &token).await, 403, "began in another browser");
    for state in ["", "state=", "state=x", &format!("state={}", "A".repeat(43))] {
        told(&stage.come_back(&format!("code=c&{state}")).await, 403, "used up");
    }
    assert_eq!(stage.asked("/token"), 0);
    // Too late is too late for the right one.
    sqlx::query!("update sso_attempts set expires_at = now()").execute(&db).await.unwrap();
    std::mem::swap(&mut stage.browser, &mut own);
    told(&stage.end(&begun, &token).await, 403, "took too long");
    assert!(handles(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn codes_that_the_provider_does_not_take(db: PgPool) {
    let mut stage = Stage::set(db).await;
    for (status, error, expected, words) in [
        (400, "invalid_grant", 403, "was used up"),
        (401, "invalid_client", 502, "do not understand each other"),
        (400, "something else", 502, "do not understand each other"),
        (302, "moved", 502, "do not understand each other"),
        (500, "oops", 503, "does not answer"),
    ] {
        let begun = stage.begin().await;
        stage.say(|says| {
            says.token = json!({ "error": error });
            says.status = Some(("/token", status));
        });
        let back = format!("code=c&state={}", begun.state);
        told(&stage.come_back(&back).await, expected, words);
    }
    assert_eq!(stage.asked("/moved"), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn errors_that_people_are_sent_back_with(db: PgPool) {
    let mut stage = Stage::set(db).await;
    for (query, status, words) in [
        ("error=temporarily_unavailable", 503, "does not answer"),
        ("error=invalid_scope&error_description=x", 502, "do not understand each other"),
        ("error=%3Cscript%3E", 502, "do not understand each other"),
        ("code=c&error=server_error", 503, "does not answer"),
        ("", 502, "do not understand each other"),
        ("code=c&iss=https://evil.example", 403, UNPROVEN),
    ] {
        let begun = stage.begin().await;
        let page = stage.come_back(&format!("{query}&state={}", begun.state)).await;
        told(&page, status, words);
        assert!(!page.html().contains("<script>"), "{}", page.html());
    }
    assert_eq!(stage.asked("/token"), 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_provider_that_names_itself_does_so_each_time(db: PgPool) {
    let mut stage = Stage::set(db).await;
    let named = "authorization_response_iss_parameter_supported";
    stage.say(|says| says.description[named] = json!(true));
    let begun = stage.begin().await;
    let token = stage.signed(&stage.claims(&begun));
    told(&stage.end(&begun, &token).await, 403, UNPROVEN);
    let begun = stage.begin().await;
    let token = stage.signed(&stage.claims(&begun));
    stage.say(|says| says.token = json!({ "id_token": token }));
    let back = format!("code=c&state={}&iss={}", begun.state, stage.issuer);
    assert_eq!(stage.come_back(&back).await.status, 303);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_silent_provider_keeps_nobody_waiting(db: PgPool) {
    let mut stage = Stage::set(db).await;
    stage.say(|says| says.status = Some((DESCRIPTION, 0)));
    let since = Instant::now();
    let mut others = [stage.browser.clone(), stage.browser.clone()];
    let [one, two] = &mut others;
    let page = "/login/sso";
    let (first, second, third) = tokio::join!(
        stage.browser.get(&stage.router, page),
        one.get(&stage.router, page),
        two.get(&stage.router, page)
    );
    for answer in [first, second, third] {
        told(&answer, 503, "The sign-in provider does not answer");
        assert_eq!(answer.header("retry-after"), "10");
    }
    // One asked and the others were told the same.
    assert!(since.elapsed() < Duration::from_secs(9), "{:?}", since.elapsed());
    assert_eq!(stage.asked(DESCRIPTION), 1);
    // The login page is there all the same.
    assert_eq!(stage.browser.get(&stage.router, "/login").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn answers_that_are_too_large(db: PgPool) {
    let mut stage = Stage::set(db).await;
    stage.say(|says| says.keys = json!({ "keys": [], "more": "x".repeat(1 << 20) }));
    let begun = stage.begin().await;
    let token = stage.signed(&stage.claims(&begun));
    told(&stage.end(&begun, &token).await, 502, "do not understand each other");
}

/// What the login leads to at a provider that describes itself so.
async fn described(db: PgPool, change: impl FnOnce(&mut Stage)) -> (u16, usize) {
    let mut stage = Stage::set(db).await;
    change(&mut stage);
    let answer = stage.browser.get(&stage.router, "/login/sso").await;
    (answer.status.as_u16(), stage.asked("/moved"))
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_provider_that_calls_itself_otherwise(db: PgPool) {
    let change = |stage: &mut Stage| {
        stage.say(|says| says.description["issuer"] = json!("https://evil.example"));
    };
    assert_eq!(described(db, change).await, (502, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_provider_that_sends_us_elsewhere(db: PgPool) {
    let change = |stage: &mut Stage| {
        stage.say(|says| says.status = Some((DESCRIPTION, 302)));
    };
    assert_eq!(described(db, change).await, (502, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_provider_that_wants_secrets_in_the_open(db: PgPool) {
    let change = |stage: &mut Stage| {
        let endpoint = json!("http://sso.example.org/token");
        stage.say(|says| says.description["token_endpoint"] = endpoint);
    };
    assert_eq!(described(db, change).await, (502, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn userinfo_about_somebody_else(db: PgPool) {
    let mut stage = Stage::set(db.clone()).await;
    let userinfo = json!(format!("{}/userinfo", stage.issuer));
    stage.say(|says| {
        says.description["userinfo_endpoint"] = userinfo;
        says.userinfo = json!({ "sub": "s-2", "email": "ada@example.org" });
    });
    let begun = stage.begin().await;
    let mut claims = stage.claims(&begun);
    claims["email"] = Value::Null;
    let token = stage.signed(&claims);
    told(&stage.end(&begun, &token).await, 403, UNPROVEN);
    assert!(handles(&db).await.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn where_there_is_no_provider_there_is_no_page_of_it(db: PgPool) {
    let (house, router) = crate::people::open(db).await;
    let mut browser = Browser::at(&house.base.urls.api);
    for path in ["/login/sso", "/login/sso/callback?code=c&state=s"] {
        assert_eq!(browser.get(&router, path).await.status, 404, "{path}");
    }
    assert!(!browser.get(&router, "/login").await.html().contains("/login/sso"));
}
