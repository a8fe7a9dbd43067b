//! The page on which people make API tokens, and revoke them.

use axum::Router;
use securevox_protocol::AppId;
use securevox_testkit::{Answer, Browser, House, Person};
use sqlx::PgPool;

use crate::{
    browser::login,
    people::{OPEN, PASSWORD, open, register},
};

async fn publisher(db: PgPool) -> (House, Router, Person, Browser) {
    let (house, router) = open(db).await;
    let pat = Person::publisher("pat", &house).await;
    let browser = Browser::of(&pat, "api", &house);
    (house, router, pat, browser)
}

async fn send(browser: &mut Browser, router: &Router, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.get(router, "/tokens").await.hidden("csrf").to_owned();
    let fields = [&[("csrf", csrf.as_str())], fields].concat();
    browser.post(router, "/tokens", &fields).await
}

const GOOD: &[(&str, &str)] =
    &[("name", "CI <1>"), ("scope", "builds:write"), ("app", ""), ("days", "90")];

async fn an_app(db: &PgPool, owner: &Person, name: &str) -> AppId {
    let id = AppId::fresh();
    sqlx::query!(
        "insert into apps (id, platform, bundle_id, name) values ($1, 'ios', $2, $2)",
        id.0,
        name,
    )
    .execute(db)
    .await
    .expect("the app is new");
    sqlx::query!(
        "insert into app_members (app_id, account_id, role) values ($1, $2, 'owner')",
        id.0,
        owner.account.0,
    )
    .execute(db)
    .await
    .expect("the owner is new");
    id
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_token_is_made_shown_once_and_revoked(db: PgPool) {
    let (_house, router, pat, mut browser) = publisher(db.clone()).await;
    let app = an_app(&db, &pat, "Harbour").await;
    let empty = browser.get(&router, "/tokens").await;
    assert!(empty.html().contains("None yet."), "{}", empty.html());

    let of_app = app.to_string();
    let fields = [("name", "CI <1>"), ("scope", "builds:read"), ("app", &*of_app), ("days", "30")];
    let made = send(&mut browser, &router, &fields).await;
    assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, "no-store"));
    let token = made.between("<p class=\"code\">", "</p>").to_owned();
    assert!(made.html().contains(&format!("data-copy=\"{token}\"")), "{}", made.html());
    let kept = sqlx::query!("select scopes, app_id, expires_at from api_tokens");
    let kept = kept.fetch_one(&db).await.unwrap();
    assert_eq!((kept.scopes, kept.app_id.unwrap()), (vec!["builds:read".to_owned()], app));
    assert!(kept.expires_at.is_some());

    let page = browser.get(&router, "/tokens").await;
    assert!(!page.html().contains(&token), "it is shown once");
    for words in
        ["<b>CI &#60;1&#62;</b>", "only Harbour", "not used yet", "see and download builds"]
    {
        assert!(page.html().contains(words), "{words} is not in {}", page.html());
    }
    let revoke = page.between("class=\"button\" href=\"", "\"").to_owned();
    let ask = browser.get(&router, &revoke).await;
    assert!(ask.html().contains("CI &#60;1&#62;"), "it names what it would revoke");
    let csrf = ask.hidden("csrf").to_owned();
    assert_eq!(browser.post(&router, &revoke, &[]).await.status, 403);
    let done = browser.post(&router, &revoke, &[("csrf", &csrf)]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/tokens?revoked=true"));
    assert_eq!(browser.post(&router, &revoke, &[("csrf", &csrf)]).await.status, 404);
    assert_eq!(browser.get(&router, &revoke).await.status, 404);
    let actions = sqlx::query_scalar!("select action from audit order by id");
    assert_eq!(actions.fetch_all(&db).await.unwrap(), ["token.created", "token.revoked"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_is_not_signed_in_signs_in_and_comes_back(db: PgPool) {
    let (house, router) = open(db.clone()).await;
    register(&router, "ada").await;
    let mut browser = Browser::at(&house.base.urls.api);
    let away = browser.get(&router, "/tokens").await;
    assert_eq!(
        (away.status.as_u16(), away.header("location")),
        (303, "/login?to=api&path=%2Ftokens")
    );
    let back = login(&mut browser, &router, away.header("location"), PASSWORD).await;
    assert_eq!(back.header("location"), "/tokens", "{back:?}");
    // Ada may not have any, and is told how she might.
    let page = browser.get(&router, "/tokens").await;
    assert!(page.html().contains("Tokens are for those who upload builds"));
    assert!(!page.html().contains("name=\"scope\""));
    let csrf = page.hidden("csrf").to_owned();
    let refused = browser.post(&router, "/tokens", &[&[("csrf", &*csrf)], GOOD].concat()).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html().contains("role=\"alert\""), "{}", refused.html());
    // As a developer of one app she may.
    let eve = Person::publisher("eve", &house).await;
    let app = an_app(&db, &eve, "Theirs").await;
    sqlx::query!(
        "insert into app_members (app_id, account_id, role)
         select $1, id, 'developer' from accounts where handle = 'ada'",
        app.0,
    )
    .execute(&db)
    .await
    .unwrap();
    let page = browser.get(&router, "/tokens").await;
    assert!(page.html().contains("name=\"scope\""), "{}", page.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_wrong_is_told_in_place(db: PgPool) {
    let (house, router, _pat, mut browser) = publisher(db.clone()).await;
    let eve = Person::publisher("eve", &house).await;
    let foreign = an_app(&db, &eve, "Foreign").await.to_string();
    let page = browser.get(&router, "/tokens").await;
    assert!(!page.html().contains("Foreign"), "the app of a stranger is none to choose");
    let long = "x".repeat(65);
    for (field, value, told) in [
        ("name", " ", "Give it a name"),
        ("name", &long, "Give it a name"),
        ("scope", "everything", "Choose one of these."),
        ("app", &foreign, "Choose one of these."),
        ("app", "x", "Choose one of these."),
        ("days", "0", "Choose one of these."),
        ("days", "soon", "Choose one of these."),
    ] {
        let mut fields = GOOD.to_vec();
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value;
        let refused = send(&mut browser, &router, &fields).await;
        assert_eq!(refused.status, 422, "{field}={value}");
        assert!(refused.html().contains(told), "{field}={value}");
        assert_eq!(refused.html().matches("aria-invalid").count(), 1, "{field}={value}");
    }
    assert_eq!(browser.post(&router, "/tokens", GOOD).await.status, 403, "no token of the form");
    let mut foreign = Browser { origin: "https://evil.example".to_owned(), ..browser.clone() };
    assert_eq!(send(&mut foreign, &router, GOOD).await.status, 403);
    let count = sqlx::query_scalar!("select count(*) from api_tokens").fetch_one(&db).await;
    assert_eq!(count.unwrap(), Some(0));

    // Theirs stay theirs.
    assert_eq!(send(&mut browser, &router, GOOD).await.status, 200);
    let page = browser.get(&router, "/tokens").await;
    let revoke = page.between("class=\"button\" href=\"", "\"").to_owned();
    let mut others = Browser::of(&eve, "api", &house);
    let csrf = others.get(&router, "/tokens").await.hidden("csrf").to_owned();
    assert_eq!(others.get(&router, &revoke).await.status, 404);
    assert_eq!(others.post(&router, &revoke, &[("csrf", &csrf)]).await.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn there_are_no_more_than_may_be(db: PgPool) {
    let house = House::on(db).await;
    let most = [OPEN, &[("SECUREVOX_TOKENS_PER_ACCOUNT", "1")]].concat();
    let router = house.router::<securevox_api::Api>(&most).await;
    let pat = Person::publisher("pat", &house).await;
    let mut browser = Browser::of(&pat, "api", &house);
    browser.language = "it".to_owned();
    assert_eq!(send(&mut browser, &router, GOOD).await.status, 200);
    let refused = send(&mut browser, &router, GOOD).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html().contains("Hai già tutti i token che puoi avere."), "{}", refused.html());
}
