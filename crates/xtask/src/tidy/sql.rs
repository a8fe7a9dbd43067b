//! SQL stands in the stores.

use super::{Source, Violation};

const HOMES: [&str; 5] = [
    "crates/core/src/auth/",
    "crates/core/src/jobs/",
    "crates/core/src/audit.rs",
    "crates/core/src/db.rs",
    "crates/testkit/",
];

pub(super) fn check(source: &Source) -> Vec<Violation> {
    if !source.is_rust() || is_home(source) {
        return Vec::new();
    }
    let code = source.production().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let asking = code.filter(|(_, line)| asks_database(line));
    asking.map(|(number, _)| source.violation(number, "SQL belongs in a store.rs")).collect()
}

fn is_home(source: &Source) -> bool {
    source.file_name() == "store.rs"
        || source.folders().any(|folder| folder == "store")
        || source.is_test()
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
