//! What no line of any file may have.

use super::{Source, Violation, numbered};

/// In two parts, or this file would break the rule itself.
const MARK: &str = concat!("TO", "DO");

pub(super) fn check(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    for (number, line) in numbered(&source.text) {
        if line.ends_with([' ', '\t']) {
            found.push(source.violation(number, "trailing whitespace"));
        }
        if line.contains(MARK) && !names_an_issue(line) {
            found.push(
                source
                    .violation(number, format!("{MARK} without the number of its issue (`#123`)")),
            );
        }
    }
    found
}

fn names_an_issue(line: &str) -> bool {
    line.split('#').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    #[test]
    fn a_plan_needs_an_issue() {
        let text = format!("// {MARK}: later\n// {MARK} #12: soon\n");
        let found = check(&source("a.rs", &text));
        assert_eq!(found.iter().map(|violation| violation.line).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn whitespace_at_the_end_is_found() {
        assert_eq!(check(&source("a.md", "plain\nspace \ntab\t\n")).len(), 2);
    }
}
