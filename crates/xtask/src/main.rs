//! `cargo xtask …`: what developers do every day, one file per command.
//!
//! Only std and `securevox-embedded`, so that a fresh machine has it built within seconds.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

mod bench;
mod cargo;
mod fuzz;
mod install;
mod samples;
mod sqlx;
mod test;
mod tidy;
mod up;
mod verify_deploy;

use std::{env, error::Error, ffi::OsString, process::ExitCode};

const HELP: &str = "\
cargo xtask <command>

  up [--release] [args…]    install what is missing, build, and run the whole platform (`securevox up`)
  test [args…]              install what is missing, start a private Postgres, and run `cargo test`
  tidy                      check the rules of the house that no other tool knows
  sqlx [--check]            check all SQL against the migrations, and refresh (or compare) `.sqlx`
  bench <name> [args…]      run a benchmark of `securevox-bench`
  fuzz [target] [--seconds N]
                            fuzz what reads files of strangers, one target or all, 60 seconds each
  samples <folder>          read every package in a folder, and compare with Android's own tools
  verify-deploy [args…]     lint what deploys the platform, and go through the real Traefik";

/// The error is for a person; the exit code is passed on from the program that we ran.
type Outcome = Result<ExitCode, Box<dyn Error>>;

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if let Some(outcome) = fuzz::rustc(&arguments) {
        return outcome.unwrap_or(ExitCode::FAILURE);
    }
    let command = if arguments.is_empty() { OsString::new() } else { arguments.remove(0) };
    let outcome = match command.to_str().unwrap_or_default() {
        "up" => up::run(&arguments),
        "test" => test::run(&arguments),
        "tidy" => tidy::run(),
        "sqlx" => sqlx::run(&arguments),
        "bench" => bench::run(&arguments),
        "samples" => samples::run(&arguments),
        "fuzz" => fuzz::run(&arguments),
        "verify-deploy" => verify_deploy::run(&arguments),
        "help" | "-h" | "--help" => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error}");
        ExitCode::FAILURE
    })
}
