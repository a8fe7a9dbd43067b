//! The page of whoever tests: what they see of themselves, and how they end it.

use securevox_testkit::{Browser, Person};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    make::{SERVICE, SIGNED_APK, Scene},
    people::{group, invite, open, proven, tester},
};

const ME: &str = "/t/me";

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_tests_sees_their_groups_and_leaves_them(db: PgPool) {
    let scene = Scene::on(db).await;
    let router = &scene.router;
    let build = scene.build(SIGNED_APK).await;
    let (app, name) = (build.text("/app/id"), build.text("/app/name"));
    let friends = group(&scene, "Friends", app, true).await;
    let single = group(&scene, "Single", app, false).await;
    let others = group(&scene, "Others", app, true).await;
    invite(&scene, &friends, "bob@example.org").await;
    let (_, link) = invite(&scene, &single, "bob@example.org").await;
    let (mut bob, _) = open(&scene, &link).await;
    let nobody = Browser::at(&scene.house.base.urls.distribution).get(router, ME).await;
    assert_eq!((nobody.status.as_u16(), nobody.header("location")), (303, "/t?path=%2Ft%2Fme"));

    assert!(bob.get(router, "/").await.html().contains("href=\"/t/me\""));
    let page = bob.get(router, ME).await;
    assert_eq!(page.header("cache-control"), "no-store");
    for told in ["bob@example.org", "Friends", "Single", name, "Nothing to install yet"] {
        assert!(page.html().contains(told), "{told}: {}", page.html());
    }
    assert!(!page.html().contains("Others") && !page.html().contains("href=\"/admin/mail\""));
    let proof = [("csrf", page.hidden("csrf"))];
    let leave = |group: &str| format!("{ME}/groups/{group}/leave");
    assert_eq!(bob.post(router, &leave(&others), &proof).await.status, 404);
    let left = bob.post(router, &leave(&friends), &proof).await;
    assert_eq!((left.status.as_u16(), left.header("location")), (303, ME));
    let page = bob.get(router, ME).await;
    assert!(page.html().contains("You are in the group no more."), "{}", page.html());
    assert!(!page.html().contains("Friends") && page.html().contains("Single"));
    let at = format!("/builds/{}", build.text("/id"));
    assert_eq!(bob.get(router, &at).await.status, 303, "what they had by it is over");
    let log = scene.ada.get(router, &format!("/api/apps/{app}/log")).await;
    assert_eq!(log.text("/items/0/action"), "tester.left");
    assert_eq!(log.text("/items/0/subject"), "bob@example.org");
    assert_eq!(log.text("/items/0/details/group"), "Friends");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_tests_chooses_what_they_are_mailed(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let router = &scene.router;
    let build = scene.build(SIGNED_APK).await;
    let app = build.text("/app/id");
    let friends = group(&scene, "Friends", app, true).await;
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    let csrf = bob.get(router, ME).await.hidden("csrf").to_owned();
    let wishes = async || {
        let row = sqlx::query!(
            r#"select (select count(*) from tester_opt_outs) as "ended!",
                      (select unsubscribed_at is not null from testers) as "quiet!""#
        );
        let row = row.fetch_one(&db).await.unwrap();
        (row.ended, row.quiet)
    };
    let one = |wanted| [("csrf", csrf.as_str()), ("app", app), ("wanted", wanted)];
    let all = |wanted| [("csrf", csrf.as_str()), ("wanted", wanted)];
    let form = format!("{ME}/mail");
    assert_eq!(bob.post(router, &form, &one("false")).await.status, 303);
    assert_eq!(wishes().await, (1, false));
    assert!(bob.get(router, ME).await.html().contains("You get no mail about it"));
    bob.post(router, &form, &all("false")).await;
    assert_eq!(wishes().await, (1, true));
    assert!(bob.get(router, ME).await.html().contains("You get no mail about builds"));
    bob.post(router, &form, &all("true")).await;
    assert_eq!(wishes().await, (1, false), "about the other apps");
    bob.post(router, &form, &one("true")).await;
    assert_eq!(wishes().await, (0, false));
    // Nobody learns the name of an app by not wanting mail about it.
    let secret = scene.build(&crate::make::ipa("1.0")).await;
    let about = [("csrf", csrf.as_str()), ("app", secret.text("/app/id")), ("wanted", "false")];
    bob.post(router, &form, &about).await;
    assert!(!bob.get(router, ME).await.html().contains(secret.text("/app/name")));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn devices_are_removed_by_their_owners_alone(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let router = &scene.router;
    let build = scene.build(SIGNED_APK).await;
    let app = build.text("/app/id");
    let friends = group(&scene, "Friends", app, true).await;
    let (id, link) = invite(&scene, &friends, "bob@example.org").await;
    let (mut bob, _) = open(&scene, &link).await;
    let mut eve = tester(&scene, &friends, "eve@example.org").await;
    let (device, owner): (Uuid, Uuid) = (Uuid::now_v7(), id.parse().unwrap());
    sqlx::query!(
        "insert into enrolled_devices (id, udid, product, name, tester_id)
         values ($1, 'ABC', 'iPhone14,7', 'My phone', $2)",
        device,
        owner,
    )
    .execute(&db)
    .await
    .unwrap();
    sqlx::query!(
        "insert into enrolled_device_apps (app_id, device_id) select id, $1 from apps",
        device,
    )
    .execute(&db)
    .await
    .unwrap();
    let remove = format!("{ME}/devices/{device}/remove");
    let page = eve.get(router, ME).await;
    assert!(!page.html().contains("My phone"));
    let refused = eve.post(router, &remove, &[("csrf", page.hidden("csrf"))]).await;
    assert_eq!(refused.status, 404);
    let page = bob.get(router, ME).await;
    assert!(page.html().contains("My phone") && page.html().contains("iPhone 14"));
    let proof = [("csrf", page.hidden("csrf"))];
    assert_eq!(bob.post(router, &remove, &proof).await.status, 303);
    assert!(!bob.get(router, ME).await.html().contains("My phone"));
    let log = scene.ada.get(router, &format!("/api/apps/{app}/log")).await;
    assert_eq!(log.text("/items/0/action"), "enrolled_device.removed");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_wants_to_be_forgotten_is(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let router = &scene.router;
    let build = scene.build(SIGNED_APK).await;
    let at = format!("/builds/{}", build.text("/id"));
    let friends = group(&scene, "Friends", build.text("/app/id"), true).await;
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    let (_, unused) = invite(&scene, &friends, "bob@example.org").await;
    let csrf = bob.get(router, ME).await.hidden("csrf").to_owned();
    let forget = format!("{ME}/forget");
    let gone = bob.post(router, &forget, &[("csrf", &csrf)]).await;
    assert_eq!((gone.status.as_u16(), gone.header("location")), (303, "/"));
    assert!(!bob.cookie().contains("-tester="), "{}", bob.cookie());
    let testers = async || {
        let testers = sqlx::query_scalar!(r#"select count(*) as "count!" from testers"#);
        testers.fetch_one(&db).await.unwrap()
    };
    assert_eq!(testers().await, 0);
    assert_eq!(open(&scene, &unused).await.1.status, 410);
    let log = scene.ada.get(router, &format!("/api/apps/{}/log", build.text("/app/id"))).await;
    assert_eq!(log.text("/items/0/action"), "tester.gone");
    assert!(!log.body.to_string().contains("bob@example.org"), "{log:?}");

    // An account loses its address, and stays.
    invite(&scene, &friends, "max@example.org").await;
    let max = Person::named("max", &scene.house).await;
    let mut browser = Browser::of(&max, SERVICE, &scene.house);
    let page = browser.get(router, ME).await;
    assert!(page.html().contains("href=\"/admin/mail\""), "{}", page.html());
    proven(&db, &max, "max@example.org").await;
    assert_eq!(browser.get(router, &at).await.status, 200);
    let csrf = browser.get(router, ME).await.hidden("csrf").to_owned();
    assert_eq!(browser.post(router, &forget, &[("csrf", &csrf)]).await.status, 303);
    assert_eq!((testers().await, browser.get(router, &at).await.status.as_u16()), (0, 404));
    assert_eq!(max.get(router, "/api/builds").await.body["items"], json!([]));
}
