//! The one comment on a pull request.

use securevox_testkit::GitHub;
use sqlx::PgPool;

use super::{
    Server,
    runner::{HEAD, Job},
};
use crate::inspect::wanting;

const INTERNET: &str = "android.permission.INTERNET";
const CAMERA: &str = "android.permission.CAMERA";
const LOCATION: &str = "android.permission.ACCESS_FINE_LOCATION";

fn job(server: &Server, job: Job, package: &[u8]) -> Job {
    server.job(job).file("App.apk", package).with("file", "App.apk")
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_pull_request_has_one_comment_that_later_runs_change(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let base = job(&server, Job::push("main"), &wanting(45, vec![INTERNET, LOCATION])).run().await;
    assert_eq!(base.code, 0, "{base:?}");

    let github = GitHub::start().await;
    // More than GitHub answers with at once.
    for number in 0..101 {
        github.say(&format!("Comment {number}"));
    }
    let request = Job::pull_request(&github, "feature");
    let first = job(&server, request, &wanting(46, vec![INTERNET, CAMERA])).run().await;
    assert_eq!(first.code, 0, "{first:?}");
    let comments = github.comments();
    assert_eq!(comments.len(), 102, "{first:?}");
    let comment = comments[101].body.clone();
    assert!(comment.starts_with("<!-- securevox-upload-build: android com.example.app -->\n"));
    let build = server.build(&first.outputs["id"]).await;
    assert_eq!((build.text("/branch"), build.text("/commit")), ("feature", HEAD));
    let size = build.body["size"].as_i64().unwrap();
    let (link, code) = (&first.outputs["install-url"], &first.outputs["qr-svg-url"]);
    for words in [
        "### Example for Android",
        &format!("<a href=\"{link}\"><img src=\"{code}\""),
        &format!("[**Install on a phone**]({link})"),
        "| | this build | `main` |",
        "| Version | 1.2.3 (46) | 1.2.3 (45) |",
        &format!("| Size | {size} B ("),
        &format!(
            "- **Permissions**: added <code>{}</code>; removed <code>{}</code>",
            escaped(CAMERA),
            escaped(LOCATION)
        ),
        "> ⚠️ ",
        &format!("Built from <code>{}</code>", &HEAD[..12]),
        "[run](https://github.com/ada/engine/actions/runs/4711)",
    ] {
        assert!(comment.contains(words), "{words} is not in {comment}");
    }
    assert_eq!(first.summary.trim(), comment.trim(), "the summary of the job says the same");

    // Somebody quotes it, which makes it no comment of ours.
    github.say(&format!("> {comment}"));
    let request = Job::pull_request(&github, "feature");
    let second = job(&server, request, &wanting(47, vec![INTERNET, LOCATION])).run().await;
    assert_eq!(second.code, 0, "{second:?}");
    let comments = github.comments();
    assert_eq!(comments.len(), 103, "it was changed, and no other made");
    assert!(comments[102].body.starts_with("> "));
    let comment = &comments[101].body;
    assert!(comment.contains("| Version | 1.2.3 (47) | 1.2.3 (45) |"), "{comment}");
    assert!(comment.contains("No permissions or parts were added or removed."), "{comment}");
    assert!(!comment.contains("CAMERA"), "{comment}");
}

/// As names stand in a comment: nothing in them is Markdown.
fn escaped(name: &str) -> String {
    name.replace('_', "&#95;")
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn a_base_without_builds_is_said(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let github = GitHub::start().await;
    let done = job(&server, Job::pull_request(&github, "x"), &wanting(1, vec![])).run().await;
    assert_eq!(done.code, 0, "{done:?}");
    let comments = github.comments();
    assert!(comments[0].body.contains("There is no build of `main` to compare it with."));
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn what_goes_wrong_with_the_comment_is_a_warning(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let github = GitHub::start().await;
    github.become_read_only();
    let package = wanting(1, vec![]);
    let request = || job(&server, Job::pull_request(&github, "x"), &package);
    for (job, words) in [
        (
            request(),
            "::warning::There is no comment: GitHub answered 403. The job needs `permissions: pull-requests: write`",
        ),
        (
            request().with("github-token", "ghs_other"),
            "::warning::There is no comment: GitHub answered 401.",
        ),
        (
            request().with("github-token", ""),
            "::warning::There is no comment: the input `github-token` is missing.",
        ),
        (
            job(&server, Job::push("main"), &package).with("comment", "true"),
            "::notice::This run belongs to no pull request",
        ),
    ] {
        let done = job.run().await;
        assert_eq!(done.code, 0, "{done:?}");
        assert!(done.log.contains(words), "{words}: {done:?}");
        assert!(done.outputs.contains_key("id"), "{done:?}");
    }
    assert_eq!(github.comments(), []);
}
