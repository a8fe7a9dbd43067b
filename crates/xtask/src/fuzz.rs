//! `fuzz`: libFuzzer on the targets of `crates/fuzz`, with the stable compiler.
//!
//! Guided by coverage of the crates that read packages alone: they are compiled with the
//! instruments of LLVM by putting ourselves in front of rustc, all else is as `cargo build` left it.

use std::{
    env,
    error::Error,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode, ExitStatus},
};

use crate::{Outcome, cargo, install};

/// Says that we stand in front of rustc.
const IN_FRONT: &str = "SECUREVOX_XTASK_INSTRUMENT";
const INSTRUMENTED: [&str; 2] = ["securevox_app_distribution", "securevox_fuzz"];
const INSTRUMENTS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];
const SECONDS: u32 = 60;
/// For one input; what is read of a file is bounded far below.
const LIMITS: [&str; 4] =
    ["-timeout=5", "-rss_limit_mb=512", "-max_len=131072", "-print_final_stats=1"];

/// Compiles as rustc would, with instruments where they are wanted.
pub(crate) fn rustc(arguments: &[OsString]) -> Option<Outcome> {
    env::var_os(IN_FRONT)?;
    let (rustc, arguments) = arguments.split_first()?;
    let mut command = Command::new(rustc);
    command.args(arguments);
    let mut pairs = arguments.windows(2);
    let named = pairs.find(|two| two[0] == "--crate-name").map(|two| &two[1]);
    if named.is_some_and(|name| INSTRUMENTED.iter().any(|one| name == one)) {
        command.args(INSTRUMENTS);
    }
    Some(command.status().map(cargo::code).map_err(Into::into))
}

pub(crate) fn run(arguments: &[OsString]) -> Outcome {
    let wanted = Wanted::read(arguments)?;
    install::cxx()?;
    let program = build()?;
    let folder = cargo::target()?.join("fuzz");
    let seeded = Command::new(&program).env("SECUREVOX_FUZZ_SEEDS", &folder).status()?;
    if !seeded.success() {
        return Ok(cargo::code(seeded));
    }
    let mut code = ExitCode::SUCCESS;
    for target in wanted.targets(&folder)? {
        println!("xtask: {} for {} s", target.display(), wanted.seconds);
        let status = fuzz(&program, &folder, &target, wanted.seconds)?;
        if !status.success() {
            code = cargo::code(status);
        }
    }
    Ok(code)
}

struct Wanted {
    target: Option<OsString>,
    seconds: u32,
}

impl Wanted {
    fn read(arguments: &[OsString]) -> Result<Self, Box<dyn Error>> {
        let mut wanted = Self { target: None, seconds: SECONDS };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "--seconds" {
                let seconds = rest.next().and_then(|seconds| seconds.to_str()?.parse().ok());
                wanted.seconds = seconds.ok_or("--seconds takes a number")?;
            } else if wanted.target.replace(argument.clone()).is_some() {
                return Err("name one target, or none for all".into());
            }
        }
        Ok(wanted)
    }

    /// The one that was asked for, or all for which there are seeds.
    fn targets(&self, folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            // What was found lies beside.
            if entry.file_type()?.is_dir() {
                all.push(PathBuf::from(entry.file_name()));
            }
        }
        all.sort();
        let Some(target) = &self.target else { return Ok(all) };
        if all.iter().any(|name| name == target) {
            return Ok(vec![target.into()]);
        }
        let names: Vec<_> = all.iter().map(|name| name.display().to_string()).collect();
        Err(format!("there is no such target; there are {}", names.join(", ")).into())
    }
}

/// Builds the targets into the ordinary folder, beside what is there.
fn build() -> Result<PathBuf, Box<dyn Error>> {
    let mut command = cargo::command();
    command.args(["build", "--package", "securevox-fuzz", "--features", "libfuzzer"]);
    command.args(["--bin", "securevox-fuzz"]);
    for name in INSTRUMENTED {
        let name = name.replace('_', "-");
        command.args(["--config", &format!("profile.dev.package.{name}.opt-level=2")]);
    }
    command.env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?).env(IN_FRONT, "");
    if !command.status()?.success() {
        return Err("the targets could not be built".into());
    }
    Ok(cargo::built("securevox-fuzz", "debug")?)
}

/// What was learned stays in the folder for the next time, and so does what is at fault.
fn fuzz(program: &Path, folder: &Path, target: &Path, seconds: u32) -> io::Result<ExitStatus> {
    let corpus = folder.join(target);
    let mut command = Command::new(program);
    command.args(LIMITS).arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}-", corpus.display())).arg(&corpus);
    command.env("SECUREVOX_FUZZ", target).env_remove("SECUREVOX_FUZZ_SEEDS").status()
}
