//! `cargo xtask bench <name>`: what the optimised platform does on this machine, seen from outside.
//!
//! One file per benchmark: it takes a [`platform::Site`], measures, and returns [`report::Figure`]s or
//! [`load::Load`]s.

mod distribution;
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
    /// How fast packages are read, sent and fetched, and pages with many builds and testers.
    Distribution(distribution::Distribution),
    /// What `distribution` starts to read one package.
    #[command(hide = true)]
    Inspect(distribution::Inspect),
}

fn main() -> anyhow::Result<()> {
    let Arguments { json, benchmark } = Arguments::parse();
    if let Benchmark::Inspect(inspect) = &benchmark {
        return inspect.run();
    }
    let binary = platform::build()?;
    let (name, measured) = match benchmark {
        Benchmark::Start(start) => ("start", Measured::Figures(start.measure(&binary)?)),
        Benchmark::Http(http) => ("http", Measured::Loads(http.measure(&binary)?)),
        Benchmark::Distribution(distribution) => {
            ("distribution", Measured::Loads(distribution.measure(&binary)?))
        }
        Benchmark::Inspect(_) => unreachable!("it has returned"),
    };
    report::print(name, &measured);
    match json {
        Some(file) => report::write(name, &measured, &file),
        None => Ok(()),
    }
}
