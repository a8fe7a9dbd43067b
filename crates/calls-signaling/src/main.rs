//! Starts the service alone.

use std::process::ExitCode;

use securevox_calls_signaling::CallsSignaling;

fn main() -> ExitCode {
    securevox_core::process::main::<CallsSignaling>()
}
