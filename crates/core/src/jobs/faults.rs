//! Work on many things, of which one that fails must not stop the others.

use crate::{Error, Result};

/// What went wrong with some of them.
#[derive(Debug, Default)]
pub struct Faults(Option<Error>);

impl Faults {
    /// Notes how it went with one of them; what came of it if it went well.
    pub fn note<T>(&mut self, outcome: Result<T>) -> Option<T> {
        match outcome {
            Ok(done) => return Some(done),
            // The first is told at the end, and logged by whoever is told.
            Err(error) if self.0.is_none() => self.0 = Some(error),
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "one of many was not done");
            }
        }
        None
    }

    /// The first thing that went wrong.
    pub fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fault_is_told_when_all_is_done() {
        let mut faults = Faults::default();
        let outcomes = [Ok(1), Err("first"), Ok(2), Err("second")];
        let done: Vec<i32> = outcomes
            .into_iter()
            .filter_map(|outcome| {
                faults.note(outcome.map_err(|words| anyhow::anyhow!(words).into()))
            })
            .collect();
        assert_eq!(done, [1, 2]);
        assert_eq!(faults.finish().unwrap_err().to_string(), "first");
        assert!(Faults::default().finish().is_ok());
    }
}
