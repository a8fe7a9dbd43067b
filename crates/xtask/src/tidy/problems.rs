//! Each kind of problem has one name in the whole house: clients branch on it.

use std::collections::HashMap;

use super::{Source, Violation};

const NAMELESS: &str = "about:blank";

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let mut first: HashMap<&str, &Source> = HashMap::new();
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust() && !source.is_test()) {
        for (line, slug) in slugs(source) {
            if let Some(other) = first.get(slug) {
                let words = format!("{slug} is already a problem of {}", other.path);
                found.push(source.violation(line, words));
            } else {
                first.insert(slug, source);
            }
        }
    }
    found
}

/// The first string in `const …: Problem = …;`, which may begin on a later line.
fn slugs(source: &Source) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut within = false;
    for (number, line) in source.production() {
        within |= line.contains("const ") && line.contains(": Problem =");
        if !within {
            continue;
        }
        if let Some(slug) = line.split('"').nth(1) {
            within = false;
            if slug != NAMELESS {
                found.push((number, slug));
            }
        }
        within &= !line.ends_with(';');
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    const BUILD: &str = "pub(crate) const NO_BUILD: Problem =\n    Problem::new(404, \"/problems/no-build\", \"No\");\n";

    #[test]
    fn a_slug_is_used_once() {
        let same = "const GONE: Problem = Problem::new(410, \"/problems/no-build\", \"Gone\");";
        let found = check(&[source("a.rs", BUILD), source("b.rs", same)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].words.contains("a.rs"), "{}", found[0].words);
    }

    #[test]
    fn the_nameless_may_repeat() {
        let nameless =
            "const GONE: Problem = Problem::new(410, \"about:blank\", \"Gone\");\n".repeat(2);
        assert!(check(&[source("a.rs", &nameless), source("b.rs", BUILD)]).is_empty());
    }
}
