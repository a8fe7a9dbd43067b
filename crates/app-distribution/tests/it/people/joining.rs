//! How testers come in: invitations, links that are asked for, public links to join.

use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, Browser, Smtp};
use serde_json::json;
use sqlx::PgPool;

use super::{group, invite, open, path, with_mail};
use crate::make::{Scene, form, ipa};

const PREFIX: &str = "http://localhost:8083/";

/// A stranger's browser that sends an address from the page at `path`.
async fn ask(scene: &Scene, path: &str, email: &str) -> Answer {
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let page = browser.get(&scene.router, path).await;
    let csrf = page.hidden("csrf").to_owned();
    browser.post(&scene.router, path, &[("csrf", &csrf), ("email", email)]).await
}

/// A public link of a group, its path.
async fn join_link(scene: &Scene, group: &str, order: serde_json::Value) -> String {
    let at = format!("/api/groups/{group}/links");
    let made = scene.ada.post(&scene.router, &at, order).await;
    assert_eq!(made.status, 201, "{made:?}");
    path(made.text("/url")).to_owned()
}

async fn scene(db: PgPool, more: &[(&str, &str)]) -> Option<(Scene, Smtp, String)> {
    let (scene, smtp) = with_mail(db, more).await?;
    // Mails about the build would come between those that are waited for.
    let build = scene.upload(form(&ipa("1.0")).text("notify", "false")).await;
    let app = build.text("/app/id").to_owned();
    let group = group(&scene, "Friends", &app, true).await;
    Some((scene, smtp, group))
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_invitation_is_mailed_and_works_once(db: PgPool) {
    let Some((scene, mut smtp, group)) = scene(db, &[]).await else { return };
    let at = format!("/api/groups/{group}/testers");
    let emails = json!({"emails": ["bob@example.org"]});
    let invited = scene.ada.post(&scene.router, &at, emails.clone()).await;
    assert_eq!(invited.body["items"][0]["mailed"], true);
    assert_eq!(invited.body["items"][0]["link"], serde_json::Value::Null, "it is for Bob alone");
    let mail = smtp.mail().await;
    assert_eq!(mail.to, ["bob@example.org"]);
    assert!(mail.message.contains("Friends"), "{}", mail.message);
    let link = mail.link(&format!("{PREFIX}t/"));

    // A program that looks into mails opens the link, and uses nothing up.
    let mut scanner = Browser::at(&scene.house.base.urls.distribution);
    for _ in 0..3 {
        let page = scanner.get(&scene.router, path(&link)).await;
        assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
    }
    let (mut bob, answer) = open(&scene, &link).await;
    assert_eq!(answer.status, 303);
    let cookie = answer.headers.get_all("set-cookie").iter().next().unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains("Max-Age=7776000"));
    let apps = bob.get(&scene.router, "/").await;
    assert!(apps.html().contains("Example") && apps.html().contains("bob@example.org"));
    let used = open(&scene, &link).await.1;
    assert_eq!(used.status, 410);
    assert!(used.html().contains("Each link signs in once."), "{}", used.html());
    assert!(used.html().contains("action=\"/t\""), "it is asked for another there");
    let again = bob.get(&scene.router, path(&link)).await;
    assert_eq!((again.status.as_u16(), again.header("location")), (303, "/"), "he is in");

    let csrf = apps.hidden("csrf").to_owned();
    bob.post(&scene.router, "/t/leave", &[("csrf", &csrf)]).await;
    assert!(!bob.get(&scene.router, "/").await.html().contains("Example"));
    // Whoever is in the group already may have lost the mail.
    let again = scene.ada.post(&scene.router, &at, emails).await;
    assert_eq!(again.body["items"][0]["mailed"], true);
    assert_eq!(smtp.mail().await.to, ["bob@example.org"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_strangers_ask_for_takes_nothing_from_what_a_tester_gets(db: PgPool) {
    let Some((scene, mut smtp, group)) = scene(db, &[]).await else { return };
    let at = format!("/api/groups/{group}/testers");
    let emails = json!({"emails": ["bob@example.org"]});
    scene.ada.post(&scene.router, &at, emails.clone()).await;
    smtp.mail().await;
    for _ in 0..8 {
        ask(&scene, "/t", "bob@example.org").await;
    }
    for _ in 0..5 {
        assert!(smtp.mail().await.message.contains("/t/"));
    }
    let build = scene.upload(form(&ipa("1.1")).text("notify", "true")).await;
    let told = smtp.mail().await;
    assert!(
        told.text().contains(build.text("/id")),
        "the next is about the build: {}",
        told.text()
    );
    let again = scene.ada.post(&scene.router, &at, emails).await;
    assert_eq!(again.body["items"][0]["mailed"], true);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_mail_ends_the_sessions_that_began_without_one(db: PgPool) {
    let Some((on, mut smtp, group)) = scene(db, &[]).await else { return };
    // Mail was off when Eve invited Bob, and signed in as him by the link that she was given.
    let house = on.house.copy(&[]).await;
    let router = house.router::<Distribution>(&[]).await;
    let off = Scene { house, router, ada: on.ada.clone() };
    let (_, link) = invite(&off, &group, "bob@example.org").await;
    let (mut hers, _) = open(&off, &link).await;
    assert!(hers.get(&off.router, "/").await.html().contains("bob@example.org"));
    let (_, unused) = invite(&off, &group, "bob@example.org").await;

    assert!(hers.get(&on.router, "/").await.html().contains("bob@example.org"));
    let at = format!("/api/groups/{group}/testers");
    on.ada.post(&on.router, &at, json!({"emails": ["bob@example.org"]})).await;
    assert!(!hers.get(&on.router, "/").await.html().contains("bob@example.org"));
    assert_eq!(open(&on, &unused).await.1.status, 410, "what was passed on is over");
    let mailed = smtp.mail().await.link(&format!("{PREFIX}t/"));
    let (mut bob, _) = open(&on, &mailed).await;
    assert!(bob.get(&on.router, "/").await.html().contains("bob@example.org"));
    // From now on he is proven, and no invitation signs him out.
    on.ada.post(&on.router, &at, json!({"emails": ["bob@example.org"]})).await;
    assert!(bob.get(&on.router, "/").await.html().contains("bob@example.org"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_tester_asks_for_a_link_and_strangers_learn_nothing(db: PgPool) {
    let Some((scene, mut smtp, group)) = scene(db.clone(), &[]).await else { return };
    let at = format!("/api/groups/{group}/testers");
    scene.ada.post(&scene.router, &at, json!({"emails": ["bob@example.org"]})).await;
    smtp.mail().await;

    let unknown = ask(&scene, "/t", "nobody@example.org").await;
    let known = ask(&scene, "/t", " BOB@example.org ").await;
    let none = ask(&scene, "/t", "not an address").await;
    let shown = |answer: &Answer| answer.between("<main", "</main>").to_owned();
    assert_eq!(shown(&known), shown(&unknown));
    assert_eq!(shown(&known), shown(&none));
    assert_eq!(known.status, unknown.status);
    let mail = smtp.mail().await;
    assert_eq!(mail.to, ["bob@example.org"]);
    let jobs = sqlx::query_scalar!("select count(*) from tester_codes where email like 'nobody%'");
    assert_eq!(jobs.fetch_one(&db).await.unwrap(), Some(0));
    let link = mail.link(&format!("{PREFIX}t/"));
    sqlx::query!("update tester_codes set expires_at = now() where email = 'bob@example.org'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(open(&scene, &link).await.1.status, 410, "half an hour is over");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn one_code_signs_one_browser_in(db: PgPool) {
    let Some((scene, mut smtp, group)) = scene(db, &[]).await else { return };
    let at = format!("/api/groups/{group}/testers");
    scene.ada.post(&scene.router, &at, json!({"emails": ["bob@example.org"]})).await;
    let link = smtp.mail().await.link(&format!("{PREFIX}t/"));
    let (one, other) = tokio::join!(open(&scene, &link), open(&scene, &link));
    let statuses = [one.1.status.as_u16(), other.1.status.as_u16()];
    assert!(statuses.contains(&303) && statuses.contains(&410), "{statuses:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_proves_an_address_of_the_domain_joins(db: PgPool) {
    let Some((scene, mut smtp, group)) = scene(db.clone(), &[]).await else { return };
    let order = json!({"email_domain": "@Example.org"});
    let join = join_link(&scene, &group, order).await;
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let page = browser.get(&scene.router, &join).await;
    assert!(page.html().contains("Friends") && page.html().contains("example.org"));
    for other in ["eve@evil.org", "eve@example.org.evil.org", "eve@sub.example.org", "eve"] {
        let refused = ask(&scene, &join, other).await;
        assert_eq!(refused.status, 422);
        assert!(refused.html().contains("role=\"alert\""), "{other}");
    }
    let sent = ask(&scene, &join, "Carl@example.org").await;
    assert!(sent.html().contains("role=\"status\""), "{}", sent.html());
    let count = || async {
        let count = sqlx::query_scalar!("select count(*) from tester_group_members");
        count.fetch_one(&db).await.unwrap()
    };
    assert_eq!(count().await, Some(0), "nobody is in before the mail was opened");
    let mail = smtp.mail().await;
    assert_eq!(mail.to, ["carl@example.org"]);
    let (mut carl, answer) = open(&scene, &mail.link(&format!("{PREFIX}t/"))).await;
    assert_eq!(answer.status, 303);
    assert_eq!(count().await, Some(1));
    assert!(carl.get(&scene.router, "/").await.html().contains("Example"));
    // Who is a tester already is told the same.
    let again = ask(&scene, &join, "carl@example.org").await;
    let shown = |answer: &Answer| answer.between("<main", "</main>").to_owned();
    assert_eq!(shown(&again), shown(&sent));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_last_place_goes_to_one(db: PgPool) {
    let Some((scene, mut smtp, group)) = scene(db.clone(), &[]).await else { return };
    let join = join_link(&scene, &group, json!({"uses": 1, "expires_in_hours": 1})).await;
    let mut links = Vec::new();
    for email in ["bob@example.org", "eve@example.org"] {
        ask(&scene, &join, email).await;
        links.push(smtp.mail().await.link(&format!("{PREFIX}t/")));
    }
    let (one, other) = tokio::join!(open(&scene, &links[0]), open(&scene, &links[1]));
    let statuses = [one.1.status.as_u16(), other.1.status.as_u16()];
    assert!(statuses.contains(&303) && statuses.contains(&410), "{statuses:?}");
    let count = sqlx::query_scalar!("select count(*) from tester_group_members");
    assert_eq!(count.fetch_one(&db).await.unwrap(), Some(1));
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    assert_eq!(browser.get(&scene.router, &join).await.status, 410, "it is full");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_link_that_is_over_or_withdrawn_lets_nobody_in(db: PgPool) {
    let Some((scene, mut smtp, group)) = scene(db.clone(), &[]).await else { return };
    let join = join_link(&scene, &group, json!({})).await;
    ask(&scene, &join, "bob@example.org").await;
    let link = smtp.mail().await.link(&format!("{PREFIX}t/"));
    sqlx::query!("update join_links set expires_at = now()").execute(&db).await.unwrap();
    assert_eq!(open(&scene, &link).await.1.status, 410);
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    for over in [join.as_str(), "/join/x", "/t/x"] {
        assert_eq!(browser.get(&scene.router, over).await.status, 410, "{over}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn nobody_floods_with_mails_or_guesses(db: PgPool) {
    let limits = [
        ("SECUREVOX_TESTER_MAILS_PER_ADDRESS", "2"),
        ("SECUREVOX_TESTER_TRIES_PER_ADDRESS", "2"),
        ("SECUREVOX_TESTER_INVITES_PER_ACCOUNT", "2"),
    ];
    let Some((scene, _smtp, group)) = scene(db, &limits).await else { return };
    for status in [200, 200, 429] {
        assert_eq!(ask(&scene, "/t", "bob@example.org").await.status, status);
    }
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let csrf = browser.get(&scene.router, "/t").await.hidden("csrf").to_owned();
    for status in [410, 410, 429] {
        let tried = browser.post(&scene.router, "/t/x", &[("csrf", &csrf)]).await;
        assert_eq!(tried.status, status);
    }
    let at = format!("/api/groups/{group}/testers");
    let many = json!({"emails": ["a@example.org", "b@example.org", "c@example.org"]});
    let refused = scene.ada.post(&scene.router, &at, many).await;
    assert_eq!(refused.problem(), (429, "too-many-requests"));
    let testers = scene.ada.get(&scene.router, &at).await;
    assert_eq!(testers.body["items"].as_array().map(Vec::len), Some(0), "all or none");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pages_that_need_mail_say_so_where_it_is_off(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let group = group(&scene, "Friends", &app, true).await;
    let join = join_link(&scene, &group, json!({})).await;
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    for page in [join.as_str(), "/t"] {
        assert!(browser.get(&scene.router, page).await.html().contains("sends no mail"), "{page}");
        assert_eq!(ask(&scene, page, "bob@example.org").await.status, 200);
    }
    let codes = sqlx::query_scalar!("select count(*) from tester_codes");
    assert_eq!(codes.fetch_one(&db).await.unwrap(), Some(0));
}
