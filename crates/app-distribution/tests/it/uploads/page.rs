//! The list of what was not finished, on the page to upload with.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use securevox_testkit::{Browser, Person};
use sqlx::PgPool;

use super::{append, begin, begun, offset, pieces, settled};
use crate::make::{BUNDLE, Scene, ipa, ipa_of};

const SERVICE: &str = "app-distribution";

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_was_not_finished_is_listed_for_its_sender(db: PgPool) {
    let scene = Scene::on(db).await;
    let package = ipa("1.0");
    let name = BASE64_STANDARD.encode("<b>My & App.ipa");
    let modified = BASE64_STANDARD.encode("1764363600000");
    let metadata = format!("filename {name},modified {modified}");
    let path = begin(&scene, package.len(), &metadata).await.header("location").to_owned();
    append(&scene, &path, 0, &package[..100]).await;
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = ada.get(&scene.router, "/admin").await;
    assert!(page.html().contains("Unfinished uploads"), "{}", page.html());
    assert!(page.html().contains("&#60;b&#62;My &#38; App.ipa"), "{}", page.html());
    let id = page.between("data-unfinished=\"", "\"");
    assert_eq!(path, format!("/api/uploads/{id}"));
    assert_eq!(page.between("data-modified=\"", "\""), "1764363600000");
    assert_eq!(page.between("data-size=\"", "\""), package.len().to_string());

    let eve = Person::publisher("eve", &scene.house).await;
    let mut theirs = Browser::of(&eve, SERVICE, &scene.house);
    let page = theirs.get(&scene.router, "/admin").await;
    assert!(!page.html().contains("Unfinished uploads"));

    // What is finished goes from the list.
    append(&scene, &path, 100, &package[100..]).await;
    assert_eq!(settled(&scene, &path).await.text("/state"), "done");
    let page = ada.get(&scene.router, "/admin").await;
    assert!(!page.html().contains("Unfinished uploads"));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn pieces_for_one_app_make_no_build_of_another(db: PgPool) {
    let scene = Scene::on(db).await;
    scene.build(&ipa("1.0")).await;
    let package = ipa_of("com.example.other", "1.0", 0);
    let [ios, bundle, yes] = ["ios", BUNDLE, "true"].map(|text| BASE64_STANDARD.encode(text));
    let metadata = format!("platform {ios},bundle_id {bundle},strict {yes}");
    let path = begin(&scene, package.len(), &metadata).await.header("location").to_owned();
    append(&scene, &path, 0, &package).await;
    let refused = settled(&scene, &path).await;
    assert_eq!(refused.text("/state"), "refused");
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let page = ada.get(&scene.router, &path.replace("/api/", "/admin/")).await;
    assert!(page.html().contains("com.example.other"), "{}", page.html());
    assert_eq!(page.hidden("bundle_id"), BUNDLE, "the form is still for that app");
    assert_eq!(scene.files(), (0, 1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_abandoned_leaves_nothing(db: PgPool) {
    let scene = Scene::on(db).await;
    let path = begun(&scene, 100).await;
    append(&scene, &path, 0, b"0123456789").await;
    assert_eq!(pieces(&scene), 1);
    let abandon = path.replace("/api/", "/admin/") + "/abandon";
    let eve = Person::publisher("eve", &scene.house).await;
    let mut theirs = Browser::of(&eve, SERVICE, &scene.house);
    let csrf = theirs.get(&scene.router, "/admin").await.hidden("csrf").to_owned();
    assert_eq!(theirs.post(&scene.router, &abandon, &[("csrf", &csrf)]).await.status, 404);
    let mut ada = Browser::of(&scene.ada, SERVICE, &scene.house);
    let csrf = ada.get(&scene.router, "/admin").await.hidden("csrf").to_owned();
    assert_eq!(ada.post(&scene.router, &abandon, &[("csrf", "x")]).await.status, 403);
    assert_eq!(offset(&scene, &path).await, "10");
    let answer = ada.post(&scene.router, &abandon, &[("csrf", &csrf)]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/admin"));
    assert_eq!(scene.ada.get(&scene.router, &path).await.problem(), (404, "no-such-upload"));
    assert_eq!(pieces(&scene), 0);
    assert_eq!(ada.post(&scene.router, &abandon, &[("csrf", &csrf)]).await.status, 404);
}
