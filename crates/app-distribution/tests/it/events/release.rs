//! Builds that are uploaded first and offered later: who is told, and when.

use std::collections::BTreeSet;

use securevox_app_distribution::Distribution;
use securevox_testkit::{Answer, Browser, Form, Person, Smtp};
use serde_json::json;
use sqlx::PgPool;

use super::{
    done,
    mails::{KIND, app_of, names, told},
    now, proven, webhook, with_mail,
};
use crate::{
    make::{SERVICE, Scene, form, ipa, sha256},
    people::join_app,
};

/// A package that is not offered yet.
fn held(version: &str) -> Form {
    form(&ipa(version)).text("status", "inactive")
}

async fn change(scene: &Scene, build: &Answer, change: serde_json::Value) -> Answer {
    let path = format!("/api/builds/{}", build.text("/id"));
    let changed = scene.ada.patch(&scene.router, &path, change).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    changed
}

/// Who gets the next mails, all of which are about `version`.
async fn mailed(smtp: &mut Smtp, version: &str, count: usize) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    for _ in 0..count {
        let mail = smtp.mail().await;
        let subject = format!("Subject: Example {version} (7) is ready to test");
        assert!(mail.text().contains(&subject), "{}", mail.text());
        assert!(reached.insert(mail.to[0].clone()), "{} twice", mail.to[0]);
    }
    reached
}

