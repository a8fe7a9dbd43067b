//! Who may depend on whom.

use super::{Source, Violation, numbered};

const SERVICES: [&str; 4] = ["api", "calls-signaling", "notifier", "app-distribution"];

/// Floors below the services.
const BELOW: [&str; 4] = ["protocol", "mls", "core", "client"];

/// All that `protocol` needs to be words, and nothing that does anything.
const OF_PROTOCOL: [&str; 5] = ["serde", "serde_json", "uuid", "chrono", "url"];
const OF_PROTOCOL_IF_ASKED: [&str; 2] = ["sqlx", "utoipa"];

/// Crates by which I/O would come into `mls`.
const DOES_IO: [&str; 8] =
    ["tokio", "sqlx", "axum", "reqwest", "hyper", "redis", "securevox-core", "securevox-client"];

struct Dependency<'a> {
    line: usize,
    name: &'a str,
    optional: bool,
    for_tests: bool,
}

pub(super) fn check(source: &Source) -> Vec<Violation> {
    let parts: Vec<&str> = source.path.split('/').collect();
    let ["crates", folder, "Cargo.toml"] = parts[..] else { return Vec::new() };
    let mut found = Vec::new();
    if !wears_lints(&source.text) {
        found.push(source.violation(1, "add `[lints]` with `workspace = true`"));
    }
    for dependency in dependencies(&source.text) {
        if let Some(words) = objection(folder, &dependency) {
            found
                .push(source.violation(dependency.line, format!("`{}`: {words}", dependency.name)));
        }
    }
    found
}

fn objection(folder: &str, dependency: &Dependency<'_>) -> Option<&'static str> {
    let Dependency { name, optional, for_tests, .. } = *dependency;
    let is_service = name.strip_prefix("securevox-").is_some_and(|name| SERVICES.contains(&name));
    if is_service && SERVICES.contains(&folder) {
        return Some("a service never depends on a service");
    }
    if for_tests {
        return None;
    }
    if is_service && BELOW.contains(&folder) {
        return Some("nothing below the services knows them");
    }
    if folder == "protocol" && !OF_PROTOCOL.contains(&name) {
        let allowed = optional && OF_PROTOCOL_IF_ASKED.contains(&name);
        return (!allowed).then_some("protocol is serde types only");
    }
    (folder == "mls" && DOES_IO.contains(&name)).then_some("mls does no I/O")
}

fn wears_lints(manifest: &str) -> bool {
    let mut sections = manifest.split("\n[");
    sections.any(|section| {
        section.starts_with("lints]") && section.lines().any(|line| line == "workspace = true")
    })
}

/// Enough of TOML for manifests as we write them: one line each, or a table each.
fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found: Vec<Dependency<'_>> = Vec::new();
    let mut section = "";
    for (line, content) in numbered(manifest) {
        if let Some(header) = content.strip_prefix('[') {
            section = header.trim_end().trim_end_matches(']');
            if let Some((kind, name)) = section.rsplit_once("dependencies.") {
                let for_tests = kind.ends_with("dev-");
                found.push(Dependency { line, name, optional: false, for_tests });
            }
        } else if section.contains("dependencies.") {
            let last = found.last_mut().expect("its header was added");
            last.optional |= content.replace(' ', "") == "optional=true";
        } else if section.ends_with("dependencies")
            && let Some((key, value)) =
                content.split_once('=').filter(|_| !content.starts_with('#'))
        {
            let name = key.trim().split('.').next().unwrap_or_default();
            let optional = value.replace(' ', "").contains("optional=true");
            found.push(Dependency {
                line,
                name,
                optional,
                for_tests: section.ends_with("dev-dependencies"),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    fn found(folder: &str, manifest: &str) -> Vec<usize> {
        let manifest = format!("{manifest}\n[lints]\nworkspace = true\n");
        let source = source(&format!("crates/{folder}/Cargo.toml"), &manifest);
        check(&source).iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn services_are_apart() {
        assert_eq!(found("api", "[dependencies]\nsecurevox-core.workspace = true"), []);
        assert_eq!(found("api", "[dependencies]\nsecurevox-notifier.workspace = true"), [2]);
        assert_eq!(
            found("api", "[dev-dependencies]\nsecurevox-notifier = { workspace = true }"),
            [2]
        );
        assert_eq!(found("api", "[dependencies.securevox-notifier]\nworkspace = true"), [1]);
        assert_eq!(found("securevox", "[dependencies]\nsecurevox-api.workspace = true"), []);
        assert_eq!(found("client", "[dependencies]\nsecurevox-api.workspace = true"), [2]);
        assert_eq!(found("client", "[dev-dependencies]\nsecurevox-api.workspace = true"), []);
    }

    #[test]
    fn protocol_is_words() {
        let sqlx = "sqlx = { workspace = true, optional = true }";
        assert_eq!(
            found("protocol", &format!("[dependencies]\nserde.workspace = true\n{sqlx}")),
            []
        );
        assert_eq!(found("protocol", "[dependencies]\nsqlx.workspace = true"), [2]);
        assert_eq!(found("protocol", "[dependencies]\ntokio.workspace = true"), [2]);
        assert_eq!(found("protocol", "[dev-dependencies]\ntokio.workspace = true"), []);
        assert_eq!(found("protocol", "[dependencies.sqlx]\nworkspace = true"), [1]);
        assert_eq!(found("protocol", "[dependencies.sqlx]\nworkspace = true\noptional = true"), []);
    }

    #[test]
    fn mls_does_no_io() {
        assert_eq!(found("mls", "[dependencies]\n# tokio = \"1\"\ntokio.workspace = true"), [3]);
        assert_eq!(found("mls", "[dev-dependencies]\ntokio.workspace = true"), []);
    }

    #[test]
    fn lints_are_worn() {
        let bare = source("crates/api/Cargo.toml", "[package]\nname = \"x\"\n");
        assert_eq!(check(&bare).len(), 1);
    }
}
