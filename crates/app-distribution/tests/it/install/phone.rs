//! The code that takes a build from a desk to a phone.

use chrono::{TimeDelta, Utc};
use securevox_testkit::{Answer, Ask, Browser, Person};
use serde_json::json;
use sqlx::PgPool;

use super::page;
use crate::{
    make::{SERVICE, SIGNED_APK, Scene, installable},
    people::{group, invite, join_app, open},
};

/// Everything that a code is tried on.
struct Desk {
    scene: Scene,
    build: String,
    app: String,
    group: String,
    /// What the app is called.
    name: String,
}

impl Desk {
    async fn on(db: PgPool) -> Self {
        let scene = Scene::on(db).await;
        let build = scene.build(SIGNED_APK).await;
        let app = build.text("/app/id").to_owned();
        let group = group(&scene, "Friends", &app, true).await;
        let name = build.text("/app/name").to_owned();
        Self { build: build.text("/id").to_owned(), scene, app, group, name }
    }

    fn phone(&self) -> Browser {
        Browser::at(&self.scene.house.base.urls.distribution)
    }

    /// What is scanned in front of the page that `viewer` looks at: the newest code, in full.
    async fn code(&self, viewer: &mut Browser) -> String {
        let db = &self.scene.house.base.db;
        let shown = viewer.get(&self.scene.router, &format!("/builds/{}/qr.svg", self.build)).await;
        assert_eq!((shown.status.as_u16(), shown.header("cache-control")), (200, "no-store"));
        // A picture cannot be read here: the row is given a hash that is known.
        let code = securevox_core::auth::Opaque::random();
        let changed = sqlx::query!(
            "update phone_codes set hash = $1
             where hash = (select hash from phone_codes order by expires_at desc limit 1)",
            code.hash(),
        );
        assert_eq!(changed.execute(db).await.unwrap().rows_affected(), 1);
        format!("/p/{code}")
    }

    async fn press(&self, phone: &mut Browser, code: &str) -> Answer {
        let csrf = phone.get(&self.scene.router, "/t").await.hidden("csrf").to_owned();
        phone.post(&self.scene.router, code, &[("csrf", &csrf)]).await
    }

