//! `verify-deploy`: what deploys the platform is linted, and journeys go through the real Traefik
//! with the real files. Nothing is skipped: a tool that is missing and cannot be installed fails it.

mod compose;
mod tools;

use std::{
    env,
    error::Error,
    ffi::OsString,
    fs,
    path::Path,
    process::{Command, ExitCode},
    time::Instant,
};

use securevox_embedded::postgres::Scratch;

use crate::{Outcome, cargo, install};
use tools::Tools;

/// As `docker compose` is started, with the example in place of the operator's own settings.
const COMPOSE: &str = "docker/compose.single.yml";
const EXAMPLE: &str = "docker/.env.example";

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    let begun = Instant::now();
    install::postgres()?;
    let tools = Tools::obtain(&cargo::target()?.join("tools"))?;
    let root = cargo::root();
    lint(&tools, &root)?;
    let code = journeys(&tools, arguments)?;
    if code == ExitCode::SUCCESS {
        println!("verify-deploy: all of it holds, after {} s", begun.elapsed().as_secs());
    }
    Ok(code)
}

fn lint(tools: &Tools, root: &Path) -> Result<(), Box<dyn Error>> {
    let mut hadolint = Command::new(&tools.hadolint);
    succeed(hadolint.arg("docker/Dockerfile").current_dir(root))?;
    let mut config = Command::new(&tools.compose);
    config.args(["-f", COMPOSE, "--env-file", EXAMPLE, "config", "--quiet"]).current_dir(root);
    // What is set here is not what is set there.
    for (name, _) in
        env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"SECUREVOX_"))
    {
        config.env_remove(name);
    }
    succeed(&mut config)?;
    let [compose, example] = [COMPOSE, EXAMPLE].map(|file| fs::read_to_string(root.join(file)));
    let faults = compose::faults(&compose?, &example?);
    if faults.is_empty() {
        println!("verify-deploy: Dockerfile, compose file and secrets are well");
        return Ok(());
    }
    Err(format!("{COMPOSE}: {}", faults.join("; ")).into())
}

fn journeys(tools: &Tools, arguments: &[OsString]) -> Outcome {
    let built = cargo::command().args(["build", "--workspace", "--bins"]).status()?;
    if !built.success() {
        return Ok(cargo::code(built));
    }
    let scratch = Scratch::start()?;
    let mut test = cargo::command();
    test.args(["test", "--package", "securevox", "--test", "deploy", "--", "--ignored"]);
    test.args(arguments).env("DATABASE_URL", scratch.running().url("postgres"));
    test.env("PATH", tools.path(scratch.folder())?).env("NODE_PATH", tools.node_path());
    Ok(cargo::code(test.status()?))
}

fn succeed(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}
