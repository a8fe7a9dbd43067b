//! Figures, as a table for people and as JSON for machines.

use std::{fs, num::NonZero, path::Path, thread};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::load::Load;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PERCENTILES: [(&str, f64); 4] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)];

/// One thing that was measured, several times.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) runs: Vec<f64>,
}

impl Figure {
    /// Smallest, median and largest.
    fn summary(&self) -> [f64; 3] {
        let mut sorted = self.runs.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
        [at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1))]
    }

    fn to_json(&self) -> Value {
        let [min, median, max] = self.summary();
        json!({ "name": self.name, "unit": self.unit, "runs": self.runs, "min": min, "median": median, "max": max })
    }
}

/// What a benchmark brings.
pub(crate) enum Measured {
    Figures(Vec<Figure>),
    Loads(Vec<Load>),
}

/// A table for people.
#[expect(clippy::print_stdout, reason = "the result that was asked for")]
pub(crate) fn print(benchmark: &str, measured: &Measured) {
    println!("\nSecureVOX {VERSION}, {benchmark}\n");
    match measured {
        Measured::Figures(figures) => {
            println!("{:<36} {:>5} {:>9} {:>9} {:>9}", "", "runs", "min", "median", "max");
            for figure in figures {
                let [min, median, max] = figure.summary();
                let Figure { name, unit, runs } = figure;
                let count = runs.len();
                println!("{name:<36} {count:>5} {min:>9.1} {median:>9.1} {max:>9.1} {unit}");
            }
        }
        Measured::Loads(loads) => {
            println!(
                "{:<38} {:>3} {:>7} {:>6} {:>9} {:>7} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6}",
                "",
                "at",
                "done",
                "errors",
                "per s",
                "MB/s",
                "p50 ms",
                "p95",
                "p99",
                "max",
                "CPU s",
                "MiB"
            );
            for load in loads {
                let [p50, p95, p99, max] = PERCENTILES.map(|(_, part)| load.percentile(part));
                println!(
                    "{:<38} {:>3} {:>7} {:>6} {:>9.1} {:>7.1} {p50:>8.2} {p95:>8.2} {p99:>8.2} {max:>8.2} {:>6.2} {:>6.1}",
                    load.name,
                    load.at_once,
                    load.count(),
                    load.errors,
                    load.a_second(),
                    load.megabytes_a_second(),
                    load.cpu_seconds,
                    load.resident_mib,
                );
            }
            println!("\n{}", about_loads());
        }
    }
}

/// JSON for machines.
pub(crate) fn write(benchmark: &str, measured: &Measured, file: &Path) -> anyhow::Result<()> {
    let report = match measured {
        Measured::Figures(figures) => {
            let figures: Vec<Value> = figures.iter().map(Figure::to_json).collect();
            json!({ "benchmark": benchmark, "version": VERSION, "figures": figures })
        }
        Measured::Loads(loads) => {
            let loads: Vec<Value> = loads.iter().map(load_to_json).collect();
            let about = about_loads();
            json!({ "benchmark": benchmark, "version": VERSION, "about": about, "loads": loads })
        }
    };
    fs::write(file, format!("{report:#}\n")).with_context(|| format!("writing {}", file.display()))
}

/// Something that has to be known beside the result.
#[expect(clippy::print_stderr, reason = "beside the result that was asked for")]
pub(crate) fn note(words: &str) {
    eprintln!("note: {words}");
}

fn load_to_json(load: &Load) -> Value {
    let percentiles: Map<String, Value> = PERCENTILES
        .iter()
        .map(|(name, part)| ((*name).to_owned(), load.percentile(*part).into()))
        .collect();
    json!({
        "name": load.name, "at_once": load.at_once, "done": load.count(), "errors": load.errors,
        "per_second": load.a_second(), "megabytes_per_second": load.megabytes_a_second(),
        "milliseconds": percentiles, "server_cpu_seconds": load.cpu_seconds,
        "server_resident_mib": load.resident_mib,
    })
}

fn about_loads() -> String {
    let processors = thread::available_parallelism().map_or(0, NonZero::get);
    format!(
        "The load, the platform and its Postgres share the {processors} processors of this machine, so a platform alone does more.\nCPU and memory (resident, at the end) are those of the platform, Postgres apart."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let figure = Figure { name: "x", unit: "ms", runs: vec![3.0, 1.0, 2.0, 9.0, 4.0] };
        assert!(figure.summary().iter().zip([1.0, 3.0, 9.0]).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}