    async fn shown(&self, phone: &mut Browser) -> Answer {
        page(phone, &self.scene, &self.build).await
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_code_opens_one_build_on_one_phone_once(db: PgPool) {
    let desk = Desk::on(db.clone()).await;
    let other = desk.scene.build(&installable("Other", "1.0")).await;
    let (_, sign_in) = invite(&desk.scene, &desk.group, "bob@example.org").await;
    let (mut bob, _) = open(&desk.scene, &sign_in).await;
    let mut ada = Browser::of(&desk.scene.ada, SERVICE, &desk.scene.house);
    for viewer in [&mut bob, &mut ada] {
        let code = desk.code(viewer).await;
        let mut phone = desk.phone();
        assert_eq!(desk.shown(&mut phone).await.status, 303);
        // Whoever looks ahead into the link uses nothing up.
        for _ in 0..3 {
            let looked =
                Ask::new("GET", &code).header("accept", "text/html").of(&desk.scene.router);
            let looked = looked.await;
            assert_eq!((looked.status.as_u16(), looked.header("cache-control")), (200, "no-store"));
            assert!(!looked.html().contains(&desk.name));
        }
        let opened = desk.press(&mut phone, &code).await;
        let there = format!("/builds/{}", desk.build);
        assert_eq!((opened.status.as_u16(), opened.header("location")), (303, there.as_str()));
        let shown = desk.shown(&mut phone).await;
        assert!(shown.html().contains("/api/downloads/"), "{}", shown.html());
        // Nothing else comes with it: no session, no other build, no link to pass on.
        assert!(!shown.html().contains("?link=") && !shown.html().contains("/admin"));
        let elsewhere = page(&mut phone, &desk.scene, other.text("/id")).await;
        assert_eq!(elsewhere.status, 303);
        assert!(!phone.get(&desk.scene.router, "/").await.html().contains(&desk.name));
        // The phone that used it comes again; others are told, and led on.
        let again = phone.get(&desk.scene.router, &code).await;
        assert_eq!((again.status.as_u16(), again.header("location")), (303, there.as_str()));
        let mut second = desk.phone();
        let late = second.get(&desk.scene.router, &code).await;
        assert_eq!(late.status, 410);
        assert!(late.html().contains("This code is over"), "{}", late.html());
        assert!(late.html().contains(&format!("/t?path=/builds/{}", desk.build)));
        assert_eq!(desk.press(&mut second, &code).await.status, 410);
        assert_eq!(desk.shown(&mut second).await.status, 303);
    }
    let noted = sqlx::query!("select octet_length(hash) as bytes, who from phone_codes");
    assert!(noted.fetch_all(&db).await.unwrap().iter().all(|row| row.bytes == Some(32)));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_phones_at_once_are_one(db: PgPool) {
    let desk = Desk::on(db).await;
    let mut ada = Browser::of(&desk.scene.ada, SERVICE, &desk.scene.house);
    let code = desk.code(&mut ada).await;
    let (mut one, mut two) = (desk.phone(), desk.phone());
    let (one, two) = tokio::join!(desk.press(&mut one, &code), desk.press(&mut two, &code));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_code_that_is_late_opens_nothing(db: PgPool) {
    let desk = Desk::on(db.clone()).await;
    let mut ada = Browser::of(&desk.scene.ada, SERVICE, &desk.scene.house);
    let code = desk.code(&mut ada).await;
    let expires = sqlx::query_scalar!("select expires_at from phone_codes");
    let left = expires.fetch_one(&db).await.unwrap() - Utc::now();
    assert!(left > TimeDelta::seconds(280) && left <= TimeDelta::minutes(5), "{left}");
    sqlx::query!("update phone_codes set expires_at = now()").execute(&db).await.unwrap();
    let mut phone = desk.phone();
    assert_eq!(phone.get(&desk.scene.router, &code).await.status, 410);
    assert_eq!(desk.press(&mut phone, &code).await.status, 410);
    for nothing in ["/p/x", "/p/AAAA"] {
        assert_eq!(phone.get(&desk.scene.router, nothing).await.status, 410);
        assert_eq!(desk.press(&mut phone, nothing).await.status, 410);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_phone_sees_as_long_as_who_sent_it(db: PgPool) {
    let desk = Desk::on(db.clone()).await;
    let (scene, app) = (&desk.scene, &desk.app);
    let max = Person::named("max", &scene.house).await;
    join_app(&db, app, &max, "tester").await;
    let (bob, sign_in) = invite(scene, &desk.group, "bob@example.org").await;
    let (mut of_bob, _) = open(scene, &sign_in).await;
    let mut of_max = Browser::of(&max, SERVICE, &scene.house);
    let mut phones = Vec::new();
    for viewer in [&mut of_bob, &mut of_max] {
        let (mut phone, code) = (desk.phone(), desk.code(viewer).await);
        desk.press(&mut phone, &code).await;
        assert_eq!(desk.shown(&mut phone).await.status, 200);
        phones.push(phone);
    }
    let unused = desk.code(&mut of_bob).await;
    let hidden = format!("/api/builds/{}", desk.build);
    scene.ada.patch(&scene.router, &hidden, json!({"status": "inactive"})).await;
    for phone in &mut phones {
        assert_eq!(desk.shown(phone).await.status, 303);
    }
    scene.ada.patch(&scene.router, &hidden, json!({"status": "active"})).await;
    scene.ada.delete(&scene.router, &format!("/api/testers/{bob}")).await;
    let of_max = format!("/api/apps/{app}/members/{}", max.account);
    assert_eq!(scene.ada.delete(&scene.router, &of_max).await.status, 204);
    for phone in &mut phones {
        assert_eq!(desk.shown(phone).await.status, 303);
    }
    assert_eq!(desk.press(&mut desk.phone(), &unused).await.status, 410);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_asks_for_too_many_is_shown_the_page(db: PgPool) {
    let limit = [("SECUREVOX_PHONE_CODES_PER_VIEWER", "2")];
    let scene = Scene::with(db.clone(), &limit).await;
    let build = scene.build(SIGNED_APK).await;
    let at = format!("/builds/{}/qr.svg", build.text("/id"));
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    for _ in 0..4 {
        assert_eq!(ada.get(&scene.router, &at).await.status, 200);
    }
    let count = sqlx::query_scalar!("select count(*) from phone_codes").fetch_one(&db).await;
    assert_eq!(count.unwrap(), Some(2));
    // Holders of links and strangers to a public app have nothing to hand on.
    let mut holder = Browser::at(&scene.house.base.urls.distribution);
    let linked = crate::people::path(build.text("/qr_svg_url")).to_owned();
    assert_eq!(holder.get(&scene.router, &linked).await.status, 200);
    let count = sqlx::query_scalar!("select count(*) from phone_codes").fetch_one(&db).await;
    assert_eq!(count.unwrap(), Some(2));
}
