//! `POST /admin/builds`: the form of the upload page.

use securevox_testkit::{Browser, Form, Person};
use serde_json::json;
use sqlx::PgPool;

use crate::make::{Scene, ipa};

const SERVICE: &str = "app-distribution";

fn form(csrf: &str) -> Form {
    Form::default()
        .text("csrf", csrf)
        .file("app_file", "App.ipa", &ipa("1.0"))
        .text("channel", "beta")
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_form_of_the_page_becomes_a_build(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, "/admin/").await.hidden("csrf").to_owned();
    let answer = browser.upload(&scene.router, "/admin/builds", form(&csrf)).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let page = browser.get(&scene.router, answer.header("location")).await;
    assert!(page.html().contains("Example") && page.html().contains("beta"));
    let again = browser.upload(&scene.router, "/admin/builds", form(&csrf)).await;
    assert_eq!(again.header("location"), answer.header("location"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn forged_forms_leave_nothing_behind(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, "/admin/").await.hidden("csrf").to_owned();
    let late = Form::default().file("app_file", "App.ipa", &ipa("1.0")).text("csrf", &csrf);
    let other = Person::publisher("pat", &scene.house).await;
    let mut others = Browser::of(&other, SERVICE, &scene.house);
    let theirs = others.get(&scene.router, "/admin/").await.hidden("csrf").to_owned();
    for form in [form(""), form("x"), form(&theirs), late, Form::default()] {
        let answer = browser.upload(&scene.router, "/admin/builds", form).await;
        assert_eq!(answer.status, 403);
    }
    browser.origin = "https://evil.example".to_owned();
    assert_eq!(browser.upload(&scene.router, "/admin/builds", form(&csrf)).await.status, 403);
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn only_publishers_upload(db: PgPool) {
    let scene = Scene::on(db).await;
    let tester = Person::named("tess", &scene.house).await;
    let mut browser = Browser::of(&tester, SERVICE, &scene.house);
    assert_eq!(browser.get(&scene.router, "/admin/").await.status, 403);
    let csrf = browser.get(&scene.router, "/").await.hidden("csrf").to_owned();
    assert_eq!(browser.upload(&scene.router, "/admin/builds", form(&csrf)).await.status, 403);
    let mut nobody = Browser::at(&scene.house.base.urls.distribution);
    assert_eq!(nobody.upload(&scene.router, "/admin/builds", form("x")).await.status, 303);
    assert_eq!(scene.files(), (0, 0));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_wrong_is_told_on_the_page_with_what_was_typed(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, "/admin/").await.hidden("csrf").to_owned();
    let with = |package: &[u8]| {
        let form = Form::default().text("csrf", &csrf).file("app_file", "App.ipa", package);
        form.text("release_notes", "1 < 2").text("channel", "beta").text("branch", "main")
    };
    let contradicting = with(&ipa("1.0")).text("platform", "android");
    let strict = with(&ipa("1.0")).text("version", "2.0").text("strict", "1");
    for (form, words) in [
        (with(b"nonsense"), "The file is not a package that can be installed"),
        (contradicting, "The request says android, and the package is for ios"),
        (strict, "The request contradicts the package"),
    ] {
        let answer = browser.upload(&scene.router, "/admin/builds", form).await;
        assert_eq!(answer.status, 422);
        for kept in [words, "1 &#60; 2</textarea>", "value=\"beta\"", "value=\"main\""] {
            assert!(answer.html().contains(kept), "{kept}: {}", answer.html());
        }
        assert_eq!(answer.hidden("csrf"), csrf);
    }
    browser.language = "it".to_owned();
    let answer = browser.upload(&scene.router, "/admin/builds", with(b"nonsense")).await;
    assert!(answer.html().contains("Il file non è un pacchetto installabile"));
    assert!(answer.html().contains("sono archivi ZIP e questo non lo è"), "{}", answer.html());
    // What answers a form cannot be loaded again in another language.
    assert!(!answer.html().contains("name=\"language\""));
    let page = browser.get(&scene.router, "/admin/").await;
    assert!(page.html().contains("name=\"language\""));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn packages_that_are_too_large_or_of_others_are_told_on_the_page(db: PgPool) {
    let scene = Scene::with(db, &[("SECUREVOX_UPLOAD_MAX_BYTES", "1K")]).await;
    scene.build(&ipa("1.0")).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, "/admin/").await.hidden("csrf").to_owned();
    let large = Form::default().text("csrf", &csrf).file("app_file", "App.ipa", &[7; 2_000]);
    let answer = browser.upload(&scene.router, "/admin/builds", large).await;
    assert_eq!(answer.status, 413);
    assert!(answer.html().contains("data-upload") && answer.html().contains("too large"));

    let other = Person::publisher("pat", &scene.house).await;
    let mut others = Browser::of(&other, SERVICE, &scene.house);
    let csrf = others.get(&scene.router, "/admin/").await.hidden("csrf").to_owned();
    let answer = others.upload(&scene.router, "/admin/builds", form(&csrf)).await;
    assert_eq!(answer.status, 403);
    assert!(answer.html().contains("data-upload") && answer.html().contains("value=\"beta\""));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn groups_that_are_ticked_get_the_build(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut groups = Vec::new();
    for name in ["Friends", "Family", "Strangers"] {
        let made = scene.ada.post(&scene.router, "/api/groups", json!({"name": name})).await;
        groups.push(made.text("/id").to_owned());
    }
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = browser.get(&scene.router, "/admin").await;
    assert!(groups.iter().all(|group| page.html().contains(&format!("value=\"{group}\""))));
    let csrf = page.hidden("csrf").to_owned();
    let ticked = |package: &[u8]| {
        let form = Form::default().text("csrf", &csrf).file("app_file", "App.ipa", package);
        form.text("groups", &groups[0]).text("groups", &groups[1]).text("is_beta", "true")
    };
    let refused = browser.upload(&scene.router, "/admin/builds", ticked(b"nonsense")).await;
    assert_eq!(refused.html().matches("\" checked>").count(), 3, "{}", refused.html());
    let answer = browser.upload(&scene.router, "/admin/builds", ticked(&ipa("1.0"))).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let build = answer.header("location").to_owned();
    assert!(browser.get(&scene.router, &build).await.html().contains("Beta"));
    let page = browser.get(&scene.router, &format!("/admin{build}")).await;
    assert_eq!(page.html().matches("Has this build").count(), 2, "{}", page.html());
}
