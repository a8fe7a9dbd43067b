//! `bench`: the benchmarks, always with optimisation.

use std::ffi::OsString;

use crate::{Outcome, cargo};

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    let mut command = cargo::command();
    command.args(["run", "--release", "--package", "securevox-bench", "--"]).args(arguments);
    Ok(cargo::code(command.status()?))
}
