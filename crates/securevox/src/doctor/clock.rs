//! The clock of this machine, by which tokens and sessions end.

use chrono::{NaiveDateTime, Utc};
use securevox_core::db::MIGRATOR;

use super::Report;

const SUBJECT: &str = "clock";

pub(super) fn check(report: &mut Report) {
    let now = Utc::now();
    match newest_migration() {
        Some(made) if now.naive_utc() < made => report.fail(
            SUBJECT,
            format!(
                "this machine believes it is {}, which is before this version was made ({made} UTC): let it ask a time server (`timedatectl set-ntp true`)",
                now.format("%F %T UTC"),
            ),
        ),
        _ => report.ok(SUBJECT, now.format("%F %T UTC")),
    }
}

/// Migrations are named after the moment they were made at.
fn newest_migration() -> Option<NaiveDateTime> {
    let newest = MIGRATOR.iter().map(|migration| migration.version).max()?;
    NaiveDateTime::parse_from_str(&newest.to_string(), "%Y%m%d%H%M%S").ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn migrations_tell_when_this_version_was_made() {
        assert!(super::newest_migration().is_some());
    }
}
