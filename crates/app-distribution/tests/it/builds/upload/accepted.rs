//! Packages that become builds.

use securevox_testkit::Form;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::make::{APK, BUNDLE, Scene, form, ipa, sha256};

/// What is said about the request; our packages are signed by nobody, which is said, too.
fn codes(warnings: &Value) -> Vec<&str> {
    let warnings = warnings.as_array().unwrap().iter();
    let codes = warnings.map(|warning| warning["code"].as_str().unwrap());
    codes.filter(|code| *code != "not-installable").collect()
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn an_upload_says_what_the_package_says(db: PgPool) {
    let scene = Scene::on(db).await;
    let package = ipa("1.2.0");
    let sent = form(&package)
        .text("platform", "iOS")
        .text("version", "1.2.0")
        .text("release_notes", "New:\n\n- all of it")
        .text("channel", "beta")
        .text("branch", "main")
        .text("commit", "0a1b2c3")
        .text("ci_url", "https://ci.example.org/1")
        .text("is_beta", "true")
        .text("name", "Ignored: the package has one")
        .text("min_os_version", "9.0");
    let answer = scene.upload(sent).await;
    assert_eq!(answer.status, 201, "{answer:?}");

    let id = answer.text("/id");
    let download_url = format!("http://localhost:8083/api/builds/{id}/download/");
    insta::assert_json_snapshot!(answer.body, {
        ".id" => "[id]", ".app.id" => "[id]", ".created_at" => "[time]",
        ".sha256" => "[hash]", ".download_url" => "[url]", ".size" => "[size]",
        ".install_url" => "[url]", ".qr_svg_url" => "[url]", ".details" => "[details]",
        ".warnings[0].detail" => "[words]",
    }, @r#"
    {
      "app": {
        "id": "[id]",
        "name": "Example"
      },
      "branch": "main",
      "build_number": "7",
      "bundle_id": "com.example.app",
      "channel": "beta",
      "ci_url": "https://ci.example.org/1",
      "commit": "0a1b2c3",
      "created_at": "[time]",
      "details": "[details]",
      "download_url": "[url]",
      "expires_at": null,
      "file_name": "App.ipa",
      "icon_url": null,
      "id": "[id]",
      "install_url": "[url]",
      "is_beta": true,
      "mandatory": false,
      "min_os_version": "15.0",
      "pinned": false,
      "platform": "ios",
      "qr_svg_url": "[url]",
      "release_notes": "New:\n\n- all of it",
      "sha256": "[hash]",
      "signing_expires_at": null,
      "size": "[size]",
      "status": "active",
      "version": "1.2.0",
      "warnings": [
        {
          "code": "not-installable",
          "detail": "[words]"
        }
      ]
    }
    "#);
    assert_eq!(answer.body["size"], package.len());
    assert_eq!(answer.body["download_url"], download_url);
    assert_eq!(answer.text("/sha256"), sha256(&package));
    let shown = scene.ada.get(&scene.router, &format!("/api/builds/{id}/")).await;
    let mut shown = shown.body;
    let groups = shown.as_object_mut().and_then(|build| build.remove("groups"));
    assert_eq!((shown, groups), (answer.body, Some(json!([]))), "its page knows who gets it");
    assert_eq!(scene.files(), (0, 1));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_content_decides_what_it_is(db: PgPool) {
    let scene = Scene::on(db).await;
    let answer = scene.upload(Form::default().file("app_file", "App.ipa", APK)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let said = ["/platform", "/bundle_id", "/version", "/build_number", "/min_os_version"]
        .map(|pointer| answer.text(pointer));
    assert_eq!(said, ["android", "jp.co.cyberagent.stf", "2.5.5", "15", "16"]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_same_file_again_is_the_same_build(db: PgPool) {
    let scene = Scene::on(db).await;
    let package = ipa("1.0");
    let first = form(&package).text("release_notes", "First").text("channel", "beta");
    let first = scene.upload(first).await;
    assert_eq!(first.status, 201);

    let again = Form::default().text("release_notes", "Second").text("is_beta", "yes").file(
        "app_file",
        "Other.ipa",
        &package,
    );
    let again = scene.upload(again).await;
    assert_eq!(again.status, 200, "{again:?}");
    let mut expected = first.body.clone();
    expected["release_notes"] = json!("Second");
    expected["is_beta"] = json!(true);
    assert_eq!(again.body, expected);
    assert_eq!(scene.files(), (0, 1));
    let list = scene.ada.get(&scene.router, "/api/builds/").await;
    assert_eq!(list.body["items"], json!([expected]));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn another_version_is_another_build_of_the_app(db: PgPool) {
    let scene = Scene::on(db).await;
    let (first, second) = (scene.build(&ipa("1.0")).await, scene.build(&ipa("1.1")).await);
    assert_ne!(first.text("/id"), second.text("/id"));
    assert_eq!(first.text("/app/id"), second.text("/app/id"));
    assert_eq!(scene.files(), (0, 2));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_differs_is_a_warning(db: PgPool) {
    let scene = Scene::on(db).await;
    let sent = form(&ipa("1.0.0-debug"))
        .text("version", "1.0.0")
        .text("build_number", "8")
        .text("bundle_id", "com.example.other")
        .text("colour", "red");
    let answer = scene.upload(sent).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let warnings = &answer.body["warnings"];
    let expected =
        ["version-differs", "build-number-differs", "bundle-id-differs", "unknown-field"];
    assert_eq!(codes(warnings), expected);
    assert_eq!(
        answer.text("/warnings/0/detail"),
        r#"The request says "1.0.0", the package "1.0.0-debug"; the package wins."#
    );
    let said = ["/version", "/build_number", "/bundle_id"].map(|pointer| answer.text(pointer));
    assert_eq!(said, ["1.0.0-debug", "7", BUNDLE]);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn empty_fields_were_left_out(db: PgPool) {
    let scene = Scene::on(db).await;
    let mut sent = Form::default();
    for field in ["platform", "version", "strict", "is_beta", "ci_url", "release_notes", "icon"] {
        sent = sent.text(field, " ");
    }
    let answer = scene.upload(sent.file("app_file", "", &ipa("1.0"))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert!(codes(&answer.body["warnings"]).is_empty());
    assert_eq!(answer.body["release_notes"], Value::Null);
    assert_eq!(answer.text("/file_name"), "app.ipa");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_bundle_is_kept(db: PgPool) {
    let scene = Scene::on(db).await;
    let bundle = include_bytes!("../../../fixtures/drawn-icon.aab");
    let answer = scene.upload(form(bundle)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.text("/bundle_id"), "org.example.vector");
    assert_eq!((answer.text("/app/name"), answer.text("/build_number")), ("Vector", "3"));
    let download = format!("/api/builds/{}/download", answer.text("/id"));
    let link = scene.ada.get(&scene.router, &download).await.header("location").to_owned();
    let bytes = scene.ada.get(&scene.router, &link).await;
    // No installer is to open it.
    assert_eq!(bytes.header("content-type"), "application/octet-stream");
}
