//! What `docker compose config` does not see: that secrets which are named are there, that no
//! setting of the example is without effect, and that nobody but the proxy is reached from outside.

use std::collections::BTreeSet;

const MOUNTED: &str = "/run/secrets/";
/// The only service that publishes ports.
const PROXY: &str = "traefik";

/// Everything that is wrong with a compose file and the example of its settings.
pub(super) fn faults(compose: &str, example: &str) -> Vec<String> {
    let declared = names_below("secrets", compose);
    let mut found = Vec::new();
    for (service, lines) in services(compose) {
        let granted = granted(&lines);
        for name in mounted(&lines) {
            if !declared.contains(name) {
                found.push(format!("{service} reads the secret {name}, which is not declared"));
            }
            if !granted.contains(name) {
                found.push(format!("{service} reads the secret {name}, which it is not given"));
            }
        }
        if service != PROXY && lines.iter().any(|line| line.trim() == "ports:") {
            found.push(format!("{service} publishes ports"));
        }
        if lines.iter().any(|line| line.contains("docker.sock")) {
            found.push(format!("{service} has Docker's socket"));
        }
    }
    for name in example.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name) {
        if !name.starts_with('#') && !compose.contains(&format!("${{{name}")) {
            found.push(format!("the example sets {name}, which means nothing"));
        }
    }
    found
}

/// The names one level below a key at the left margin.
fn names_below<'a>(key: &str, text: &'a str) -> BTreeSet<&'a str> {
    let lines = text.lines().skip_while(|line| line.trim_end() != format!("{key}:")).skip(1);
    let within = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    within.filter_map(name_of_level).collect()
}

/// `name` of `  name:`.
fn name_of_level(line: &str) -> Option<&str> {
    let name = line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '#']))?;
    name.split(':').next()
}

/// Each service with its lines, comments excepted.
fn services(text: &str) -> Vec<(&str, Vec<&str>)> {
    let lines = text.lines().skip_while(|line| *line != "services:").skip(1);
    let within = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in within.filter(|line| !line.trim_start().starts_with('#')) {
        if let Some(name) = name_of_level(line) {
            found.push((name, Vec::new()));
        } else if let Some((_, lines)) = found.last_mut() {
            lines.push(line);
        }
    }
    found
}

/// The secrets that the settings `…_FILE` lead to.
fn mounted<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let settings = lines.iter().filter_map(|line| line.trim().split_once("_FILE: "));
    settings.filter_map(|(_, path)| path.trim().strip_prefix(MOUNTED)).collect()
}

/// `secrets: [one, another]`, as our files write it.
fn granted<'a>(lines: &[&'a str]) -> BTreeSet<&'a str> {
    let lists = lines.iter().filter_map(|line| line.trim().strip_prefix("secrets: ["));
    lists.flat_map(|list| list.trim_end_matches(']').split(',').map(str::trim)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: &str = "\
services:
  traefik:
    ports:
      - \"443:443\"
  platform:
    environment:
      SECUREVOX_SECRET_KEY_FILE: /run/secrets/key
      SECUREVOX_LOG: ${LOG:-info}
    secrets: [key, other]

secrets:
  # Of the platform.
  key:
    file: ./key
";

    #[test]
    fn a_good_file_has_no_faults() {
        assert_eq!(faults(WELL, "# of the log\nLOG=info\n"), [""; 0]);
    }

    #[test]
    fn a_secret_must_be_declared_and_given() {
        let undeclared = WELL.replace("\n  key:\n", "\n  kye:\n");
        let said = faults(&undeclared, "");
        assert_eq!(said, ["platform reads the secret key, which is not declared"]);
        let withheld = WELL.replace("[key, other]", "[other]");
        assert_eq!(faults(&withheld, ""), ["platform reads the secret key, which it is not given"]);
    }

    #[test]
    fn the_proxy_alone_is_reached() {
        let open = WELL.replace("    secrets: [", "    ports:\n      - 8080:8080\n    secrets: [");
        assert_eq!(faults(&open, ""), ["platform publishes ports"]);
        let socket =
            WELL.replace("    ports:", "    volumes: [/var/run/docker.sock:/x]\n    ports:");
        assert_eq!(faults(&socket, ""), ["traefik has Docker's socket"]);
    }

    #[test]
    fn a_setting_means_something() {
        assert_eq!(faults(WELL, "LEVEL=info"), ["the example sets LEVEL, which means nothing"]);
    }
}
