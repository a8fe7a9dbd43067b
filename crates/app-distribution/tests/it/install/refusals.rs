//! What does not install says so, and what else there is to do.

use securevox_testkit::{Ask, Browser};
use serde_json::json;
use sqlx::PgPool;

use super::{Ios, distribute_as, page};
use crate::{
    make::{SERVICE, SIGNED_APK, Scene, form, installable},
    people::{group, path, tester},
};

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 14_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.2 Mobile/15E148 Safari/604.1";

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn kinds_that_do_not_install_have_no_button(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let links = json!({"testflight_url": "https://testflight.apple.com/join/x"});
    assert_eq!(
        scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), links).await.status,
        200
    );
    let friends = group(&scene, "Friends", app, true).await;
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let manifest = super::manifest_of(&page(&mut bob, &scene, id).await);
    for (kind, told) in [
        ("app_store", "This build is for the App Store"),
        ("simulator", "This build is for the simulator"),
        ("other_system", "This build is not for iPhone or iPad"),
        ("unsigned", "This build cannot be installed"),
    ] {
        distribute_as(&db, kind).await;
        let shown = page(&mut bob, &scene, id).await;
        assert_eq!(shown.status, 200);
        let html = shown.html();
        assert!(html.contains(told) && html.contains("Ask whoever sent it"), "{html}");
        assert!(!html.contains("itms-services") && !html.contains("/api/downloads/"), "{html}");
        assert!(!html.contains("qr.svg"), "{html}");
        assert!(html.contains("https://testflight.apple.com/join/x"), "{html}");
        // Developers are told what to do, and have the file.
        let shown = page(&mut ada, &scene, id).await;
        assert!(shown.html().contains("Export it again"), "{}", shown.html());
        let package = shown.between("large\" href=\"http://localhost:8083/api", "\" data");
        let package = format!("/api{package}");
        assert_eq!(Ask::new("GET", &package).of(&scene.router).await.status, 200, "{kind}");
        assert_eq!(Ios(&scene.router).status(&manifest).await, 404, "{kind}");
    }
    distribute_as(&db, "enterprise").await;
    let shown = page(&mut bob, &scene, id).await;
    assert!(shown.html().contains("VPN &#38; Device Management"), "{}", shown.html());
    distribute_as(&db, "development").await;
    assert!(page(&mut bob, &scene, id).await.html().contains("Developer Mode. It appears"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_has_expired_says_so_to_those_who_saw_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&installable("Example", "1.0")).await;
    let id = build.text("/id");
    let friends = group(&scene, "Friends", build.text("/app/id"), true).await;
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let mut nobody = Browser::at(&scene.house.base.urls.distribution);
    sqlx::query!("update builds set expires_at = '2026-03-01'").execute(&db).await.unwrap();
    let shown = page(&mut bob, &scene, id).await;
    assert_eq!(shown.status, 410);
    assert!(shown.html().contains("This build has expired"), "{}", shown.html());
    assert!(!shown.html().contains("itms-services"));
    let mut holder = nobody.clone();
    let linked = holder.get(&scene.router, path(build.text("/install_url"))).await;
    assert_eq!(linked.status, 410);
    assert!(linked.html().contains("This build has expired"));
    assert_eq!(page(&mut nobody, &scene, id).await.status, 303);
    let shown = page(&mut ada, &scene, id).await;
    assert_eq!(shown.status, 200);
    assert!(shown.html().contains("Change its end"), "{}", shown.html());

    sqlx::query!("update builds set expires_at = null, signing_expires_at = '2026-03-01'")
        .execute(&db)
        .await
        .unwrap();
    let mut italian = bob.clone();
    "it".clone_into(&mut italian.language);
    let shown = page(&mut italian, &scene, id).await;
    assert!(shown.html().contains("La firma di questa build è scaduta"), "{}", shown.html());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_bundle_is_for_developers_to_fetch(db: PgPool) {
    let scene = Scene::on(db).await;
    let aab = include_bytes!("../../fixtures/drawn-icon.aab");
    let build = scene.upload(form(aab)).await;
    assert_eq!(build.status, 201, "{build:?}");
    let (app, id) = (build.text("/app/id"), build.text("/id"));
    let links = json!({"play_url": "https://play.google.com/store/apps/details?id=x"});
    scene.ada.patch(&scene.router, &format!("/api/apps/{app}"), links).await;
    let friends = group(&scene, "Friends", app, true).await;
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    let shown = page(&mut bob, &scene, id).await;
    assert!(shown.html().contains("This is an App Bundle"), "{}", shown.html());
    assert!(shown.html().contains("play.google.com") && !shown.html().contains("/api/downloads/"));
    let shown = page(&mut Browser::of(&scene.ada, SERVICE, &scene.house), &scene, id).await;
    let package = shown.between("large\" href=\"http://localhost:8083/api", "\" data");
    let fetched = Ask::new("GET", &format!("/api{package}")).of(&scene.router).await;
    assert!(fetched.bytes == aab, "other bytes came");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn phones_are_told_what_matters_to_them(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let ios = scene.build(&installable("Example", "1.0")).await;
    let apk = scene.build(SIGNED_APK).await;
    sqlx::query!(
        "update builds set details = jsonb_set(details, '{target_sdk}', '22')
         where details ->> 'kind' = 'apk'"
    )
    .execute(&db)
    .await
    .unwrap();
    let at = async |build: &securevox_testkit::Answer, agent: &str| {
        let ask = Ask::new("GET", path(build.text("/install_url"))).header("user-agent", agent);
        ask.header("accept-language", "en").of(&scene.router).await
    };
    let old = at(&ios, IPHONE).await;
    assert!(old.html().contains("It needs iOS 15.0"), "{}", old.html());
    let new = at(&ios, &IPHONE.replace("14_2", "17_2")).await;
    assert!(!new.html().contains("It needs iOS"), "{}", new.html());
    let android = at(&apk, "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/131").await;
    assert!(android.html().contains("Play Protect"), "{}", android.html());
    assert!(android.html().contains("systems so old that this Android"), "{}", android.html());
    let wrong = at(&apk, IPHONE).await;
    assert!(wrong.html().contains("This build is for Android"), "{}", wrong.html());
    assert!(!wrong.html().contains("Play Protect"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn older_builds_are_listed_for_everybody_who_sees_them(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let first = scene.build(&installable("Example", "1.0")).await;
    let given = scene.build(&installable("Example", "1.1")).await;
    let newest = scene.build(&installable("Example", "1.2")).await;
    let app = newest.text("/app/id");
    let every = group(&scene, "Every", app, true).await;
    let some = group(&scene, "Some", app, false).await;
    for build in [&given, &newest] {
        let at = format!("/api/builds/{}/groups", build.text("/id"));
        let gave = scene.ada.post(&scene.router, &at, json!({"groups": ["Some"]})).await;
        assert_eq!(gave.status, 204, "{gave:?}");
    }
    let mut bob = tester(&scene, &every, "bob@example.org").await;
    let mut eve = tester(&scene, &some, "eve@example.org").await;
    let mut nobody = Browser::at(&scene.house.base.urls.distribution);
    let listed = async |browser: &mut Browser| {
        let shown = page(browser, &scene, newest.text("/id")).await;
        [&given, &first]
            .map(|build| shown.html().contains(&format!("/builds/{}\"", build.text("/id"))))
    };
    assert_eq!(listed(&mut bob).await, [true, true]);
    assert_eq!(listed(&mut eve).await, [true, false]);
    assert_eq!(listed(&mut nobody).await, [false, false]);
    let at = format!("/api/apps/{app}");
    scene.ada.patch(&scene.router, &at, json!({"access": "public"})).await;
    assert_eq!(listed(&mut nobody).await, [true, true]);
    let hidden = format!("/api/builds/{}", first.text("/id"));
    scene.ada.patch(&scene.router, &hidden, json!({"status": "inactive"})).await;
    assert_eq!(listed(&mut bob).await, [true, false]);
    assert_eq!(listed(&mut Browser::of(&scene.ada, SERVICE, &scene.house)).await, [true, true]);
    // An install link opens one build alone.
    let linked = nobody.get(&scene.router, path(newest.text("/install_url"))).await;
    assert!(!linked.html().contains(&format!("/builds/{}\"", hidden.rsplit('/').next().unwrap())));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn warnings_are_told_to_whom_they_matter_in_their_language(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(SIGNED_APK).await;
    let (id, app) = (build.text("/id"), build.text("/app/id"));
    let warnings = json!([
        {"code": "signer-differs", "detail": "It is signed by “A”, the build before by “B”."},
        {"code": "debug-key", "detail": "It is signed with a debug key."},
    ]);
    sqlx::query!("update builds set warnings = $1", warnings).execute(&db).await.unwrap();
    let friends = group(&scene, "Friends", app, true).await;
    let mut bob = tester(&scene, &friends, "bob@example.org").await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let told = page(&mut bob, &scene, id).await;
    assert!(told.html().contains("If that one is installed, remove it first"), "{}", told.html());
    assert!(!told.html().contains("debug key") && !told.html().contains("“A”"));
    let told = page(&mut ada, &scene, id).await;
    assert!(told.html().contains("It is signed by “A”") && told.html().contains("debug key"));
    assert!(!told.html().contains("If that one is installed"), "it is told once");

    let italian = async |browser: &Browser, path: &str| {
        let ask = Ask::new("GET", path).header("cookie", &browser.cookie());
        ask.header("accept-language", "it").of(&scene.router).await
    };
    let told = italian(&bob, &format!("/builds/{id}")).await;
    assert!(told.html().contains("Se hai installato quella, prima rimuovila"), "{}", told.html());
    let told = italian(&ada, &format!("/builds/{id}")).await;
    assert!(told.html().contains("È firmata con una chiave di debug"), "{}", told.html());
    let managed = italian(&ada, &format!("/admin/builds/{id}")).await;
    assert!(managed.html().contains("È firmata con una chiave di debug"));
}
