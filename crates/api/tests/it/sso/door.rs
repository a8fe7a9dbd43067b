//! Where the provider is the only way in, and the door for whoever is locked out.

use axum::Router;
use securevox_api::{Api, let_in, set_up};
use securevox_protocol::AccountId;
use securevox_testkit::{Ask, Browser, House, Person};
use serde_json::json;
use sqlx::PgPool;

use super::{ONLY, WANTED, acts, handles, told};
use crate::people::{OPEN, PASSWORD, post};

/// A provider that nobody reaches: what is tested here must work without it.
const AWAY: &[(&str, &str)] = &[
    ("SECUREVOX_OIDC_ISSUER", "http://127.0.0.1:9"),
    ("SECUREVOX_OIDC_CLIENT_ID", "us"),
    ("SECUREVOX_OIDC_NAME", "Example <SSO>"),
    ONLY,
];

async fn only(db: PgPool) -> (House, Router, Browser) {
    let house = House::on(db).await;
    let router = house.router::<Api>(&[OPEN, AWAY].concat()).await;
    let browser = Browser::at(&house.base.urls.api);
    (house, router, browser)
}

async fn link(db: &PgPool, account: AccountId) -> String {
    let mut conn = db.acquire().await.unwrap();
    format!("/{}", let_in::link(&mut conn, account).await.unwrap())
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_login_page_shows_one_way(db: PgPool) {
    let (_house, router, mut browser) = only(db).await;
    let page = browser.get(&router, &format!("/login?{WANTED}")).await;
    let html = page.html();
    assert!(!html.contains("without an account"), "{html}");
    assert!(html.contains("Sign in with Example &#60;SSO&#62;"), "{html}");
    assert!(!html.contains("type=\"password\"") && !html.contains("action=\"/login\""), "{html}");
    browser.language = "it".to_owned();
    let italian = browser.get(&router, "/login").await;
    assert!(italian.html().contains("Accedi con Example"), "{}", italian.html());
    told(&browser.get(&router, "/login/sso").await, 503, "Il provider di accesso non risponde");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn passwords_open_nothing_and_are_not_changed(db: PgPool) {
    let house = House::on(db.clone()).await;
    let before = house.router::<Api>(OPEN).await;
    crate::people::register(&before, "ada").await;
    let router = house.router::<Api>(&[OPEN, AWAY].concat()).await;

    let credentials = json!({ "handle": "ada", "password": PASSWORD });
    let login = post(&router, "/v1/auth/login", &credentials).await;
    assert_eq!(login.problem(), (403, "sso-only"));
    let other = json!({ "handle": "eve", "password": PASSWORD });
    let register = post(&router, "/v1/auth/register", &other).await;
    assert_eq!(register.problem(), (403, "sso-only"));
    let grace = Person::named("grace", &house).await;
    let change = json!({ "current_password": PASSWORD, "new_password": "another long one" });
    let changed = grace.post(&router, "/v1/account/password", change).await;
    assert_eq!(changed.problem(), (403, "sso-only"));

    let mut browser = Browser::at(&house.base.urls.api);
    let csrf = browser.get(&before, "/login").await.hidden("csrf").to_owned();
    let form = [("csrf", csrf.as_str()), ("handle", "ada"), ("password", PASSWORD)];
    told(&browser.post(&router, "/login", &form).await, 403, "Passwords are not used here");
    assert_eq!(handles(&db).await, ["ada", "grace"]);
    // Who has a session keeps it, and so do programs their tokens.
    assert_eq!(grace.get(&router, "/v1/account").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_first_administrator_needs_no_password(db: PgPool) {
    let (_house, router, mut browser) = only(db.clone()).await;
    let mut conn = db.acquire().await.unwrap();
    let path = format!("/{}", set_up::link(&mut conn).await.unwrap().unwrap());
    let page = browser.get(&router, &path).await;
    assert!(!page.html().contains("type=\"password\""), "{}", page.html());
    let form = [("csrf", page.hidden("csrf")), ("handle", "root")];
    let made = browser.post(&router, &path, &form).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (303, "/account/sso"));
    let hash = sqlx::query_scalar!("select password_hash from accounts where role = 'admin'");
    assert_eq!(hash.fetch_one(&db).await.unwrap(), None);
    assert_eq!(browser.get(&router, "/account/sso").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_of_the_operator_lets_one_account_in_once(db: PgPool) {
    let (house, router, mut browser) = only(db.clone()).await;
    let root = Person::admin("root", &house).await;
    let eve = Person::named("eve", &house).await;
    let older = link(&db, root.account).await;
    let path = link(&db, root.account).await;
    let words = "This sign-in link is over";
    told(&browser.get(&router, &older).await, 410, words);
    // It opens no other account, and what only looks at it uses nothing up.
    let of_eve = path.replace(&root.account.to_string(), &eve.account.to_string());
    told(&browser.get(&router, &of_eve).await, 410, words);
    for wrong in [&path[..path.len() - 1], &format!("/sign-in/{}/x", root.account)] {
        assert_eq!(browser.get(&router, wrong).await.status, 410, "{wrong}");
    }
    browser.get(&router, &path).await;
    let page = browser.get(&router, &path).await;
    assert!(page.html().contains("Sign in as root"), "{}", page.html());
    told(&browser.post(&router, &path, &[("csrf", "x")]).await, 403, "out of date");

    let form = [("csrf", page.hidden("csrf"))];
    let mut second = browser.clone();
    let entered = browser.post(&router, &path, &form).await;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/account/sso"));
    assert!(browser.get(&router, "/account/sso").await.html().contains("root"));
    told(&second.post(&router, &path, &form).await, 410, words);
    let made = "sign_in_link.made";
    assert_eq!(acts(&db).await, [made, made, "session.started", "sign_in_link.used"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_opens_no_locked_account_and_not_for_long(db: PgPool) {
    let (house, router, mut browser) = only(db.clone()).await;
    let ada = Person::named("ada", &house).await;
    let path = link(&db, ada.account).await;
    let page = browser.get(&router, &path).await;
    let csrf = page.hidden("csrf").to_owned();
    sqlx::query!("update accounts set disabled_at = now()").execute(&db).await.unwrap();
    let form = [("csrf", csrf.as_str())];
    told(&browser.post(&router, &path, &form).await, 403, "has locked the account");
    // Nothing was used up by that, and time passes all the same.
    assert_eq!(browser.get(&router, &path).await.status, 200);
    sqlx::query!("update single_use_codes set expires_at = now()").execute(&db).await.unwrap();
    assert_eq!(browser.get(&router, &path).await.status, 410);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn links_are_guessed_so_often(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_CODES_PER_ADDRESS", "1")]).await;
    let router = house.router::<Api>(AWAY).await;
    let guess = format!("/sign-in/{}/{}", AccountId::fresh(), "A".repeat(43));
    assert_eq!(Ask::new("GET", &guess).of(&router).await.problem(), (410, "let-in-over"));
    assert_eq!(Ask::new("GET", &guess).of(&router).await.status, 429);
}
