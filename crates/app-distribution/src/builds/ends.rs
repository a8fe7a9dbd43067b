//! When a build ends, as people and programs write it.

use chrono::{DateTime, Datelike as _, NaiveDateTime, Utc};

/// As browsers send it, in UTC; with or without seconds.
const TYPED: [&str; 2] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];

/// What is said of an end that no calendar of ours has.
pub(super) const UNKNOWN: &str = "must be of the years 1970 to 9999";

/// What a field for date and time holds, or a time as the API writes it.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    let typed = |format| NaiveDateTime::parse_from_str(text, format).ok();
    match TYPED.into_iter().find_map(typed) {
        Some(end) => Some(end.and_utc()),
        None => DateTime::parse_from_rfc3339(text).ok().map(|end| end.to_utc()),
    }
}

/// As a field for date and time takes it.
pub(crate) fn typed(end: DateTime<Utc>) -> String {
    end.format(TYPED[0]).to_string()
}

pub(super) fn is_known(end: DateTime<Utc>) -> bool {
    (1970..=9999).contains(&end.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_as_they_are_written() {
        let end = read("2026-12-31T18:00:00Z").unwrap();
        for same in ["2026-12-31T18:00", "2026-12-31T18:00:00", "2026-12-31T20:00:00+02:00"] {
            assert_eq!(read(same), Some(end), "{same}");
        }
        assert_eq!(read(&typed(end)), Some(end));
        for wrong in ["", "tomorrow", "2026-12-31", "18:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(is_known(end) && !is_known(read("1500-01-01T00:00").unwrap()));
    }
}
