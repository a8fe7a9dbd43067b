//! `securevox doctor`: looks at the settings and at what they lead to, and changes nothing.
//!
//! A check is a file: it tells the [`Report`] one line for each thing it looked at, and with
//! whatever is wrong what to do about it.

mod clock;
mod data;
mod keys;
mod mail;
mod ports;
mod postgres;
mod redis;
mod s3;
mod sso;
mod store;
mod urls;

use std::{fmt::Display, path::Path, time::Duration};

use securevox_core::{
    config::{self, Variable},
    process,
};

use crate::settings::{self, Settings};

/// How long one answer from the network may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Prints what is found, line by line, and counts.
#[derive(Default)]
struct Report {
    ok: usize,
    warned: usize,
    failed: usize,
}

impl Report {
    fn ok(&mut self, subject: &str, words: impl Display) {
        self.ok += 1;
        print("ok", subject, words);
    }

    /// Something may go wrong, or could not be looked at.
    fn warn(&mut self, subject: &str, words: impl Display) {
        self.warned += 1;
        print("warn", subject, words);
    }

    /// It will not work like this.
    fn fail(&mut self, subject: &str, words: impl Display) {
        self.failed += 1;
        print("FAIL", subject, words);
    }

    fn finish(self) -> anyhow::Result<()> {
        let Self { ok, warned, failed } = self;
        anyhow::ensure!(failed == 0, "{failed} FAIL, {warned} warn, {ok} ok: each says what to do");
        Ok(())
    }
}

/// One line, whatever the words were taken from.
fn print(verdict: &str, subject: &str, words: impl Display) {
    let words = words.to_string();
    let words: Vec<&str> = words.split_whitespace().collect();
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    {
        println!("{verdict:<4}  {subject:<8}  {}", words.join(" "));
    }
}

/// Checks everything; fails if something will not work.
pub(crate) fn doctor(data: Option<&Path>) -> anyhow::Result<()> {
    let mut report = Report::default();
    tell_unknown(&mut report);
    match settings::read(data) {
        Ok(settings) => {
            report.ok("settings", "all of them can be read");
            process::runtime()?.block_on(look(&settings, &mut report));
        }
        Err(config::Faults(faults)) => {
            for fault in faults {
                report.fail("settings", fault);
            }
            report.warn("settings", "all else can be checked when they are right");
        }
    }
    report.finish()
}

async fn look(settings: &Settings, report: &mut Report) {
    clock::check(report);
    data::check(settings, report);
    let mut conn = postgres::check(settings, report).await;
    keys::check(settings, conn.as_mut(), report).await;
    redis::check(settings, report).await;
    s3::check(settings, report).await;
    urls::check(settings, report).await;
    mail::check(settings, report).await;
    sso::check(settings, report).await;
    ports::check(settings, report).await;
}

/// What begins with our prefix and means nothing: a typing mistake, or a setting of another version.
fn tell_unknown(report: &mut Report) {
    let sections = settings::variables();
    let known = |name: &str| {
        let name = name.trim_start_matches(config::PREFIX);
        let plain = name.strip_suffix("_FILE").unwrap_or(name);
        let mut variables = sections.iter().copied().flatten();
        variables.any(|Variable { name: known, .. }| *known == name || *known == plain)
    };
    for name in config::names_in_process().iter().filter(|name| !known(name)) {
        report.warn(
            "settings",
            format!("{name} means nothing to this version: `securevox --help` lists what does"),
        );
    }
}
