//! The lane of fastlane, with a stand-in for fastlane itself.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use securevox_testkit::lacks;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::{io::AsyncWriteExt as _, process::Command};
use uuid::Uuid;

use super::{Server, github};
use crate::{builds::symbols::dsym, make::ipa};

const HARNESS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/ci/fastlane.rb");

/// A project that copied the lane and the script.
struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let folder = env::temp_dir().join(format!("securevox-fastlane-{}", Uuid::now_v7()));
        let project = Self(folder);
        project.copy("fastlane/Fastfile", "fastlane/Fastfile");
        for name in ["upload.sh", "problem.jq", "comment.jq"] {
            project.copy(
                &format!("actions/upload-build/{name}"),
                &format!("fastlane/upload-build/{name}"),
            );
        }
        project
    }

    fn copy(&self, from: &str, to: &str) {
        self.file(to, &fs::read(github(from)).unwrap());
    }

    fn file(&self, name: &str, content: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Runs the lane from the folder of the project: what it said last, and whether it succeeded.
    async fn lane(&self, token: &str, built: Option<&Path>, options: Value) -> (bool, Value) {
        let mut ruby = Command::new("ruby");
        ruby.args([HARNESS, "fastlane/Fastfile", "securevox_upload"]).args(built);
        ruby.current_dir(&self.0).env_clear().env("SECUREVOX_TOKEN", token);
        ruby.env("PATH", env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
        ruby.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = ruby.kill_on_drop(true).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(options.to_string().as_bytes()).await.unwrap();
        drop(input);
        let output = child.wait_with_output().await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let last = said.lines().last().and_then(|line| serde_json::from_str(line).ok());
        let last =
            last.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.success(), last)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.0);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_lane_uploads_what_was_built_and_says_why_not(db: PgPool) {
    if lacks(&["ruby"]) {
        return;
    }
    let Some(server) = Server::on(db).await else { return };
    let project = Project::new();
    project.file("build/App.ipa", &ipa("1.0"));
    let options = json!({ "server": server.url, "channel": "beta", "tries": 1 });

    // What `gym` has built, then a path from the folder of the project.
    let built = project.0.join("build/App.ipa");
    let (success, said) = project.lane(&server.token, Some(&built), options.clone()).await;
    assert!(success, "{said}");
    let id = said["outputs"]["id"].as_str().unwrap();
    assert_eq!(server.build(id).await.text("/channel"), "beta");
    assert_eq!(server.symbols(id).await, Vec::<String>::new(), "not every build makes them");
    project.file("build/App.app.dSYM.zip", &dsym());
    let held = json!({ "status": "inactive", "notify": false });
    let mut held_options = options.clone();
    held_options.as_object_mut().unwrap().extend(held.as_object().unwrap().clone());
    project.file("build/App.ipa", &ipa("1.1"));
    let (success, held) = project.lane(&server.token, Some(&built), held_options).await;
    assert!(success, "{held}");
    let held = held["outputs"]["id"].as_str().unwrap();
    assert_eq!(server.build(held).await.text("/status"), "inactive");
    assert_eq!(server.symbols(held).await, ["App.app.dSYM.zip"]);
    project.file("build/App.ipa", &ipa("1.0"));
    let mut named = options.clone();
    named["file"] = json!("build/*.ipa");
    let (success, again) = project.lane(&server.token, None, named).await;
    assert!(success, "{again}");
    assert_eq!(again["outputs"]["id"], said["outputs"]["id"]);
    assert_eq!(again["outputs"]["version"], "1.0");

    project.file("build/App.ipa", b"no package at all");
    let (success, refused) = project.lane(&server.token, Some(&built), options.clone()).await;
    let words = refused["user_error"].as_str().unwrap();
    assert!(
        !success && words.starts_with("The file is not a package that can be installed: "),
        "{words}"
    );
    let (success, refused) = project.lane("svx_wrong", Some(&built), options).await;
    let words = refused["user_error"].as_str().unwrap();
    assert!(!success && words.contains("If you ask for help, quote "), "{words}");
}
