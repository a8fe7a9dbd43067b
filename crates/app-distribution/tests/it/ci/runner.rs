//! What GitHub's runner does with a composite Action: it fills in `action.yml`, gives the step its
//! environment and nothing else, and reads what the step put out.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use securevox_testkit::GitHub;
use serde_json::{Value, json};
use tokio::{process::Command, time};
use uuid::Uuid;

use super::{action::Action, github};

/// Longer than all tries of a test take.
const PATIENCE: Duration = Duration::from_mins(2);

/// The commit of a run; for a pull request GitHub's own, of the merge.
pub(super) const COMMIT: &str = "2f1c0b8d7e6a5f4c3b2a1908f7e6d5c4b3a29180";
/// The newest commit of the branch of a pull request.
pub(super) const HEAD: &str = "9a8b7c6d5e4f30211203f4e5d6c7b8a990817263";

/// A job with a step that uses the Action, and its folder.
pub(super) struct Job {
    folder: PathBuf,
    inputs: BTreeMap<String, String>,
    environment: BTreeMap<&'static str, String>,
    event: Value,
}

/// How the step ended.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) code: i32,
    pub(super) log: String,
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) summary: String,
}

impl Job {
    /// Of a push to `branch`.
    pub(super) fn push(branch: &str) -> Self {
        let of_branch = [
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_REF", &*format!("refs/heads/{branch}")),
            ("GITHUB_REF_NAME", branch),
            ("GITHUB_REF_TYPE", "branch"),
            ("GITHUB_HEAD_REF", ""),
            ("GITHUB_BASE_REF", ""),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        Self::of(of_branch, json!({ "after": COMMIT }))
    }

    /// Of the pull request that `github` has, from `branch` into `main`.
    pub(super) fn pull_request(github: &GitHub, branch: &str) -> Self {
        let number = GitHub::NUMBER;
        let of_pull = [
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_REF", &*format!("refs/pull/{number}/merge")),
            ("GITHUB_REF_NAME", &*format!("{number}/merge")),
            ("GITHUB_REF_TYPE", "branch"),
            ("GITHUB_HEAD_REF", branch),
            ("GITHUB_BASE_REF", "main"),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        let mut job = Self::of(
            of_pull,
            json!({ "pull_request": { "number": number, "head": { "sha": HEAD } } }),
        );
        job.environment.insert("GITHUB_API_URL", github.url.clone());
        job.with("comment", "true")
    }

    fn of(own: [(&'static str, String); 6], event: Value) -> Self {
        let folder = env::temp_dir().join(format!("securevox-job-{}", Uuid::now_v7()));
        fs::create_dir_all(folder.join("work")).unwrap();
        let fixed = [
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_API_URL", "http://127.0.0.1:9"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", GitHub::REPOSITORY),
            ("GITHUB_RUN_ID", "4711"),
            ("GITHUB_SHA", COMMIT),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        let environment = fixed.into_iter().chain(own).collect();
        Self { folder, inputs: BTreeMap::new(), environment, event }
    }

    /// The job with an input of the step.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.inputs.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The job with a file that an earlier step made.
    pub(super) fn file(self, name: &str, content: &[u8]) -> Self {
        let path = self.folder.join("work").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(super) async fn run(&self) -> Done {
        let action = Action::read();
        let at = |name: &str| self.folder.join(name);
        for name in ["outputs", "summary"] {
            fs::write(at(name), "").unwrap();
        }
        fs::write(at("event.json"), self.event.to_string()).unwrap();
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &action.run])
            .current_dir(at("work"))
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.folder)
            .env("GITHUB_ACTION_PATH", github("actions/upload-build"))
            .env("GITHUB_WORKSPACE", at("work"))
            .env("GITHUB_EVENT_PATH", at("event.json"))
            .env("GITHUB_OUTPUT", at("outputs"))
            .env("GITHUB_STEP_SUMMARY", at("summary"))
            .envs(&self.environment)
            .envs(self.filled_in(&action))
            .kill_on_drop(true);
        let ended = time::timeout(PATIENCE, command.output()).await;
        let output = ended.expect("the step does not end").unwrap();
        let said = [output.stdout, output.stderr].concat();
        Done {
            code: output.status.code().unwrap(),
            log: String::from_utf8_lossy(&said).into_owned(),
            outputs: put_out(&at("outputs"), &action),
            summary: fs::read_to_string(at("summary")).unwrap(),
        }
    }

    /// The variables of the step, from the inputs or their defaults.
    fn filled_in(&self, action: &Action) -> BTreeMap<String, String> {
        for name in self.inputs.keys() {
            assert!(action.inputs.iter().any(|input| input.name == *name), "no input {name}");
        }
        let variables = action.environment.iter().map(|(variable, from)| {
            let input =
                action.inputs.iter().find(|input| *from == expression("inputs", &input.name));
            let input = input.unwrap_or_else(|| panic!("{variable} is taken from {from}"));
            let given = self.inputs.get(&input.name).unwrap_or(&input.default);
            (variable.clone(), given.replace("${{ github.token }}", GitHub::TOKEN))
        });
        variables.collect()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// `${{ inputs.name }}`.
pub(super) fn expression(of: &str, name: &str) -> String {
    format!("${{{{ {of}.{name} }}}}")
}

/// What a step put out (`name<<end`, lines, `end`), as the outputs of the Action.
fn put_out(path: &Path, action: &Action) -> BTreeMap<String, String> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let mut of_step = BTreeMap::new();
    while let Some(line) = lines.next() {
        let (name, end) = line.split_once("<<").expect("a name and an end");
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
        of_step.insert(expression("steps.upload.outputs", name), value.join("\n"));
    }
    let outputs = action
        .outputs
        .iter()
        .filter_map(|(name, from)| of_step.get(from).map(|value| (name.clone(), value.clone())));
    outputs.collect()
}
