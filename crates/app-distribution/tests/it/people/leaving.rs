//! How testers go: out of a browser, out of all, and out of the database.

use chrono::{TimeDelta, Utc};
use securevox_testkit::Browser;
use serde_json::json;
use sqlx::PgPool;

use super::{group, invite, open, tester};
use crate::make::{SIGNED_APK, Scene, eventually, ipa};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn signing_out_forgets_all_that_the_browser_kept(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.build(SIGNED_APK).await;
    let app = build.text("/app/id");
    let group = group(&scene, "Friends", app, true).await;
    let mut bob = tester(&scene, &group, "bob@example.org").await;
    // The password of another app.
    let other = scene.build(&ipa("1.0")).await;
    let locked = json!({"access": "password", "password": "open sesame"});
    let at = format!("/api/apps/{}", other.text("/app/id"));
    scene.ada.patch(&scene.router, &at, locked).await;
    let page = format!("/builds/{}", other.text("/id"));
    let csrf = bob.get(&scene.router, &page).await.hidden("csrf").to_owned();
    let right = [("csrf", csrf.as_str()), ("password", "open sesame")];
    bob.post(&scene.router, &format!("{page}/password"), &right).await;
    assert!(bob.get(&scene.router, &page).await.html().contains("Example"));
    assert!(bob.cookie().contains("-tester=") && bob.cookie().contains("-distribution-app-"));

    bob.post(&scene.router, "/t/leave", &[("csrf", &csrf)]).await;
    assert!(!bob.cookie().contains("-tester=") && !bob.cookie().contains("-distribution-app-"));
    assert!(bob.cookie().contains("-visit="), "forms go on: {}", bob.cookie());
    assert!(!bob.get(&scene.router, &page).await.html().contains("Example"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn signing_out_everywhere_ends_all_sessions(db: PgPool) {
    let scene = Scene::on(db).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let group = group(&scene, "Friends", &app, true).await;
    let mut phone = tester(&scene, &group, "bob@example.org").await;
    let mut desk = tester(&scene, &group, "bob@example.org").await;
    let mut other = tester(&scene, &group, "eve@example.org").await;
    let csrf = desk.get(&scene.router, "/").await.hidden("csrf").to_owned();
    let left = desk.post(&scene.router, "/t/leave/everywhere", &[("csrf", &csrf)]).await;
    assert_eq!(left.status, 303);
    for browser in [&mut phone, &mut desk] {
        assert!(!browser.get(&scene.router, "/").await.html().contains("bob@example.org"));
    }
    assert!(other.get(&scene.router, "/").await.html().contains("eve@example.org"));
    // An old cookie ends nothing that began since.
    let mut again = tester(&scene, &group, "bob@example.org").await;
    let csrf = phone.get(&scene.router, "/t").await.hidden("csrf").to_owned();
    phone.post(&scene.router, "/t/leave/everywhere", &[("csrf", &csrf)]).await;
    assert!(again.get(&scene.router, "/").await.html().contains("bob@example.org"));
    let mut nobody = Browser::at(&scene.house.base.urls.distribution);
    let csrf = nobody.get(&scene.router, "/t").await.hidden("csrf").to_owned();
    let left = nobody.post(&scene.router, "/t/leave/everywhere", &[("csrf", &csrf)]).await;
    assert_eq!(left.status, 303);
}

/// Runs the clean-up as if it were some days later.
async fn sweep_in(db: &PgPool, days: i64) {
    let is_done = async || {
        let due = sqlx::query_scalar!(
            r#"select count(*) as "due!" from jobs where kind = 'forget-codes'
               and run_at <= now()"#
        );
        due.fetch_one(db).await.unwrap() == 0
    };
    // The service runs it at its start.
    eventually(is_done).await;
    let back = Utc::now() - TimeDelta::days(days);
    sqlx::query!("update testers set idle_since = $1 where idle_since is not null", back)
        .execute(db)
        .await
        .unwrap();
    sqlx::query!("update jobs set run_at = now() where kind = 'forget-codes'")
        .execute(db)
        .await
        .unwrap();
    eventually(is_done).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whom_nothing_keeps_is_forgotten_after_a_month(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let app = scene.build(&ipa("1.0")).await.text("/app/id").to_owned();
    let id = group(&scene, "Friends", &app, true).await;
    for name in ["bob", "eve", "mute", "stays"] {
        let (tester, link) = invite(&scene, &id, &format!("{name}@example.org")).await;
        open(&scene, &link).await;
        if name != "stays" {
            let gone = scene.ada.delete(&scene.router, &format!("/api/testers/{tester}")).await;
            assert_eq!(gone.status, 204);
        }
    }
    // Who wants no mail is remembered for that.
    sqlx::query!("update testers set unsubscribed_at = now() where email = 'mute@example.org'")
        .execute(&db)
        .await
        .unwrap();
    let left = async || {
        let left = sqlx::query_scalar!("select split_part(email, '@', 1) from testers order by 1");
        let left: Vec<_> = left.fetch_all(&db).await.unwrap().into_iter().flatten().collect();
        left.join(" ")
    };
    sweep_in(&db, 0).await;
    sweep_in(&db, 29).await;
    assert_eq!(left().await, "bob eve mute stays");
    invite(&scene, &id, "eve@example.org").await;
    sweep_in(&db, 31).await;
    assert_eq!(left().await, "eve mute stays");
}
