//! Runs that upload.

use std::collections::BTreeSet;

use securevox_testkit::Answer;
use serde_json::json;
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{
    Server,
    runner::{COMMIT, Done, Job},
};
use crate::{builds::symbols::dsym, make::ipa};

/// The outputs of a run are what the service says of the build.
fn same(done: &Done, build: &Answer) {
    for (output, pointer) in [
        ("id", "/id"),
        ("app-id", "/app/id"),
        ("version", "/version"),
        ("build-number", "/build_number"),
        ("sha256", "/sha256"),
    ] {
        assert_eq!(done.outputs[output], build.text(pointer), "{output}");
    }
    assert_eq!(done.outputs["size"], build.body["size"].to_string());
    assert_eq!(done.outputs["warnings"], build.body["warnings"].to_string());
    for (output, part) in [("install-url", "/builds/"), ("qr-svg-url", ".svg")] {
        assert!(done.outputs[output].contains(part), "{done:?}");
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_push_uploads_and_puts_out_what_there_is(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let group = json!({ "name": "Q; A" });
    let group = server.scene.ada.post(&server.scene.router, "/api/groups", group).await;
    assert_eq!(group.status, 201, "{group:?}");
    // What curl, the shell and the runner would each take for something else.
    let notes = "Faster; \"quoted\", 100 % @home\n\n- <one>\n";
    let job = server
        .job(Job::push("main"))
        .file("build/My App, x; 1.ipa", &ipa("1.0"))
        .file("NEWS.md", notes.as_bytes())
        .with("file", "build/*.ipa")
        .with("notes-file", "NEWS.md")
        .with("channel", "nightly")
        .with("groups", "Q; A")
        .with("platform", "ios")
        .with("version", "v1.0")
        .with("build-number", "7")
        .with("beta", "true");
    let done = job.run().await;
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.log.contains("::notice::Example 1.0 (7) was uploaded.\n"), "{done:?}");
    assert!(done.log.contains("::warning::"), "another version is a warning: {done:?}");
    assert!(!done.log.contains(&server.token), "the token is in the log");

    let build = server.build(&done.outputs["id"]).await;
    same(&done, &build);
    let told = json!({
        "release_notes": notes.trim(),
        "channel": "nightly",
        "branch": "main",
        "commit": COMMIT,
        "ci_url": "https://github.com/ada/engine/actions/runs/4711",
        "is_beta": true,
        "file_name": "My App, x; 1.ipa",
    });
    for (field, value) in told.as_object().unwrap() {
        assert_eq!(&build.body[field], value, "{field}");
    }
    assert!(done.summary.contains("### Example for iOS"), "{}", done.summary);

    let again = job.run().await;
    assert_eq!((again.code, &again.outputs["id"]), (0, &done.outputs["id"]));
    assert!(again.log.contains("::notice::Example 1.0 (7) was here already"), "{again:?}");
}

const MAPPING: &[u8] = b"# pg_map_id: 0123abc\ncom.example.App -> a.a:\n    int count -> a\n";

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_is_held_back_keeps_its_symbols_and_is_offered_by_the_same_file(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let job = || {
        let job = server.job(Job::push("main")).file("App.ipa", &ipa("1.0"));
        let job = job.file("out/a, b.dSYM.zip", &dsym()).file("out/mapping.txt", MAPPING);
        job.with("file", "App.ipa").with("symbols", "out/*.dSYM.zip\n  out/mapping.txt\n\n")
    };
    let held = job().with("status", "inactive").with("mandatory", "true");
    let held = held.with("expires-at", "2099-12-31T18:00:00Z").with("notify", "false");
    let done = held.run().await;
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.log.contains("was uploaded. Nobody is offered it yet."), "{done:?}");
    assert!(done.log.contains("::notice::The symbols `a, b.dSYM.zip` are kept"), "{done:?}");
    let id = &done.outputs["id"];
    let build = server.build(id).await;
    assert_eq!(
        (build.text("/status"), build.text("/expires_at")),
        ("inactive", "2099-12-31T18:00:00Z")
    );
    assert_eq!(build.body["mandatory"], true);
    let kept: BTreeSet<String> = server.symbols(id).await.into_iter().collect();
    assert_eq!(kept, ["a, b.dSYM.zip", "mapping.txt"].map(str::to_owned).into());

    let offered = job().with("status", "active").with("mandatory", "false").run().await;
    assert_eq!((offered.code, &offered.outputs["id"]), (0, id), "{offered:?}");
    let build = server.build(id).await;
    assert_eq!((build.text("/status"), &build.body["mandatory"]), ("active", &json!(false)));
    assert_eq!(server.symbols(id).await.len(), 2, "the same files again are the same");
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn symbols_that_are_refused_fail_the_step_and_leave_the_build(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let job = server.job(Job::push("main")).file("App.ipa", &ipa("1.0")).file("a.zip", b"nothing");
    let job = job.file("mapping.txt", MAPPING).with("file", "App.ipa");
    let done = job.with("symbols", "a.zip\nmapping.txt").run().await;
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.log.contains("::error::The symbols `a.zip` are not kept: "), "{done:?}");
    assert_eq!(server.symbols(&done.outputs["id"]).await, ["mapping.txt"]);
    assert!(done.summary.contains("### Example for iOS"), "{}", done.summary);
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_try_whose_answer_was_lost_is_repeated_without_harm(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let mut line = JoinSet::new();
    let url = loses_the_first_answer(&server.url, &mut line).await;
    let job = server.job(Job::push("main")).file("App.ipa", &ipa("1.0")).with("file", "App.ipa");
    let done = job.with("server", &url).run().await;
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.log.contains("::notice::Try 1 of 6: curl: ("), "{done:?}");
    assert!(done.log.contains("was here already"), "{done:?}");
    same(&done, &server.build(&done.outputs["id"]).await);
    let builds = server.scene.ada.get(&server.scene.router, "/api/builds").await;
    assert_eq!(builds.body["items"].as_array().unwrap().len(), 1);
}

/// A bad line to `url`: the first request goes through, and its answer is lost.
async fn loses_the_first_answer(url: &str, line: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let bad = format!("http://{}", listener.local_addr().unwrap());
    let server = url.trim_start_matches("http://").to_owned();
    line.spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut to = TcpStream::connect(&server).await.unwrap();
        let (mut sent, mut answer) = (client.split().0, [0]);
        let (mut from_server, mut to_server) = to.split();
        tokio::select! {
            copied = tokio::io::copy(&mut sent, &mut to_server) => { copied.unwrap(); }
            read = from_server.read(&mut answer) => { read.unwrap(); }
        }
        drop(client);
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut to = TcpStream::connect(&server).await.unwrap();
            // Who hangs up first ends it.
            let _hung_up = tokio::io::copy_bidirectional(&mut client, &mut to).await;
            let _closed = to.shutdown().await;
        }
    });
    bad
}
