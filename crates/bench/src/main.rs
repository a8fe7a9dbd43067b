//! `cargo xtask bench <name>`: what the optimised platform does on this machine, seen from outside.
//!
//! One file per benchmark: it takes a [`platform::Site`], measures, and returns [`report::Figure`]s.

mod platform;
mod report;
mod start;

use clap::{Parser, Subcommand};

/// Measures the release build of SecureVOX on this machine.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Print JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// How long `securevox up` takes until all services are ready, and the memory it keeps.
    Start(start::Start),
}

fn main() -> anyhow::Result<()> {
    let Arguments { json, benchmark } = Arguments::parse();
    let binary = platform::build()?;
    let (name, figures) = match benchmark {
        Benchmark::Start(start) => ("start", start.measure(&binary)?),
    };
    report::print(name, &figures, json);
    Ok(())
}
