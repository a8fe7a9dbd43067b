//! What README prints for a CI to copy works.

use std::{env, fs, path::PathBuf};

use sqlx::PgPool;
use tokio::process::Command;
use uuid::Uuid;

use super::{Server, action::Action, github};
use crate::make::SIGNED_APK;

/// The blocks of one language in the section about CI.
fn blocks(language: &str) -> Vec<String> {
    let readme = fs::read_to_string(github("../README.md")).unwrap();
    let section = readme.split_once("\n## From CI").expect("README has the section").1;
    let section = section.split("\n## ").next().unwrap();
    let fence = format!("```{language}\n");
    let blocks = section.split(&*fence).skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// The names before the colons that are indented by `indent`.
fn keys(block: &str, indent: usize) -> Vec<String> {
    let indented = |line: &&str| line.len() - line.trim_start().len() == indent;
    let lines = block.lines().filter(indented).filter_map(|line| line.trim().split_once(':'));
    lines.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn the_step_and_the_lane_name_inputs_that_there_are() {
    let inputs: Vec<String> = Action::read().inputs.into_iter().map(|input| input.name).collect();
    let [step] = &blocks("yaml")[..] else { panic!("one step") };
    let named = keys(step, 4);
    assert!(named.len() >= 3 && named.iter().all(|name| inputs.contains(name)), "{named:?}");
    let [lane] = &blocks("ruby")[..] else { panic!("one lane") };
    let named = lane.split_once('(').unwrap().1.split(", ").map(|option| option.split(':').next());
    for name in named.flatten() {
        assert!(inputs.contains(&name.replace('_', "-")), "{name}");
    }
}

/// A folder of a CI with the files that the commands name.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = env::temp_dir().join(format!("securevox-readme-{}", Uuid::now_v7()));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("MyApp.apk"), SIGNED_APK).unwrap();
        let mapping = "# pg_map_id: 0123abc\ncom.example.App -> a.a:\n    int count -> a\n";
        fs::write(folder.join("mapping.txt"), mapping).unwrap();
        Self(folder)
    }

    /// The exit code of a block, and what it printed.
    async fn run(&self, block: &str, url: &str, token: &str, build: &str) -> (i32, String) {
        assert!(block.contains("https://app.example.org"), "{block}");
        let output = Command::new("sh")
            .args(["-eu", "-c", &block.replace("https://app.example.org", url)])
            .current_dir(&self.0)
            .envs([("SECUREVOX_TOKEN", token), ("BUILD", build)])
            .envs([("CI_JOB_URL", "https://gitlab.example.org/-/jobs/1")])
            .envs([("CI_COMMIT_REF_NAME", "main"), ("CI_COMMIT_SHA", "2f1c0b8d")])
            .output()
            .await
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.0);
    }
}

#[sqlx::test(migrator = "securevox_core::db::MIGRATOR")]
async fn the_commands_for_other_cis_work(db: PgPool) {
    let Some(server) = Server::on(db).await else { return };
    let folder = Folder::new();
    let [upload, symbols] = &blocks("sh")[..] else { panic!("an upload and its symbols") };
    let (url, token) = (server.url.as_str(), server.token.as_str());
    let (code, said) = folder.run(upload, url, token, "").await;
    assert_eq!(code, 0, "{said}");
    let build: serde_json::Value = serde_json::from_str(&said).unwrap();
    let build = server.build(build["id"].as_str().unwrap()).await;
    assert_eq!((build.text("/channel"), build.text("/branch")), ("nightly", "main"));
    assert_eq!(build.text("/ci_url"), "https://gitlab.example.org/-/jobs/1");
    let (code, said) = folder.run(symbols, url, token, build.text("/id")).await;
    assert_eq!(code, 0, "{said}");
    let (code, said) = folder.run(upload, url, "svx_wrong", "").await;
    assert_eq!(code, 22, "{said}");
    assert!(said.contains("/problems/"), "what was refused is printed: {said}");
}
