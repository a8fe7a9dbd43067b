//! From the page to the last byte, as a browser on Android goes.

use securevox_testkit::{Ask, Browser, Form};
use sqlx::PgPool;

use super::page;
use crate::{
    make::{SERVICE, SIGNED_APK, Scene, sha256},
    people::path,
};

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_button_brings_the_package_in_parts(db: PgPool) {
    let scene = Scene::on(db).await;
    let build = scene.upload(Form::default().file("app_file", "Città & più.apk", SIGNED_APK)).await;
    let mut browser = Browser::of(&scene.ada, SERVICE, &scene.house);
    let shown = page(&mut browser, &scene, build.text("/id")).await;
    let link = path(shown.between("large\" href=\"", "\"")).to_owned();
    let ask = |range: String| Ask::new("GET", &link).header("range", &range);
    let mut fetched: Vec<u8> = Vec::new();
    let mut etag = String::new();
    while fetched.len() < SIGNED_APK.len() {
        let (first, last) = (fetched.len(), (fetched.len() + 9_999).min(SIGNED_APK.len() - 1));
        let part = ask(format!("bytes={first}-{last}")).of(&scene.router).await;
        assert_eq!(part.status, 206);
        assert_eq!(part.header("content-type"), "application/vnd.android.package-archive");
        assert_eq!(
            part.header("content-disposition"),
            "attachment; filename=\"Citt_ _ pi_.apk\"; filename*=UTF-8''Citt%C3%A0%20%26%20pi%C3%B9.apk"
        );
        etag = part.header("etag").to_owned();
        fetched.extend(&part.bytes);
    }
    assert!(fetched == SIGNED_APK, "other bytes came");
    assert_eq!(etag, format!("\"{}\"", sha256(SIGNED_APK)));
    // A download that was interrupted goes on with the same file, or begins again.
    let resumed = ask("bytes=100-".to_owned()).header("if-range", &etag).of(&scene.router).await;
    assert_eq!(resumed.status, 206);
    let other = ask("bytes=100-".to_owned()).header("if-range", "\"x\"").of(&scene.router).await;
    assert_eq!(other.status, 200);
    let head = Ask::new("HEAD", &link).of(&scene.router).await;
    assert_eq!(head.header("content-length"), SIGNED_APK.len().to_string());
}
