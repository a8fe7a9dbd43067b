//! Starts app distribution alone.

use std::process::ExitCode;

use securevox_app_distribution::Distribution;

fn main() -> ExitCode {
    securevox_core::process::main::<Distribution>()
}
