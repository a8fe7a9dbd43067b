//! Runs that fail: with which code, and in which words.

use std::net::TcpListener;

use sqlx::PgPool;

use super::{Server, runner::Job};
use crate::make::ipa;

/// A run that would upload, if nothing else were said.
fn good(server: &Server) -> Job {
    server.job(Job::push("main")).file("App.ipa", &ipa("1.0")).with("file", "App.ipa")
}

async fn fails(job: Job, code: i32, words: &str) {
    let done = job.run().await;
    assert_eq!(done.code, code, "{done:?}");
    let said = done.log.lines().find(|line| line.starts_with("::error::"));
    let said = said.unwrap_or_else(|| panic!("{done:?}"));
    assert!(said.contains(words), "{words} is not in {said}");
    assert!(done.outputs.is_empty(), "{done:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_the_server_refuses_is_told_in_its_words(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let job = || good(&server);
    let reading = server.scene.ada.api_token(&["builds:read"], &server.scene.house).await.token;
    fails(job().with("token", "svx_wrong"), 3, "If you ask for help, quote ").await;
    fails(job().with("token", &reading), 3, "builds:write").await;
    let garbage = job().file("App.ipa", b"no package at all");
    fails(garbage, 1, "::error::The file is not a package that can be installed: ").await;
    let strict = || job().with("strict", "true");
    fails(strict().with("version", "9.9"), 1, "%0A  version: ").await;
    fails(strict().with("build-number", "8"), 1, "%0A  build_number: ").await;
    fails(job().with("platform", "android"), 1, "%0A  platform: ").await;
    fails(job().with("groups", "Nobody"), 1, "%0A  groups: ").await;
    fails(job().with("status", "perhaps"), 1, "%0A  status: ").await;
    fails(job().with("expires-at", "tomorrow"), 1, "%0A  expires_at: ").await;
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_server_that_is_away_is_tried_again_and_then_told(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("http://{free}");
    let job = good(&server).with("server", &nobody).with("tries", "2");
    let done = job.run().await;
    assert_eq!(done.code, 4, "{done:?}");
    let tried = done.log.matches("::notice::Try 1 of 2: curl: (7)").count();
    assert_eq!(tried, 1, "{done:?}");
    let words = format!("::error::{nobody} cannot be reached: curl: (7)");
    assert!(done.log.contains(&words), "{done:?}");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_called_wrongly_asks_nobody(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let job = || good(&server).with("server", "http://127.0.0.1:9");
    let several = job().file("other/App.ipa", b"x").file("other/B.ipa", b"x");
    for (job, words) in [
        (job().with("server", ""), "The input `server` is missing."),
        (job().with("token", ""), "The input `token` is missing."),
        (job().with("file", ""), "The input `file` is missing."),
        (job().with("server", "app.example.org"), "`server` is no address: app.example.org"),
        (job().with("token", "one\ntwo"), "`token` holds more than a token."),
        (job().with("file", "build/*.apk"), "There is no file `build/*.apk`."),
        (several.with("file", "other/*.ipa"), "`other/*.ipa` matches 2 files: "),
        (job().file("App.ipa", b""), "The file `App.ipa` is empty."),
        (job().with("notes-file", "NEWS.md"), "There is no file `NEWS.md`."),
        (job().with("symbols", "out/*.zip"), "There is no file `out/*.zip`."),
        (
            job().file("A.dSYM/Info.plist", b"x").with("symbols", "*.dSYM"),
            "`A.dSYM` is a folder: zip it.",
        ),
        (job().with("notify", "perhaps"), "`perhaps` is neither true nor false."),
        (job().with("beta", "perhaps"), "`perhaps` is neither true nor false."),
        (job().with("tries", "0"), "`tries` is no number from 1 to 99: 0"),
    ] {
        fails(job, 2, words).await;
    }
}
