//! `cargo xtask bench <name>`: what the optimised platform does on this machine, seen from outside.
//!
//! One file per benchmark: it takes a [`platform::Site`], measures, and returns [`report::Figure`]s or
//! [`load::Load`]s.

mod http;
mod load;
mod platform;
mod report;
mod start;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::report::Measured;

/// Measures the release build of SecureVOX on this machine.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Write what was measured to this file too, as JSON.
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// How long `securevox up` takes until all services are ready, and the memory it keeps.
    Start(start::Start),
    /// How many requests a second the platform answers and how fast, from a load on this machine.
    Http(http::Http),
}

fn main() -> anyhow::Result<()> {
    let Arguments { json, benchmark } = Arguments::parse();
    let binary = platform::build()?;
    let (name, measured) = match benchmark {
        Benchmark::Start(start) => ("start", Measured::Figures(start.measure(&binary)?)),
        Benchmark::Http(http) => ("http", Measured::Loads(http.measure(&binary)?)),
    };
    report::print(name, &measured);
    match json {
        Some(file) => report::write(name, &measured, &file),
        None => Ok(()),
    }
}
