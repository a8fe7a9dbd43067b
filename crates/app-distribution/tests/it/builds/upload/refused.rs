//! Uploads that are refused, in words, and leave nothing behind.

use securevox_testkit::{Answer, Ask, Form};
use sqlx::PgPool;

use crate::make::{APK, Scene, form, ipa, ipa_of};

/// Posts a body that is not put together as it should be.
async fn post(scene: &Scene, media_type: &str, body: Vec<u8>) -> Answer {
    Ask::new("POST", "/api/builds").by(&scene.ada).body(media_type, body).of(&scene.router).await
}

/// Nothing is on its way, nothing is stored, and there is no build.
async fn nothing_is_left(scene: &Scene) {
    assert_eq!(scene.files(), (0, 0));
    let list = scene.ada.get(&scene.router, "/api/builds").await;
    assert_eq!(list.body, serde_json::json!({ "items": [], "next": null }));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_no_package_is_told_in_words(db: PgPool) {
    let scene = Scene::on(db).await;
    let package = ipa("1.0");
    let cut = &package[..package.len() / 2];
    for (bytes, words) in [
        (&b""[..], "The file is empty"),
        (b"#!/bin/sh\n", "This is not an app package"),
        (cut, "The archive is incomplete"),
    ] {
        let answer = scene.upload(form(bytes)).await;
        assert_eq!(answer.problem(), (422, "not-a-package"));
        assert!(answer.text("/detail").starts_with(words), "{answer:?}");
    }
    nothing_is_left(&scene).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn another_platform_is_a_contradiction(db: PgPool) {
    let scene = Scene::on(db).await;
    for (package, said, is) in [(&ipa("1.0")[..], "android", "ios"), (APK, "ios", "android")] {
        let answer = scene.upload(form(package).text("platform", said)).await;
        assert_eq!(answer.problem(), (422, "contradiction"));
        assert_eq!(answer.pointers(), ["#/platform"]);
        let words = format!("The request says {said}, and the package is for {is}.");
        assert_eq!(answer.text("/detail"), words);
    }
    nothing_is_left(&scene).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn strict_refuses_what_would_be_a_warning(db: PgPool) {
    let scene = Scene::on(db).await;
    let differing = form(&ipa("1.0")).text("version", "2.0").text("build_number", "8");
    let answer = scene.upload(differing.text("strict", "1")).await;
    assert_eq!(answer.problem(), (422, "contradiction"));
    assert_eq!(answer.pointers(), ["#/version", "#/build_number"]);
    nothing_is_left(&scene).await;

    let equal = form(&ipa("1.0")).text("version", "1.0").text("strict", "1");
    assert_eq!(scene.upload(equal).await.status, 201);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn there_is_exactly_one_file(db: PgPool) {
    let scene = Scene::on(db).await;
    let none = scene.upload(Form::default().text("version", "1.0")).await;
    assert_eq!(none.problem(), (422, "invalid-request"));
    assert_eq!(none.pointers(), ["#/app_file"]);

    let (first, second) = (ipa("1.0"), ipa("2.0"));
    let two = scene.upload(form(&first).file("app_file", "B.ipa", &second)).await;
    assert_eq!(two.problem(), (422, "invalid-request"));
    assert_eq!(two.pointers(), ["#/app_file"]);
    nothing_is_left(&scene).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn all_wrong_values_are_told_at_once(db: PgPool) {
    let scene = Scene::on(db).await;
    let long = "x".repeat(256);
    let sent = Form::default()
        .text("platform", "windows")
        .text("is_beta", "perhaps")
        .text("strict", "2")
        .text("channel", &long)
        .text("branch", "a\u{7}b")
        .text("release_notes", "a\0b")
        .text("ci_url", "javascript:alert(1)");
    let answer = scene.upload(sent).await;
    assert_eq!(answer.problem(), (422, "invalid-request"));
    let mut pointers = answer.pointers();
    pointers.sort_unstable();
    let expected = [
        "#/app_file",
        "#/branch",
        "#/channel",
        "#/ci_url",
        "#/is_beta",
        "#/platform",
        "#/release_notes",
        "#/strict",
    ];
    assert_eq!(pointers, expected);
    let platform = answer.body["errors"].as_array().unwrap();
    let platform = platform.iter().find(|error| error["pointer"] == "#/platform").unwrap();
    assert_eq!(platform["detail"], "must be one of: ios, android");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_no_form_is_told_so(db: PgPool) {
    let scene = Scene::on(db).await;
    for media_type in ["application/json", "application/octet-stream", "text/plain"] {
        let answer = post(&scene, media_type, ipa("1.0")).await;
        assert_eq!(answer.problem(), (415, "not-a-form"), "{media_type}");
    }
    let without = Ask::new("POST", "/api/builds").by(&scene.ada).of(&scene.router).await;
    assert_eq!(without.problem(), (415, "not-a-form"));
    nothing_is_left(&scene).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_form_that_is_cut_off_is_malformed(db: PgPool) {
    let scene = Scene::on(db).await;
    let (media_type, body) =
        form(&ipa_of("com.example.app", "1.0", 600_000)).text("version", "1.0").finish();
    let last_field = body.len() - 60;
    for length in [0, 40, 400, 300_000, last_field, body.len() - 20] {
        let answer = post(&scene, &media_type, body[..length].to_vec()).await;
        assert_eq!(answer.problem(), (400, "malformed-form"), "cut at {length}");
        assert!(!answer.text("/detail").is_empty());
    }
    nothing_is_left(&scene).await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_form_of_nothing_but_fields_has_an_end(db: PgPool) {
    let scene = Scene::on(db).await;
    let many = (0..101).fold(Form::default(), |form, n| form.text(&format!("field{n}"), "x"));
    let answer = scene.upload(many.file("app_file", "App.ipa", &ipa("1.0"))).await;
    assert_eq!(answer.problem(), (400, "malformed-form"));
    assert_eq!(answer.text("/detail"), "It has more than 100 fields.");
    nothing_is_left(&scene).await;
}
