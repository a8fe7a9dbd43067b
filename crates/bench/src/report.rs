//! Figures, as a table for people and as JSON for machines.

use serde_json::{Value, json};

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

#[expect(clippy::print_stdout, reason = "the result that was asked for")]
pub(crate) fn print(benchmark: &str, figures: &[Figure], json: bool) {
    let version = env!("CARGO_PKG_VERSION");
    if json {
        let figures: Vec<Value> = figures.iter().map(Figure::to_json).collect();
        let report = json!({ "benchmark": benchmark, "version": version, "figures": figures });
        println!("{report}");
        return;
    }
    println!("\nSecureVOX {version}, {benchmark}\n");
    println!("{:<36} {:>5} {:>9} {:>9} {:>9}", "", "runs", "min", "median", "max");
    for figure in figures {
        let [min, median, max] = figure.summary();
        let Figure { name, unit, runs } = figure;
        let count = runs.len();
        println!("{name:<36} {count:>5} {min:>9.1} {median:>9.1} {max:>9.1} {unit}");
    }
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
