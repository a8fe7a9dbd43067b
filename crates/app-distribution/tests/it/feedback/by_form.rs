//! The form on the page of a build, and the page of its developers.

use std::{fs, time::SystemTime};

use securevox_testkit::{Browser, Form, Person};
use sqlx::PgPool;

use super::{count, pictures::png};
use crate::{
    make::{SERVICE, Scene, app_of, eventually, ipa},
    people::{group, join_app, tester},
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_tester_says_something_and_a_developer_reads_it(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let group = group(&scene, "Friends", &app, true).await;
    let mut bob = tester(&scene, &group, "bob@example.org").await;
    let page = format!("/builds/{build}");
    let csrf = bob.get(&scene.router, &page).await.hidden("csrf").to_owned();
    let form =
        || Form::default().text("csrf", &csrf).text("rating", "2").text("text", "<b>Crash</b>");
    let sent = bob
        .upload(
            &scene.router,
            &format!("{page}/feedback"),
            form().file("screenshot", "s.png", &png(1290, 2796)),
        )
        .await;
    assert_eq!(
        (sent.status.as_u16(), sent.header("location")),
        (303, &*format!("{page}?thanks=1#feedback"))
    );
    assert!(
        bob.get(&scene.router, &format!("{page}?thanks=1")).await.html().contains("Thank you.")
    );

    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let at = format!("/admin/apps/{app}/feedback");
    let list = ada.get(&scene.router, &at).await;
    assert!(list.html().contains("&#60;b&#62;Crash&#60;/b&#62;"), "{}", list.html());
    assert!(list.html().contains("bob@example.org") && list.html().contains("★★☆☆☆"));
    assert!(list.html().contains("width=\"73\" height=\"160\""));
    let picture = list.between("class=\"shot\" href=\"", "\"").to_owned();
    assert_eq!(ada.get(&scene.router, &picture).await.header("content-type"), "image/png");
    assert_eq!(bob.get(&scene.router, &picture).await.status, 303);

    let csrf = list.hidden("csrf").to_owned();
    let entry = picture.trim_end_matches("/screenshot");
    let resolved = [("csrf", csrf.as_str()), ("resolved", "true")];
    let done = ada.post(&scene.router, &format!("{entry}/resolve"), &resolved).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, at.as_str()));
    for (query, shown) in
        [("?resolved=false", false), ("?resolved=true", true), ("?rating=2&build=&resolved=", true)]
    {
        let list = ada.get(&scene.router, &format!("{at}{query}")).await;
        assert_eq!(list.html().contains("Crash"), shown, "{query}");
    }
    let table = ada.get(&scene.router, &format!("{at}.csv")).await;
    assert_eq!(table.html().lines().count(), 2);
    ada.post(&scene.router, &format!("{entry}/delete"), &[("csrf", &csrf)]).await;
    assert!(ada.get(&scene.router, &at).await.html().contains("No feedback yet"));
    let made = ada.post(&scene.router, &format!("{at}/key"), &[("csrf", &csrf)]).await;
    assert_eq!(made.status, 303);
    assert!(ada.get(&scene.router, &at).await.html().contains("/api/feedback/"));
    ada.post(&scene.router, &format!("{at}/key/delete"), &[("csrf", &csrf)]).await;
    assert!(!ada.get(&scene.router, &at).await.html().contains("/api/feedback/"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_was_typed_stays_when_it_is_refused(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (_, build) = app_of(&scene, &ipa("1.0")).await;
    let page = format!("/builds/{build}");
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = ada.get(&scene.router, &page).await.hidden("csrf").to_owned();
    let form =
        || Form::default().text("csrf", &csrf).text("rating", "3").text("text", "</textarea>Hi");
    let form = form().file("screenshot", "s.png", b"<svg>");
    let told = ada.upload(&scene.router, &format!("{page}/feedback"), form).await;
    assert_eq!(told.status, 422);
    assert!(told.html().contains("The file is not an image"));
    assert!(
        told.html().contains("&#60;/textarea&#62;Hi")
            && told.html().contains("value=\"3\" checked")
    );
    let empty = Form::default().text("csrf", &csrf).text("text", "").file("screenshot", "", b"");
    let told = ada.upload(&scene.router, &format!("{page}/feedback"), empty).await;
    assert!(told.html().contains("Write something"), "{}", told.html());
    // Forged, or without the proof at its beginning.
    for form in [
        Form::default().text("csrf", "x").text("text", "Hi"),
        Form::default().text("text", "Hi").text("csrf", &csrf),
    ] {
        assert_eq!(ada.upload(&scene.router, &format!("{page}/feedback"), form).await.status, 403);
    }
    assert_eq!(count(&db).await, 0);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn whoever_holds_an_install_link_says_something(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let build = scene.build(&ipa("1.0")).await;
    let link = crate::people::path(build.text("/install_url")).to_owned();
    let mut browser = Browser::at(&scene.house.base.urls.distribution);
    let page = browser.get(&scene.router, &link).await;
    let csrf = page.hidden("csrf").to_owned();
    let action = page.between("<form class=\"stack\" method=\"post\" action=\"", "\"").to_owned();
    let form = || Form::default().text("csrf", &csrf).text("text", "Hi");
    let sent = browser.upload(&scene.router, &action, form()).await;
    assert_eq!(sent.status, 303, "{action}");
    assert_eq!(
        browser
            .get(&scene.router, sent.header("location").trim_end_matches("#feedback"))
            .await
            .status,
        200
    );
    let bare = action.split('?').next().unwrap();
    assert_eq!(
        browser.upload(&scene.router, bare, form()).await.header("location").split('?').next(),
        Some("/session")
    );
    assert_eq!(count(&db).await, 1);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn screenshots_of_nothing_are_swept(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let path = format!("/api/builds/{build}/feedback");
    for _ in 0..2 {
        let form = Form::default().file("screenshot", "s.png", &png(9, 9));
        assert_eq!(scene.ada.upload(&scene.router, &path, form).await.status, 201);
    }
    let stored = || scene.house.files("storage/screenshots");
    let aged = || {
        for path in stored() {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_hours(48)).unwrap();
        }
    };
    let sweep = async || {
        sqlx::query!("update jobs set run_at = now() where kind = 'sweep-screenshots'")
            .execute(&db)
            .await
            .unwrap();
    };
    sqlx::query!("delete from feedback where id = (select min(id::text)::uuid from feedback)")
        .execute(&db)
        .await
        .unwrap();
    aged();
    eventually(async || {
        sweep().await;
        stored().len() == 1
    })
    .await;
    scene.ada.delete(&scene.router, &format!("/api/apps/{app}")).await;
    aged();
    eventually(async || {
        sweep().await;
        stored().is_empty()
    })
    .await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_developer_reads_and_a_manager_deletes(db: PgPool) {
    let scene = Scene::on(db.clone()).await;
    let (app, build) = app_of(&scene, &ipa("1.0")).await;
    let said = scene
        .ada
        .post(
            &scene.router,
            &format!("/api/builds/{build}/feedback"),
            serde_json::json!({"rating": 5}),
        )
        .await;
    let bob = Person::named("bob", &scene.house).await;
    join_app(&db, &app, &bob, "developer").await;
    let mut browser = Browser::of(&bob, SERVICE, &scene.house);
    let page = browser.get(&scene.router, &format!("/admin/apps/{app}/feedback")).await;
    assert!(page.html().contains("Mark as resolved") && !page.html().contains("Delete"));
    assert!(!page.html().contains("Make a key"));
    let csrf = page.hidden("csrf").to_owned();
    let delete = format!("/admin/apps/{app}/feedback/{}/delete", said.text("/id"));
    assert_eq!(browser.post(&scene.router, &delete, &[("csrf", &csrf)]).await.status, 403);
    assert_eq!(count(&db).await, 1);
}
