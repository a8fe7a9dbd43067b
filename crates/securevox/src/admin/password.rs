//! A password from standard input.

use std::io::{self, IsTerminal as _};

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use securevox_api::accounts::check_password;
use securevox_core::{Error, Result, extract::Checks};

/// The first line of standard input; asked for, without echo, on a terminal.
pub(super) fn read() -> Result<SecretString> {
    let line = if io::stdin().is_terminal() {
        rpassword::prompt_password("Password: ").context("reading the password")?
    } else {
        let mut line = String::new();
        io::stdin().read_line(&mut line).context("reading the password from standard input")?;
        line
    };
    let password = SecretString::from(line.trim_end_matches(['\r', '\n']));
    if password.expose_secret().is_empty() {
        let words =
            "no password on standard input: try `echo 'a long password' | securevox admin …`";
        return Err(Error::Internal(anyhow::anyhow!(words)));
    }
    let mut checks = Checks::default();
    check_password(&mut checks, password.expose_secret(), "password");
    checks.finish()?;
    Ok(password)
}
