//! `up`: the whole platform from a fresh clone.

use std::{ffi::OsString, os::unix::process::CommandExt, process::Command};

use crate::{Outcome, cargo, install};

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    let (release, arguments) = match arguments {
        [first, rest @ ..] if first == "--release" => (true, rest),
        all => (false, all),
    };
    install::postgres()?;
    let mut build = cargo::command();
    build.args(["build", "--package", "securevox"]).args(release.then_some("--release"));
    let status = build.status()?;
    if !status.success() {
        return Ok(cargo::code(status));
    }
    let platform = cargo::built("securevox", if release { "release" } else { "debug" })?;
    // We become the platform: who kills this process kills it, and not a parent that would leave it alone.
    let error = Command::new(&platform).arg("up").args(arguments).exec();
    Err(format!("{} could not be run: {error}", platform.display()).into())
}
