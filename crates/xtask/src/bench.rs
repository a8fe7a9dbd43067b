//! `bench`: the benchmarks, always with optimisation.

use std::{env, ffi::OsString, fs, process};

use crate::{Outcome, cargo, install, test};

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    let mut command = cargo::command();
    command.args(["run", "--release", "--package", "securevox-bench", "--"]).args(arguments);
    // Two copies need one to hear of each other.
    let scratch = env::temp_dir().join(format!("securevox-bench-programs-{}", process::id()));
    fs::create_dir(&scratch)?;
    let path = test::with_programs(&[("redis-server", install::redis())], &scratch)?;
    let status = command.env("PATH", path).status();
    fs::remove_dir_all(&scratch)?;
    Ok(cargo::code(status?))
}
