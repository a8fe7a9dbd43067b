//! What `inspect` reads from packages, and what it answers to everything else.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

mod apks;
mod archives;
mod fuzz;
mod ipas;
mod make;
mod samples;

use std::io::Cursor;

use securevox_app_distribution::inspect::{InspectError, Package, Rejection, inspect};

/// The package in `bytes`.
fn accepted(bytes: &[u8]) -> Package {
    inspect(Cursor::new(bytes)).expect("the package is good")
}

/// Why the package in `bytes` is refused.
fn refused(bytes: &[u8]) -> Rejection {
    match inspect(Cursor::new(bytes)) {
        Err(InspectError::Rejected(rejection)) => rejection,
        other => panic!("expected a rejection, got {other:?}"),
    }
}
