//! `securevox admin`: the operator's acts, on the database of this installation.

mod accounts;
mod keys;
mod password;
mod sso;
mod tokens;

use std::{path::Path, time::Duration};

use clap::Subcommand;
use securevox_core::{Error, bus::Bus, config::LogFormat, process, tasks::Tasks, telemetry};
use securevox_protocol::Problem;
use sqlx::Connection as _;

use crate::{
    control,
    database::{self, Database},
    settings::{self, Settings},
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make an account; its password, if people have any here, is read from standard input.
    CreateAccount(accounts::Create),
    /// Set the password of an account, read from standard input; ends all its sessions.
    SetPassword(accounts::SetPassword),
    /// Print a link that signs in to an account, once, within an hour: for whoever is locked out.
    SignInLink(sso::SignInLink),
    /// Let a person of the OpenID provider sign in to an account.
    LinkIdentity(sso::Identity),
    /// Let a person of the OpenID provider sign in to an account no more.
    UnlinkIdentity(sso::Identity),
    /// Make an API token for CI and print it, alone.
    CreateToken(tokens::Create),
    /// Let a new key sign access tokens; those signed before stay valid until they expire.
    RotateKeys,
}

/// Runs one command on the configured database, that of a running `up`, or the one in the data folder.
pub(crate) fn run(data: Option<&Path>, command: Command) -> anyhow::Result<()> {
    let mut settings = settings::read(data)?;
    // What a command prints is its result: only warnings join it, on standard error.
    "warn".clone_into(&mut settings.common.telemetry.log);
    settings.common.telemetry.log_format = Some(LogFormat::Text);
    telemetry::init(&settings.common.telemetry)?;
    let database = Database::open(&settings)?;
    let done = process::runtime()?.block_on(act(&database.url, &settings, command));
    database.close();
    let text = done?;
    if let Ok(folder) = settings.common.data_folder() {
        control::tell(&folder);
    }
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    {
        println!("{text}");
    }
    Ok(())
}

async fn act(url: &str, settings: &Settings, command: Command) -> anyhow::Result<String> {
    let mut conn = database::connect(url).await?;
    securevox_core::db::check_schema(&mut conn).await?;
    let mut tx = conn.begin().await?;
    let text = match command {
        Command::CreateAccount(command) => command.run(&mut tx, settings).await,
        Command::SetPassword(command) => command.run(&mut tx, settings).await,
        Command::SignInLink(command) => command.run(&mut tx, settings).await,
        Command::LinkIdentity(command) => command.link(&mut tx, settings).await,
        Command::UnlinkIdentity(command) => command.unlink(&mut tx, settings).await,
        Command::CreateToken(command) => command.run(&mut tx, settings).await,
        Command::RotateKeys => keys::rotate(&mut tx, settings).await,
    };
    let text = text.map_err(in_words)?;
    tx.commit().await?;
    if settings.common.redis.url.is_some() {
        let tasks = Tasks::default();
        Bus::connect(&settings.common.redis, &tasks).await?.raise_gap().await;
        tasks.stop(Duration::from_secs(1)).await;
    }
    conn.close().await?;
    Ok(text)
}

/// A problem as a sentence for a terminal.
fn in_words(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(error) => error,
        Error::Problem(problem) => {
            let Problem { title, detail, errors, .. } = *problem;
            let mut words = title.into_owned();
            if let Some(detail) = detail {
                words.extend([": ", &detail]);
            }
            for error in errors {
                let field = error.pointer.trim_start_matches("#/").replace('_', "-");
                words.extend(["\n  --", &field, " ", &error.detail]);
            }
            anyhow::Error::msg(words)
        }
    }
}
