//! Logs: `tracing` to standard error, as text on a terminal and as JSON elsewhere.
//!
//! A message reads well alone and its fields can be searched. Never logged: tokens,
//! passwords, e-mail and network addresses, contents.

use std::io::{self, IsTerminal as _};

use aws_lc_rs::digest;
use securevox_protocol::AccountId;
use tracing_subscriber::{EnvFilter, fmt};

use crate::{
    config::{LogFormat, Telemetry},
    hex::hex,
};

/// Notices are about migrations that are there, at every start. The S3 client at `debug` shows
/// signed requests. What an operator sets comes after and wins.
const QUIET: &str = "sqlx::postgres::notice=warn,aws_config=info,aws_credential_types=info,\
    aws_runtime=info,aws_sdk_s3=info,aws_sigv4=info,aws_smithy_http_client=info,\
    aws_smithy_runtime=info,aws_smithy_runtime_api=info";

/// Starts logging; call once. Fails if the filter cannot be read or logging has started already.
pub fn init(telemetry: &Telemetry) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", telemetry.log))
        .map_err(|error| anyhow::anyhow!("SECUREVOX_LOG is {:?}: {error}", telemetry.log))?;
    let format = telemetry.log_format.unwrap_or(if io::stderr().is_terminal() {
        LogFormat::Text
    } else {
        LogFormat::Json
    });
    let logs = fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        LogFormat::Text => logs.with_target(false).try_init(),
        LogFormat::Json => logs.json().flatten_event(true).with_current_span(false).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging cannot start: {error}"))
}

/// How an account appears in logs: the same account is the same word, and the word is not its id.
pub fn pseudonym(account: AccountId) -> String {
    let hash = digest::digest(&digest::SHA256, account.0.as_bytes());
    hex(&hash.as_ref()[..6])
}
