//! `POST /admin/builds`: the form of the upload page.

use securevox_testkit::{Browser, Form, Person};
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
async fn what_is_no_package_is_told_on_a_page(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = browser.get(&scene.router, "/admin/").await.hidden("csrf").to_owned();
    let broken = Form::default().text("csrf", &csrf).file("app_file", "App.ipa", b"nonsense");
    let answer = browser.upload(&scene.router, "/admin/builds", broken).await;
    assert_eq!(answer.status, 422);
    assert!(answer.html().contains("The file is not a package that can be installed"));
}
