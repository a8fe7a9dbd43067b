//! `test`: all tests against a Postgres of their own, gone afterwards.

use std::{
    env,
    ffi::OsString,
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use securevox_embedded::postgres::Scratch;

use crate::{Outcome, cargo, install};

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    install::postgres()?;
    install::curl()?;
    install::ci();
    let redis = install::redis();
    let tools = cargo::target()?.join("tools");
    let weed = install::weed(&tools);
    let node = install::node_if_possible(&tools, &cargo::root());
    let chromium = install::chromium();
    let scratch = Scratch::start()?;
    if !chooses_packages(arguments) {
        // A package without integration tests has its binary not built by `cargo test`, and others start it.
        let built = cargo::command().args(["build", "--workspace", "--bins"]).status()?;
        if !built.success() {
            return Ok(cargo::code(built));
        }
    }
    let mut command = cargo::command();
    command
        .arg("test")
        .args((!chooses_packages(arguments)).then_some("--workspace"))
        .args(arguments);
    // Superuser and any database: `#[sqlx::test]` makes one of its own for each test.
    command.env("DATABASE_URL", scratch.running().url("postgres"));
    if let Some(node) = &node {
        command.env("NODE_PATH", &node.packages);
    }
    let node = node.map(|node| node.program);
    let programs =
        [("redis-server", redis), ("weed", weed), ("node", node), ("chromium", chromium)];
    command.env("PATH", with_programs(&programs, scratch.folder())?);
    Ok(cargo::code(command.status()?))
}

/// Tests run programs by name; where one has another name, or lies elsewhere, a link is found by this one.
pub(crate) fn with_programs(
    programs: &[(&str, Option<PathBuf>)],
    scratch: &Path,
) -> io::Result<OsString> {
    let folder = scratch.join("bin");
    fs::create_dir(&folder)?;
    for (name, program) in programs {
        if let Some(program) = program {
            symlink(program, folder.join(name))?;
        }
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder).chain(env::split_paths(&path));
    env::join_paths(folders).map_err(io::Error::other)
}

/// Whether cargo was told itself what to test.
fn chooses_packages(arguments: &[OsString]) -> bool {
    let of_cargo = arguments.iter().take_while(|argument| *argument != "--");
    of_cargo.filter_map(|argument| argument.to_str()).any(|argument| {
        let long = ["--package", "--workspace", "--all", "--manifest-path"];
        let (name, _) = argument.split_once('=').unwrap_or((argument, ""));
        long.contains(&name) || argument.starts_with("-p")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chooses(words: &str) -> bool {
        let arguments: Vec<OsString> = words.split_whitespace().map(OsString::from).collect();
        chooses_packages(&arguments)
    }

    #[test]
    fn a_chosen_package_is_respected() {
        assert!(chooses("-p securevox-core -- name"));
        assert!(chooses("-psecurevox-core"));
        assert!(chooses("--release --package=securevox-core"));
    }

    #[test]
    fn words_for_the_tests_choose_nothing() {
        assert!(!chooses("name"));
        assert!(!chooses("name -- -p"));
    }
}
