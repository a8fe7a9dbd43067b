//! Starts the REST API alone.

use std::process::ExitCode;

use securevox_api::Api;

fn main() -> ExitCode {
    securevox_core::process::main::<Api>()
}