async fn events(db: &PgPool) -> Vec<String> {
    let events = sqlx::query_scalar!("select event from webhook_deliveries order by id");
    let events = events.fetch_all(db).await.unwrap();
    events.iter().map(ToString::to_string).collect()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_held_back_is_told_once_it_is_offered(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let (app, _) = app_of(&scene, &db).await;
    webhook(&scene, &app, "http://127.0.0.1:1029/hook").await;
    let tester = Person::named("tess", &scene.house).await;
    join_app(&db, &app, &tester, "tester").await;
    let build = scene.upload(held("1.1")).await;
    assert_eq!((build.status.as_u16(), build.text("/status")), (201, "inactive"));
    done(&db, KIND).await;
    assert!(told(&db).await.is_empty());
    assert!(events(&db).await.is_empty(), "nobody is told of what nobody is offered");
    let path = format!("/api/builds/{}", build.text("/id"));
    assert_eq!(tester.get(&scene.router, &path).await.status, 404);
    let latest = tester.get(&scene.router, &format!("/api/apps/{app}/latest")).await;
    assert_eq!(latest.text("/version"), "1.0");

    change(&scene, &build, json!({"status": "active"})).await;
    let everybody: BTreeSet<String> = names(&["bob", "eve"]).into_iter().collect();
    assert_eq!(mailed(&mut smtp, "1.1", 2).await, everybody);
    assert_eq!(tester.get(&scene.router, &path).await.status, 200);

    // Withdrawn and offered again: those who were told are not told again.
    proven(&db, &tester, "tess@example.org").await;
    change(&scene, &build, json!({"status": "inactive"})).await;
    let again = scene.ada.post(&scene.router, &format!("{path}/toggle_active"), json!({})).await;
    assert_eq!(again.text("/status"), "active");
    assert_eq!(mailed(&mut smtp, "1.1", 1).await, names(&["tess"]).into_iter().collect());
    scene.build(&ipa("1.2")).await;
    mailed(&mut smtp, "1.2", 3).await;
    let expected = ["build.published", "build.changed", "build.changed", "build.published"];
    assert_eq!(events(&db).await, expected);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn two_who_offer_it_at_once_tell_once(db: PgPool) {
    let Some((scene, mut smtp)) = with_mail(db.clone()).await else { return };
    let (app, _) = app_of(&scene, &db).await;
    webhook(&scene, &app, "http://127.0.0.1:1029/hook").await;
    let build = scene.upload(held("1.1")).await;
    let offer = || change(&scene, &build, json!({"status": "active"}));
    tokio::join!(offer(), offer(), offer());
    done(&db, KIND).await;
    mailed(&mut smtp, "1.1", 2).await;
    assert_eq!(events(&db).await, ["build.published"]);
    scene.build(&ipa("1.2")).await;
    mailed(&mut smtp, "1.2", 2).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn those_who_were_not_told_are_told_when_somebody_asks(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    app_of(&scene, &db).await;
    let quiet = scene.upload(held("1.1")).await;
    let path = format!("/api/builds/{}/notify", quiet.text("/id"));
    let early = scene.ada.post(&scene.router, &path, json!({})).await;
    assert_eq!(early.problem(), (409, "build-not-offered"));
    change(&scene, &quiet, json!({"status": "active", "notify": false})).await;
    // What was said at the upload holds as long as nobody says otherwise.
    let silent = scene.upload(held("1.2").text("notify", "false")).await;
    change(&scene, &silent, json!({"status": "active"})).await;
    done(&db, KIND).await;
    assert!(told(&db).await.is_empty());

    let asked = scene.ada.post(&scene.router, &path, json!({})).await;
    assert_eq!((asked.status.as_u16(), &asked.body["people"]), (202, &json!(2)), "{asked:?}");
    done(&db, KIND).await;
    assert_eq!(told(&db).await.len(), 2);
    let again = scene.ada.post(&scene.router, &path, json!({})).await;
    assert_eq!(again.body["people"], 0);

    // The same on the page, for the other one.
    let page = format!("/admin/builds/{}", silent.text("/id"));
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains("2 people get this build and were not told"));
    let csrf = shown.hidden("csrf").to_owned();
    let pressed = browser.post(&scene.router, &format!("{page}/notify"), &[("csrf", &csrf)]).await;
    assert_eq!(pressed.header("location"), page);
    done(&db, KIND).await;
    let shown = browser.get(&scene.router, &page).await;
    assert!(shown.html().contains("was told of it"), "{}", shown.html());
    assert!(!shown.html().contains("/notify\""), "there is nothing left to press");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_form_offers_it_without_a_word_if_that_is_asked(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    app_of(&scene, &db).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    for (version, quiet, people) in [("1.1", true, 0), ("1.2", false, 2)] {
        let build = scene.upload(held(version)).await;
        let page = format!("/admin/builds/{}", build.text("/id"));
        let shown = browser.get(&scene.router, &page).await;
        let (csrf, seen) = (shown.hidden("csrf").to_owned(), shown.hidden("seen").to_owned());
        let mut sent = vec![("csrf", &*csrf), ("seen", &*seen), ("active", "on")];
        sent.extend(quiet.then_some(("quiet", "on")));
        let saved = browser.post(&scene.router, &page, &sent).await;
        assert!(saved.html().contains("Saved"), "{}", saved.html());
        done(&db, KIND).await;
        assert_eq!(told(&db).await.len(), people, "{version}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_same_file_again_may_offer_what_was_held_back(db: PgPool) {
    let Some((scene, _smtp)) = with_mail(db.clone()).await else { return };
    app_of(&scene, &db).await;
    let build = scene.upload(held("1.1").text("mandatory", "true")).await;
    assert_eq!(build.body["mandatory"], true);
    // Nothing said, nothing changed.
    let same = scene.upload(form(&ipa("1.1"))).await;
    assert_eq!((same.status.as_u16(), same.text("/status")), (200, "inactive"));
    let end = "2099-12-31T18:00:00+02:00";
    let released = form(&ipa("1.1")).text("status", "active").text("expires_at", end);
    let released = scene.upload(released.text("mandatory", "no")).await;
    assert_eq!((released.status.as_u16(), released.text("/id")), (200, build.text("/id")));
    assert_eq!(released.text("/status"), "active");
    assert_eq!(released.text("/expires_at"), "2099-12-31T16:00:00Z");
    assert_eq!(released.body["mandatory"], false);
    assert_eq!(released.text("/sha256"), sha256(&ipa("1.1")));
    now(&db, KIND).await;
    done(&db, KIND).await;
    assert_eq!(told(&db).await.len(), 2);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn wrong_words_are_refused_at_their_field(db: PgPool) {
    let scene = Scene::on(db).await;
    for (field, wrong) in [
        ("status", "perhaps"),
        ("expires_at", "tomorrow"),
        ("expires_at", "1500-01-01T00:00"),
        ("mandatory", "sometimes"),
    ] {
        let refused = scene.upload(form(&ipa("1.0")).text(field, wrong)).await;
        assert_eq!(refused.status, 422, "{field}");
        assert_eq!(refused.pointers(), [format!("#/{field}")], "{wrong}");
    }
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn who_asks_too_often_waits_and_no_mail_is_no_promise(db: PgPool) {
    let mut scene = Scene::on(db).await;
    let limit = [("SECUREVOX_BUILD_MAILS_PER_ACCOUNT", "1")];
    scene.router = scene.house.router::<Distribution>(&limit).await;
    let build = scene.build(&ipa("1.0")).await;
    let path = format!("/api/builds/{}/notify", build.text("/id"));
    let off = scene.ada.post(&scene.router, &path, json!({})).await;
    assert_eq!(off.problem(), (409, "mail-is-off"));
    let page = Browser::of(&scene.ada, SERVICE, &scene.house)
        .get(&scene.router, &format!("/admin/builds/{}", build.text("/id")))
        .await;
    assert!(!page.html().contains("/notify\""), "no button that does nothing");
    assert_eq!(scene.ada.post(&scene.router, &path, json!({})).await.status, 429);
}
