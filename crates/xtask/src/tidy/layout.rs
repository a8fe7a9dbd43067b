//! Names and sizes of files.

use super::{Source, Violation, extension};

const LONGEST: usize = 400;

/// Drawers that never close.
const FORBIDDEN: [&str; 8] =
    ["utils", "util", "helpers", "common", "misc", "manager", "service", "types"];

pub(super) fn check(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    if source.is_rust() {
        let file = source.file_name().trim_end_matches(".rs");
        for name in source.folders().chain([file]).filter(|name| FORBIDDEN.contains(name)) {
            found.push(source.violation(1, format!("`{name}` says nothing: name what is in it")));
        }
        let lines = source.production().count();
        if lines > LONGEST && !source.is_test() {
            found.push(
                source.violation(
                    lines,
                    format!("{lines} lines without tests; {LONGEST} are the limit"),
                ),
            );
        }
    }
    if source.path.starts_with("migrations/") && extension(&source.path) == "sql" {
        found.extend(migration(source));
    }
    found
}

fn migration(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    if !is_migration_name(source.file_name()) {
        found.push(
            source.violation(1, "name migrations like 20260115093000_create_conversations.sql"),
        );
    }
    if !source.text.starts_with("-- ") {
        found.push(source.violation(1, "begin with a comment that says why"));
    }
    found
}

fn is_migration_name(name: &str) -> bool {
    let Some((time, words)) = name.trim_end_matches(".sql").split_once('_') else { return false };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    time.len() == 14
        && time.chars().all(|c| c.is_ascii_digit())
        && !words.is_empty()
        && words.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    fn count(path: &str, text: &str) -> usize {
        check(&source(path, text)).len()
    }

    #[test]
    fn names_that_say_nothing_are_found() {
        assert_eq!(count("crates/api/src/utils.rs", ""), 1);
        assert_eq!(count("crates/api/src/common/mod.rs", ""), 1);
        assert_eq!(count("crates/api/src/store.rs", ""), 0);
    }

    #[test]
    fn tests_do_not_count_as_lines() {
        let long = "x\n".repeat(LONGEST + 1);
        assert_eq!(count("crates/api/src/a.rs", &long), 1);
        assert_eq!(count("crates/api/tests/it/a.rs", &long), 0);
        assert_eq!(
            count("crates/api/src/a.rs", &format!("x\n\n#[cfg(test)]\nmod tests {{\n{long}}}")),
            0
        );
    }

    #[test]
    fn migrations_have_a_name_and_a_reason() {
        assert_eq!(
            count("migrations/20260115093000_create_accounts.sql", "-- Who may enter.\n"),
            0
        );
        assert_eq!(count("migrations/20260115093000_create_accounts.sql", "create table"), 1);
        assert_eq!(count("migrations/2026_create-accounts.sql", "create table"), 2);
    }
}
