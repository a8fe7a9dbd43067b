//! SQL stands in the stores, and a transaction begins where the pool is.

use super::{Source, Violation};

const HOMES: [&str; 5] = [
    "crates/core/src/auth/",
    "crates/core/src/jobs/",
    "crates/core/src/audit.rs",
    "crates/core/src/db.rs",
    "crates/testkit/",
];

/// The operator's commands have one connection of their own, and no pool.
const COMMANDS: &str = "crates/securevox/src/admin/";

const ASKS: &str = "SQL belongs in a store.rs";
const NESTS: &str =
    "begin a transaction on the pool `db`: who was given a connection works within its caller's";

pub(super) fn check(source: &Source) -> Vec<Violation> {
    if !source.is_rust() || source.is_test() {
        return Vec::new();
    }
    let code = source.production().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let found = code.filter_map(|(number, line)| {
        let words = if asks_database(line) && !is_home(source) {
            ASKS
        } else if begins_on_connection(line) && !source.path.starts_with(COMMANDS) {
            NESTS
        } else {
            return None;
        };
        Some(source.violation(number, words))
    });
    found.collect()
}

fn is_home(source: &Source) -> bool {
    source.file_name() == "store.rs"
        || source.folders().any(|folder| folder == "store")
        || HOMES.iter().any(|home| source.path.starts_with(home))
}

/// Whether one of sqlx' macros is called: `query!`, `query_as!`, `query_file_scalar!` …
fn asks_database(line: &str) -> bool {
    line.match_indices("query").any(|(start, _)| {
        let begins = !line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name = line[start..]
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default();
        let known = name == "query" || name.starts_with("query_");
        begins && known && line[start + name.len()..].starts_with("!(")
    })
}

/// Whether a transaction begins on anything but `db`.
fn begins_on_connection(line: &str) -> bool {
    line.match_indices(".begin().await").any(|(at, _)| {
        let name = line[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
        // A line that begins with the dot goes on from one that names it.
        name.is_some_and(|name| !name.is_empty() && name != "db")
    })
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    #[test]
    fn macros_are_known() {
        assert!(asks_database("sqlx::query!(\"select 1\")"));
        assert!(asks_database("let rows = query_file_as!(Row, \"a.sql\")"));
        assert!(!asks_database("let query = parse(\"a\")"));
        assert!(!asks_database("my_query!(1); if query != 1 {}"));
    }

    #[test]
    fn transactions_begin_on_the_pool() {
        let count = |path: &str, line: &str| check(&source(path, line)).len();
        let operation = "crates/api/src/accounts/create.rs";
        assert_eq!(count(operation, "let mut tx = app.db.begin().await?;"), 0);
        assert_eq!(count(operation, "let mut tx = db.begin().await?;"), 0);
        assert_eq!(count(operation, "let mut tx = conn.begin().await?;"), 1);
        assert_eq!(
            count("crates/securevox/src/admin/mod.rs", "let mut tx = conn.begin().await?;"),
            0
        );
    }

    #[test]
    fn only_stores_ask() {
        let asking = "fn f() {\n    sqlx::query!(\"select 1\");\n}\n";
        let count = |path: &str| check(&source(path, asking)).len();
        assert_eq!(count("crates/api/src/accounts/handlers.rs"), 1);
        assert_eq!(count("crates/api/src/accounts/store.rs"), 0);
        assert_eq!(count("crates/api/src/accounts/store/find.rs"), 0);
        assert_eq!(count("crates/core/src/jobs/take.rs"), 0);
        assert_eq!(count("crates/api/tests/it/accounts.rs"), 0);
    }
}
