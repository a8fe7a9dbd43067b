//! Signing in with a browser, on this host and on another.

use axum::Router;
use chrono::{TimeDelta, Utc};
use securevox_api::{Api, set_up};
use securevox_core::{auth::single_use, web::Site};
use securevox_testkit::{Answer, Ask, Browser, House};
use sqlx::PgPool;

use crate::people::{OPEN, PASSWORD, open, register};

/// Where the browser of a tester comes from: the distribution host sent it.
const TO_APPS: &str = "/login?to=app-distribution&state=xyz&path=/builds/1";

pub(crate) async fn login(
    browser: &mut Browser,
    router: &Router,
    page: &str,
    password: &str,
) -> Answer {
    let form = browser.get(router, page).await;
    assert_eq!(form.status, 200, "{form:?}");
    let fields = ["csrf", "to", "state", "path"].map(|name| (name, unescape(form.hidden(name))));
    let mut fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("handle", "Ada"), ("password", password)]);
    browser.post(router, "/login", &fields).await
}

fn unescape(text: &str) -> String {
    text.replace("&#47;", "/").replace("&#38;", "&")
}

fn fields(csrf: &str) -> [(&str, &str); 3] {
    [("csrf", csrf), ("handle", "ada"), ("password", PASSWORD)]
}

async fn ada(db: PgPool) -> (House, Router, Browser) {
    let (house, router) = open(db).await;
    register(&router, "ada").await;
    let browser = Browser::at(&house.base.urls.api);
    (house, router, browser)
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_login_brings_a_code_for_the_host_that_asked(db: PgPool) {
    let (_house, router, mut browser) = ada(db).await;
    let answer = login(&mut browser, &router, TO_APPS, PASSWORD).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let next = answer.header("location");
    assert!(next.starts_with("http://localhost:8083/session?code="), "{next}");
    assert!(next.ends_with("&state=xyz&path=%2Fbuilds%2F1"), "{next}");
    let cookies: Vec<&String> = browser.cookies.keys().collect();
    assert_eq!(cookies, ["securevox-api"]);

    // Signed in: the next host gets a code of its own without a form.
    let again = browser.get(&router, TO_APPS).await;
    assert_eq!(again.status, 303);
    assert_ne!(again.header("location"), next);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn cookies_are_for_this_host_alone_and_out_of_reach_of_scripts(db: PgPool) {
    let house = House::with(db, &[("SECUREVOX_PUBLIC_URL_API", "https://api.example.org")]).await;
    let router = house.router::<Api>(OPEN).await;
    register(&router, "ada").await;
    let mut browser = Browser::at(&house.base.urls.api);
    let answer = login(&mut browser, &router, "/login", PASSWORD).await;
    let mut cookies = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap());
    let kept = cookies.find(|cookie| !cookie.contains("Max-Age=0")).unwrap();
    assert!(kept.starts_with("__Host-securevox-api="), "{kept}");
    assert!(kept.ends_with("; HttpOnly; SameSite=Lax; Secure"), "{kept}");
    assert!(kept.contains("; Path=/;") && !kept.contains("Domain"), "{kept}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_wrong_password_is_told_in_place(db: PgPool) {
    let (_house, router, mut browser) = ada(db).await;
    let answer = login(&mut browser, &router, TO_APPS, "not her password").await;
    assert_eq!(answer.status, 401);
    assert!(answer.html().contains("The handle or the password is wrong."), "{}", answer.html());
    assert_eq!(answer.between("id=\"handle\" name=\"handle\" value=\"", "\""), "Ada");
    assert!(!browser.cookies.contains_key("securevox-api"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn forged_and_replayed_forms_are_refused(db: PgPool) {
    let (_house, router, mut browser) = ada(db).await;
    let form = browser.get(&router, "/login").await;
    let csrf = form.hidden("csrf").to_owned();
    let status = async |browser: &mut Browser, csrf: &str| {
        let mut copy = browser.clone();
        copy.post(&router, "/login", &fields(csrf)).await.status.as_u16()
    };
    assert_eq!(status(&mut browser, "").await, 403);
    assert_eq!(status(&mut browser, &csrf[1..]).await, 403);
    assert_eq!(browser.post(&router, "/login", &[("handle", "ada")]).await.status, 403);

    let mut stranger = Browser { cookies: [].into(), ..browser.clone() };
    assert_eq!(status(&mut stranger, &csrf).await, 403);
    for origin in ["https://evil.example", "null", "http://localhost:8083", ""] {
        let mut foreign = Browser { origin: origin.to_owned(), ..browser.clone() };
        assert_eq!(status(&mut foreign, &csrf).await, 403, "{origin}");
    }
    // Used: the visit it belonged to is over.
    assert_eq!(browser.post(&router, "/login", &fields(&csrf)).await.status, 303);
    assert_eq!(browser.post(&router, "/login", &fields(&csrf)).await.status, 403);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nobody_is_sent_elsewhere(db: PgPool) {
    let (_house, router, mut browser) = ada(db).await;
    login(&mut browser, &router, "/login", PASSWORD).await;
    for path in ["//evil.example", "https:%2F%2Fevil.example", "%2F%5Cevil.example", "x"] {
        let page = format!("/login?to=app-distribution&state=s&path={path}");
        let answer = browser.get(&router, &page).await;
        let next = answer.header("location");
        assert!(next.starts_with("http://localhost:8083/session?"), "{next}");
        assert!(next.ends_with("&path=%2F"), "{next}");
    }
    for to in ["evil.example", "api", "notifier", ""] {
        let answer = browser.get(&router, &format!("/login?to={to}&state=s&path=/x")).await;
        assert_eq!(answer.header("location"), "http://localhost:8083/session", "{to}");
    }
    for (path, next) in [("/tokens", "/tokens"), ("/tokens/", "http://localhost:8083/session")] {
        let answer = browser.get(&router, &format!("/login?to=api&path={path}")).await;
        assert_eq!(answer.header("location"), next);
    }
    let fields = [("back", "//evil.example"), ("theme", "dark")];
    let answer = browser.post(&router, "/preferences", &fields).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn signing_out_ends_the_session(db: PgPool) {
    let (house, router, mut browser) = ada(db.clone()).await;
    login(&mut browser, &router, "/login", PASSWORD).await;
    let mut thief = browser.clone();
    // A link that somebody else made signs nobody out.
    assert_eq!(browser.post(&router, "/logout", &[("csrf", "x")]).await.status, 403);
    assert_eq!(browser.get(&router, "/logout?token=x").await.status, 303);
    assert!(browser.cookies.contains_key("securevox-api"));
    assert_eq!(browser.get(&router, "/login").await.status, 303);

    // That of a host where the person signs out does, in every browser that has the session.
    let sessions = sqlx::query_scalar!("select id from sessions order by id desc limit 1");
    let session = sessions.fetch_one(&db).await.unwrap();
    let urls = &house.base.urls;
    let site = Site::new("app-distribution", &urls.distribution, urls, &house.base.secret);
    let token = site.endings().sign(session.0, Utc::now() + TimeDelta::minutes(1));
    let out = browser.get(&router, &format!("/logout?token={token}")).await;
    assert_eq!(out.header("location"), "http://localhost:8083/");
    assert!(browser.cookies.is_empty());
    assert_eq!(thief.get(&router, "/login").await.status, 200);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_set_up_link_works_once(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    let mut conn = db.acquire().await.unwrap();
    let first = set_up::link(&mut conn).await.unwrap().unwrap();
    let link = format!("/{}", set_up::link(&mut conn).await.unwrap().unwrap());
    let mut browser = Browser::at(&house.base.urls.api);
    assert_eq!(browser.get(&router, &format!("/{first}")).await.status, 410);
    assert_eq!(browser.get(&router, "/setup/x").await.status, 410);

    let form = browser.get(&router, &link).await;
    let csrf = form.hidden("csrf").to_owned();
    let fields =
        |handle, password| [("csrf", csrf.as_str()), ("handle", handle), ("password", password)];
    assert_eq!(
        browser.post(&router, &link, &[("handle", "root"), ("password", PASSWORD)]).await.status,
        403
    );
    let refused = browser.post(&router, &link, &fields("r", "short")).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.html().matches("aria-invalid").count(), 2);

    let mut second = browser.clone();
    let made = browser.post(&router, &link, &fields("root", PASSWORD)).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (303, "/login"));
    assert_eq!(browser.get(&router, "/login").await.status, 303);
    let admins = sqlx::query_scalar!("select handle from accounts where role = 'admin'");
    assert_eq!(admins.fetch_all(&db).await.unwrap(), ["root"]);
    assert_eq!(second.post(&router, &link, &fields("eve", PASSWORD)).await.status, 410);
    assert_eq!(second.get(&router, &link).await.status, 410);
    assert!(set_up::link(&mut conn).await.unwrap().is_none());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_code_works_once_for_one_thing_and_not_for_long(db: PgPool) {
    let mut conn = db.acquire().await.unwrap();
    let (now, minute) = (Utc::now(), TimeDelta::minutes(1));
    let code = single_use::issue(&mut conn, "a", None, now + minute).await.unwrap();
    let mut redeem = async |purpose, now| {
        single_use::redeem(&mut conn, &code, purpose, now).await.unwrap().is_some()
    };
    assert!(!redeem("b", now).await);
    assert!(!redeem("a", now + minute).await);
    assert!(redeem("a", now).await);
    assert!(!redeem("a", now).await);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pages_speak_both_languages_and_hold_no_inline_code(db: PgPool) {
    let (_house, router, mut browser) = ada(db).await;
    let english = browser.get(&router, "/login").await;
    browser.language = "it-IT,it;q=0.9,en;q=0.8".to_owned();
    let italian = browser.get(&router, "/login").await;
    assert!(english.html().contains("<html lang=\"en\">"));
    assert!(italian.html().contains("<html lang=\"it\">") && italian.html().contains("Accedi"));
    let lost = browser.get(&router, "/nothing").await;
    assert!(lost.html().contains("Qui non c’è niente"));
    assert!(lost.html().contains(lost.header("x-request-id")));
    for page in [&english, &italian, &lost] {
        let html = page.html();
        for inline in ["<style", "style=\"", "<script>", "onclick", "onsubmit", "javascript:"] {
            assert!(!html.contains(inline), "{inline} in {html}");
        }
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self'; "), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("referrer-policy"), "same-origin");
    }
    let style = english.between("rel=\"stylesheet\" href=\"", "\"");
    let style = Ask::new("GET", style).of(&router).await;
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(Ask::new("GET", "/assets/style.css").of(&router).await.problem().0, 404);

    browser.post(&router, "/preferences", &[("language", "en"), ("back", "/login")]).await;
    browser.post(&router, "/preferences", &[("theme", "dark")]).await;
    let chosen = browser.get(&router, "/login").await;
    assert!(chosen.html().contains("<html lang=\"en\">"));
    assert!(chosen.html().contains("media=\"screen\">"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn programs_are_told_problems_as_json(db: PgPool) {
    let (_house, router) = open(db).await;
    for accept in ["*/*", "application/json", "application/json, text/html;q=0.1"] {
        let answer = Ask::new("GET", "/nothing").header("accept", accept).of(&router).await;
        assert_eq!(answer.problem().0, 404, "{accept}");
    }
}
