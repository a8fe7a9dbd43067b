//! What proves that an answer comes from a device, and what strangers may do without that.

use securevox_testkit::{Ask, Browser};
use serde_json::json;
use sqlx::PgPool;

use super::{OTHER, UDID, enrol, fixture, upload};
use crate::make::Scene;

/// A public app, and who looks at its build.
async fn public(db: &PgPool, settings: &[(&str, &str)]) -> (Scene, String, String) {
    let scene = Scene::with(db.clone(), settings).await;
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let app = build.text("/app/id").to_owned();
    let open = json!({"access": "public"});
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), open).await;
    (scene, app, build.text("/id").to_owned())
}

fn stranger(scene: &Scene) -> Browser {
    Browser::at(&scene.house.base.urls.distribution)
}

async fn verified(scene: &Scene, app: &str) -> Vec<bool> {
    let list = scene.ada.get(&scene.router, &format!("/api/apps/{app}/devices")).await;
    let items = list.body["items"].as_array().unwrap();
    items.iter().map(|device| device["verified"].as_bool().unwrap()).collect()
}

async fn exported(scene: &Scene, app: &str, query: &str) -> usize {
    let path = format!("/api/apps/{app}/devices/export{query}");
    scene.ada.get(&scene.router, &path).await.html().lines().count() - 1
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_device_is_verified_by_the_authority_of_its_maker(db: PgPool) {
    // Phones in these tests sign with this certificate, which issued itself.
    enrolled_under("rsa.pem", true, &db).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn another_authority_verifies_nothing(db: PgPool) {
    enrolled_under("ec.pem", false, &db).await;
}

async fn enrolled_under(authority: &str, expected: bool, db: &PgPool) {
    let authority = fixture(authority);
    let settings = [("SECUREVOX_ENROLMENT_DEVICE_CA_PATH", authority.to_str().unwrap())];
    let (scene, app, build) = public(db, &settings).await;
    enrol(&scene, &mut stranger(&scene), &build, UDID).await;
    assert_eq!(verified(&scene, &app).await, [expected]);
    assert_eq!(exported(&scene, &app, "").await, usize::from(expected));
    assert_eq!(exported(&scene, &app, "?unverified=true").await, 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_may_be_nobodys_is_left_out_and_removed_at_once(db: PgPool) {
    let (scene, app, build) = public(&db, &[]).await;
    enrol(&scene, &mut stranger(&scene), &build, UDID).await;
    let mut ada = Browser::of(&scene.ada, crate::make::SERVICE, &scene.house);
    enrol(&scene, &mut ada, &build, OTHER).await;
    assert_eq!(verified(&scene, &app).await, [false, false], "no authority is known");
    assert_eq!(exported(&scene, &app, "").await, 1, "Ada is known");
    assert_eq!(exported(&scene, &app, "?unverified=true").await, 2);
    let tab = format!("/admin/apps/{app}/devices");
    let page = ada.get(&scene.router, &tab).await;
    assert!(page.html().contains("Unverified") && page.html().contains("Remove all of these"));
    let csrf = page.hidden("csrf").to_owned();
    let remove = format!("{tab}/unverified/delete");
    assert_eq!(ada.post(&scene.router, &remove, &[("csrf", &csrf)]).await.status, 303);
    assert_eq!(exported(&scene, &app, "?unverified=true").await, 1);
    let all = format!("/api/apps/{app}/devices/unverified");
    assert_eq!(scene.ada.delete(&scene.router, &all).await.status, 204, "there are none");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_says_the_identifier_of_anothers_device_only_looks(db: PgPool) {
    let (scene, app, build) = public(&db, &[]).await;
    let mut owner = stranger(&scene);
    let first = enrol(&scene, &mut owner, &build, UDID).await;
    let mut eve = stranger(&scene);
    let hers = enrol(&scene, &mut eve, &build, UDID).await;
    let page = eve.get(&scene.router, &hers).await;
    assert_eq!(page.status, 200);
    assert!(!page.html().contains("/forget") && !eve.cookie().contains("-device="));
    let csrf = eve.get(&scene.router, "/t").await.hidden("csrf").to_owned();
    let fields = [("csrf", csrf.as_str()), ("name", "Mine")];
    for path in [hers.clone(), format!("{hers}/forget")] {
        let refused = eve.post(&scene.router, &path, &fields).await;
        assert_eq!(refused.status, 404, "{path}");
    }
    // Its owner does as before.
    let page = owner.get(&scene.router, &first).await;
    assert!(page.html().contains("/forget") && owner.cookie().contains("-device="));
    let csrf = page.hidden("csrf").to_owned();
    let fields = [("csrf", csrf.as_str()), ("name", "Mine")];
    assert_eq!(owner.post(&scene.router, &first, &fields).await.status, 303);
    let list = scene.ada.get(&scene.router, &format!("/api/apps/{app}/devices")).await;
    assert_eq!(list.text("/items/0/name"), "Mine");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn strangers_enrol_a_few_a_day(db: PgPool) {
    let settings = [("SECUREVOX_ENROLLED_DEVICES_OF_STRANGERS_PER_ADDRESS", "2")];
    let (scene, _, build) = public(&db, &settings).await;
    let page = format!("/builds/{build}/device");
    for (number, status) in [(1, 301), (2, 301), (3, 429), (1, 301)] {
        let udid = format!("00008030-00000000000000{number:02}");
        let mut browser = stranger(&scene);
        let question = super::ask(&scene, &mut browser, &page).await;
        let answer = question.post(&scene, question.answer(&udid, super::How::Cms)).await;
        assert_eq!(answer.status, status, "{number}: {answer:?}");
    }
    let stored = sqlx::query!("select id from enrolled_devices").fetch_all(&db).await.unwrap();
    assert_eq!(stored.len(), 2);
    let unknown = Ask::new("GET", "/devices/x").of(&scene.router).await;
    assert_eq!(unknown.status, 404);
}
