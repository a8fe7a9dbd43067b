//! Starts the service alone.

use std::process::ExitCode;

use securevox_notifier::Notifier;

fn main() -> ExitCode {
    securevox_core::process::main::<Notifier>()
}
