//! `samples`: packages of your own against `aapt` and `apksigner`.

use std::{env, ffi::OsString};

use crate::{Outcome, cargo, install};

const TEST: &str = "inspect::compare::aapt_and_apksigner_say_the_same";

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    let [folder] = arguments else { return Err("name the folder of the packages".into()) };
    install::android_tools()?;
    let mut command = cargo::command();
    command.args(["test", "--package", "securevox-app-distribution", "--test", "it", "--"]);
    command.args(["--exact", TEST, "--ignored", "--nocapture"]);
    // The test runs in the folder of its crate.
    command.env("SECUREVOX_SAMPLES", env::current_dir()?.join(folder));
    Ok(cargo::code(command.status()?))
}
