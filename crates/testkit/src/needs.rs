//! Programs of others that some tests need.

use std::env;

use crate::node::skipped;

/// Whether one of these programs is not in the `PATH`, which is then said aloud.
pub fn lacks(programs: &[&str]) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_there = |program: &&&str| env::split_paths(&path).any(|at| at.join(program).is_file());
    let Some(missing) = programs.iter().find(|program| !is_there(program)) else { return false };
    skipped(&format!("there is no `{missing}` in the PATH"));
    true
}
