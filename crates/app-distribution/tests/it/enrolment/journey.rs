use std::process::Command;

use securevox_testkit::{Ask, Browser};
use sqlx::PgPool;

use super::{How, OTHER, Question, SAFARI, UDID, ad_hoc, ask, enrol, fixture, upload};
use crate::{
    make::{Scene, form},
    people::{group, path, tester},
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_phone_learns_what_it_installs(db: PgPool) {
    let scene = Scene::on(db).await;
    let old = upload(&scene, "1.0", &[OTHER]).await;
    let (app, id) = (old.text("/app/id"), old.text("/id"));
    let friends = group(&scene, "Friends", app, true).await;
    let mut safari = tester(&scene, &friends, "bob@example.org").await;
    let build = format!("/builds/{id}");
    let page = safari.get(&scene.router, &build).await;
    assert!(page.html().contains("Does it run on this device?"));
    assert!(page.html().contains("shows the profile as not signed"));

    let question = ask(&scene, &mut safari, &format!("{build}/device")).await;
    let answer = question.post(&scene, question.answer(UDID, How::Smime)).await;
    assert_eq!(answer.status, 301, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let at = path(answer.header("location")).to_owned();
    // Safari opens it, perhaps without a cookie: it is never sent to sign in.
    let bare = Ask::new("GET", &at).of(&scene.router).await;
    assert_eq!(bare.status, 200);
    let page = safari.get(&scene.router, &at).await;
    assert!(page.html().contains("iPhone 14 · iOS 16"), "{}", page.html());
    assert!(page.html().contains("No build is made for this device yet"));
    assert!(page.html().contains("The developers have its identifier"));
    assert!(!page.html().contains("itms-services"));
    let page = safari.get(&scene.router, &build).await;
    assert!(page.html().contains("This device is not listed yet"));
    let on_phone = Ask::new("GET", &build).header("cookie", &safari.cookie());
    let page = on_phone.header("user-agent", SAFARI).of(&scene.router).await;
    assert!(page.html().contains("Install anyway"), "{}", page.html());
    assert!(!page.html().contains("primary large"), "{}", page.html());
    assert!(!page.html().contains("Does it run on this device?"), "it is known");

    // Another profile, and one for a newer iOS: computed, not stored.
    let listed = upload(&scene, "1.1", &[OTHER, UDID]).await;
    let newer = scene.upload(form(&ad_hoc("1.2", "17.0", &[UDID]))).await;
    assert_eq!(newer.status, 201);
    let page = safari.get(&scene.router, &at).await;
    let (html, manifest) = (page.html(), page.between("large\" href=\"", "\""));
    assert!(html.contains("Example 1.1 (7)") && html.contains("Needs a newer iOS: 17.0"));
    assert!(html.contains("Not made for this device"));
    assert_eq!(html.matches("itms-services").count(), 2, "the button, and its row");
    let manifest = manifest.split("url=").nth(1).unwrap();
    let manifest = url::form_urlencoded::parse(format!("u={manifest}").as_bytes())
        .next()
        .map(|(_, url)| path(&url).to_owned())
        .unwrap();
    assert_eq!(Ask::new("GET", &manifest).of(&scene.router).await.status, 200);
    let listed = format!("/builds/{}", listed.text("/id"));
    let page = safari.get(&scene.router, &listed).await;
    assert!(page.html().contains("This device is listed"));
    // The browser remembers it without the token.
    let page = safari.get(&scene.router, &format!("{listed}/device")).await;
    assert!(page.html().contains(UDID) && page.html().contains("itms-services"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn signatures_of_all_kinds_are_read(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = upload(&scene, "1.0", &[UDID]).await;
    let page = format!("/builds/{}/device", build.text("/id"));
    let mut safari = Browser::of(&scene.ada, crate::make::SERVICE, &scene.house);
    for how in [How::Smime, How::Cms, How::Streamed] {
        // A browser that remembers its device shows no button.
        safari.cookies.retain(|name, _| !name.ends_with("-device"));
        let question = ask(&scene, &mut safari, &page).await;
        let answer = question.post(&scene, question.answer(UDID, how)).await;
        assert_eq!(answer.status, 301, "{how:?}: {answer:?}");
    }
    let rows = sqlx::query!(
        r#"select udid, account_id is not null as "of_ada!", last_seen_at > first_seen_at as "again!"
           from enrolled_devices"#
    );
    let rows = rows.fetch_all(&db).await.unwrap();
    assert_eq!((rows.len(), &*rows[0].udid, rows[0].of_ada, rows[0].again), (1, UDID, true, true));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_holds_a_link_learns_of_its_build_alone(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    upload(&scene, "1.0", &[UDID]).await;
    let build = upload(&scene, "1.1", &[UDID]).await;
    let install = path(build.text("/install_url"));
    let mut safari = Browser::at(&scene.house.base.urls.distribution);
    let page = safari.get(&scene.router, install).await;
    let asking = page.between("<form method=\"post\" action=\"", "\"").to_owned();
    assert!(asking.contains("/device?link="), "{asking}");
    let question = ask(&scene, &mut safari, &asking).await;
    let answer = question.post(&scene, question.answer(UDID, How::Cms)).await;
    let at = path(answer.header("location")).to_owned();
    let page = safari.get(&scene.router, &at).await;
    assert!(page.html().contains("1.1 (7)") && !page.html().contains("1.0 (7)"));
    // It counts for this app, and is nobody's.
    let rows = sqlx::query!("select udid from enrolled_devices where only_app_id is not null");
    assert_eq!(rows.fetch_all(&db).await.unwrap().len(), 1);
    sqlx::query!("update builds set status = 'inactive'").execute(&db).await.unwrap();
    assert_eq!(safari.get(&scene.router, &at).await.status, 404, "it ends with the build");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn its_owner_names_and_removes_a_device(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = upload(&scene, "1.0", &[OTHER]).await;
    let id = build.text("/id");
    let friends = group(&scene, "Friends", build.text("/app/id"), true).await;
    let mut safari = tester(&scene, &friends, "bob@example.org").await;
    let at = enrol(&scene, &mut safari, id, UDID).await;
    let page = safari.get(&scene.router, &at).await;
    let csrf = page.hidden("csrf").to_owned();
    let fields = [("csrf", &*csrf), ("name", " Bob\u{7}’s <phone> ")];
    let named = safari.post(&scene.router, &at, &fields).await;
    assert_eq!(named.status, 303);
    let page = safari.get(&scene.router, named.header("location")).await;
    assert!(page.html().contains("<h1>Bob’s &#60;phone&#62;</h1>"), "{}", page.html());
    let stranger = Ask::new("POST", &at).body("application/x-www-form-urlencoded", "name=x");
    assert_eq!(stranger.of(&scene.router).await.status, 403);
    sqlx::query!("update apps set testflight_url = 'https://testflight.apple.com/join/x'")
        .execute(&db)
        .await
        .unwrap();
    let page = safari.get(&scene.router, &at).await;
    assert!(page.html().contains("https://testflight.apple.com/join/x"));

    let gone = safari.post(&scene.router, &format!("{at}/forget"), &[("csrf", &csrf)]).await;
    assert_eq!((gone.status.as_u16(), gone.header("location")), (303, "/"));
    assert_eq!(safari.get(&scene.router, &at).await.status, 404);
    let page = safari.get(&scene.router, &format!("/builds/{id}")).await;
    assert!(page.html().contains("Check this device"));
    let left = sqlx::query!("select id from enrolled_devices").fetch_all(&db).await.unwrap();
    assert!(left.is_empty());
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_question_is_signed_where_there_is_a_certificate(db: PgPool) {
    let (certificate, key) = (fixture("ec.pem"), fixture("ec.key"));
    let settings = [
        ("SECUREVOX_ENROLMENT_CERTIFICATE_PATH", certificate.to_str().unwrap()),
        ("SECUREVOX_ENROLMENT_KEY_PATH", key.to_str().unwrap()),
    ];
    let scene = Scene::with(db, &settings).await;
    let build = upload(&scene, "1.0", &[UDID]).await;
    let page = format!("/builds/{}", build.text("/id"));
    let mut safari = Browser::of(&scene.ada, crate::make::SERVICE, &scene.house);
    let shown = safari.get(&scene.router, &page).await;
    assert!(!shown.html().contains("not signed"));
    let csrf = shown.hidden("csrf").to_owned();
    let sent = safari.post(&scene.router, &format!("{page}/device"), &[("csrf", &csrf)]).await;
    let signed = Ask::new("GET", sent.header("location"))
        .header("user-agent", SAFARI)
        .header("accept-language", "it")
        .of(&scene.router)
        .await;
    let place = std::env::temp_dir().join(format!("securevox-{}", uuid::Uuid::new_v4()));
    std::fs::write(&place, &signed.bytes).unwrap();
    let output = Command::new("openssl")
        .args(["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in"])
        .arg(&place)
        .output()
        .unwrap();
    std::fs::remove_file(&place).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Registra questo dispositivo"));
    let question = Question::parse(&output.stdout);
    let answer = question.post(&scene, question.answer(UDID, How::Cms)).await;
    assert_eq!(answer.status, 301);
}
