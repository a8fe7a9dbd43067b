//! `securevox`: the whole platform in one process, and the operator's commands.

mod admin;
mod announce;
mod control;
mod database;
mod doctor;
mod migrate;
mod settings;
mod up;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use securevox_core::{config, process};

/// Self-hosted, end-to-end-encrypted messaging and calls, with app distribution of its own.
#[derive(Parser)]
#[command(version, propagate_version = true, after_help = config::describe(&settings::variables()))]
struct Arguments {
    /// The folder for everything that is kept on disk; the same as `SECUREVOX_DATA`.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all services on this machine, with a Postgres of their own unless one is configured.
    Up,
    /// Bring the database to the schema of this version.
    Migrate,
    /// Check the settings and what they lead to, and say what to do about what is wrong; changes nothing.
    Doctor,
    /// Act as the operator of this installation; needs access to its database.
    #[command(subcommand)]
    Admin(admin::Command),
}

fn main() -> ExitCode {
    let Arguments { data, command } = Arguments::parse();
    let done = match command {
        Command::Up => up::up(data.as_deref()),
        Command::Migrate => migrate::migrate(data.as_deref()),
        Command::Doctor => doctor::doctor(data.as_deref()),
        Command::Admin(command) => admin::run(data.as_deref(), command),
    };
    process::finish(done)
}
