//! Links of feeds: made by whoever is signed in, and over with their right.

#![expect(clippy::disallowed_methods, reason = "statements that only break things, some in loops")]

use securevox_testkit::{Ask, Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use super::{browser, get, link_of};
use crate::{
    make::{Scene, ipa},
    people::{group, invite, join_app, open},
};

/// What phones can take.
const APK: &[u8] = include_bytes!("../../fixtures/signed/rotated.apk");

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_tester_s_link_ends_with_what_they_may(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(APK).await;
    let other = scene.build(&ipa("1.0")).await;
    let (app, build) = (build.text("/app/id"), build.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let (tester, sign_in) = invite(&scene, &friends, "bob@example.org").await;
    let (mut browser, _) = open(&scene, &sign_in).await;
    let (made, place) = link_of(&scene, &mut browser, "Pixel <9>").await;
    assert!(made.html().contains("Pixel &#60;9&#62;"), "{}", made.html());
    assert!(made.html().contains("fdroidrepo://"));
    let again = browser.get(&scene.router, "/feeds").await;
    let secret = place.trim_start_matches("/feeds/");
    assert!(!again.html().contains(secret), "it is shown once");

    let feed = format!("{place}/apps/{app}/feed.json");
    let package = format!("{place}/fdroid/repo/{build}.apk");
    let opened = async || {
        let feed = get(&scene, &feed).await.status.as_u16();
        (feed, get(&scene, &package).await.status.as_u16())
    };
    assert_eq!(opened().await, (200, 200));
    let hidden = format!("{place}/apps/{}/feed.json", other.text("/app/id"));
    assert_eq!(get(&scene, &hidden).await.problem(), (404, "no-such-feed"));

    for (hide, show) in [
        ("update builds set status = 'inactive'", "update builds set status = 'active'"),
        ("update builds set expires_at = now()", "update builds set expires_at = null"),
    ] {
        sqlx::query(hide).execute(&db).await.unwrap();
        assert_eq!(opened().await, (404, 404), "{hide}");
        sqlx::query(show).execute(&db).await.unwrap();
        assert_eq!(opened().await, (200, 200), "{show}");
    }
    let at = format!("/api/groups/{friends}/apps/{app}");
    scene.ada.delete(&scene.router, &at).await;
    assert_eq!(opened().await, (404, 404), "the group gets it no longer");
    crate::people::put(&scene, &scene.ada, &at, json!({"every_build": true})).await;
    assert_eq!(opened().await, (200, 200));
    sqlx::query("update testers set epoch = epoch + 1").execute(&db).await.unwrap();
    assert_eq!(opened().await, (404, 404), "their sessions ended");
    sqlx::query("update testers set epoch = epoch - 1").execute(&db).await.unwrap();
    assert_eq!(opened().await, (200, 200));
    scene.ada.delete(&scene.router, &format!("/api/testers/{tester}")).await;
    assert_eq!(opened().await, (404, 404), "the tester is gone");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_account_s_link_ends_with_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(APK).await;
    let app = build.text("/app/id");
    let max = Person::named("max", &scene.house).await;
    join_app(&db, app, &max, "tester").await;
    let (_, place) = link_of(&scene, &mut browser(&scene, &max), "Phone").await;
    let feed = format!("{place}/apps/{app}/feed.xml");
    let status = async || get(&scene, &feed).await.status.as_u16();
    assert_eq!(status().await, 200);
    for (lock, unlock) in [
        ("update accounts set disabled_at = now()", "update accounts set disabled_at = null"),
        (
            "update app_members set role = 'developer' where role = 'tester'",
            "update app_members set role = 'tester' where role = 'developer'",
        ),
    ] {
        sqlx::query(lock).execute(&db).await.unwrap();
        sqlx::query("update builds set status = 'inactive'").execute(&db).await.unwrap();
        assert_eq!(status().await, 404, "also developers are told what is offered alone");
        sqlx::query("update builds set status = 'active'").execute(&db).await.unwrap();
        sqlx::query(unlock).execute(&db).await.unwrap();
        assert_eq!(status().await, 200);
    }
    let of_max = format!("/api/apps/{app}/members/{}", max.account);
    assert_eq!(scene.ada.delete(&scene.router, &of_max).await.status, 204);
    assert_eq!(status().await, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn its_owner_alone_withdraws_a_link(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(APK).await;
    let feed = |place: &str| format!("{place}/apps/{}/feed.xml", build.text("/app/id"));
    let mut ada = browser(&scene, &scene.ada);
    let (made, place) = link_of(&scene, &mut ada, "Phone").await;
    let withdraw = format!("/feeds/links/{}/withdraw", made.between("/feeds/links/", "/"));

    let stranger = Person::named("stranger", &scene.house).await;
    let mut stranger = browser(&scene, &stranger);
    let csrf = stranger.get(&scene.router, "/feeds").await.hidden("csrf").to_owned();
    let refused = stranger.post(&scene.router, &withdraw, &[("csrf", &csrf)]).await;
    assert_eq!(refused.status, 404);
    let mut nobody = Browser::at(&scene.house.base.urls.distribution);
    let page = nobody.get(&scene.router, "/feeds").await;
    assert!(!page.html().contains("name=\"name\""), "{}", page.html());
    assert_eq!(get(&scene, &feed(&place)).await.status, 200);

    let csrf = ada.get(&scene.router, "/feeds").await.hidden("csrf").to_owned();
    let done = ada.post(&scene.router, &withdraw, &[("csrf", &csrf)]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/feeds"));
    assert_eq!(get(&scene, &feed(&place)).await.problem(), (404, "no-such-feed"));
    let again = ada.post(&scene.router, &withdraw, &[("csrf", &csrf)]).await;
    assert_eq!(again.status, 404);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_at_once_are_not_one_too_many(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_FEED_LINKS_PER_PERSON", "1")]).await;
    let make = async || {
        let mut browser = browser(&scene, &scene.ada);
        let csrf = browser.get(&scene.router, "/feeds").await.hidden("csrf").to_owned();
        let fields = [("csrf", csrf.as_str()), ("name", "Phone")];
        browser.post(&scene.router, "/feeds", &fields).await.status.as_u16()
    };
    let (one, other) = tokio::join!(make(), make());
    assert_eq!((one.min(other), one.max(other)), (200, 422));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn so_many_links_are_made_in_an_hour(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_FEED_LINKS_PER_HOUR", "1")]).await;
    let mut ada = browser(&scene, &scene.ada);
    link_of(&scene, &mut ada, "One").await;
    let csrf = ada.get(&scene.router, "/feeds").await.hidden("csrf").to_owned();
    let fields = [("csrf", csrf.as_str()), ("name", "Two")];
    assert_eq!(ada.post(&scene.router, "/feeds", &fields).await.status, 429);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn links_and_their_requests_are_limited(db: PgPool) {
    let limits =
        [("SECUREVOX_FEED_LINKS_PER_PERSON", "2"), ("SECUREVOX_FEED_REQUESTS_PER_LINK", "2")];
    let scene = Scene::with(db, &limits).await;
    let build = scene.build(&ipa("1.0")).await;
    let mut ada = browser(&scene, &scene.ada);
    let (_, place) = link_of(&scene, &mut ada, "One").await;
    link_of(&scene, &mut ada, "Two").await;
    let csrf = ada.get(&scene.router, "/feeds").await.hidden("csrf").to_owned();
    for name in ["Three", " ", &"x".repeat(101)] {
        let fields = [("csrf", csrf.as_str()), ("name", name)];
        let refused = ada.post(&scene.router, "/feeds", &fields).await;
        assert_eq!(refused.status, 422, "{name}");
        assert!(refused.html().contains("role=\"alert\""), "{name}");
    }
    let feed = format!("{place}/apps/{}/feed.xml", build.text("/app/id"));
    let statuses = [(); 3].map(|()| Ask::new("GET", &feed));
    let mut told = Vec::new();
    for ask in statuses {
        told.push(ask.of(&scene.router).await.status.as_u16());
    }
    assert_eq!(told, [200, 200, 429]);
    let wrong = "A".repeat(43);
    for place in ["x", "Public", &wrong, "..%2f"] {
        let feed = get(&scene, &format!("/feeds/{place}/altstore.json")).await;
        assert_eq!(feed.problem(), (404, "no-such-feed"), "{place}");
    }
}
