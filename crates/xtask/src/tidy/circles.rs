//! The folders and files right below a crate's `src` know each other in one direction: who reads
//! one of them needs no other that needs it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Source, Violation};

const HERE: &str = "crate::";

/// Whom a module of a crate knows, and where it first says so.
type Known<'a> = BTreeMap<&'a str, (&'a Source, usize)>;
/// The modules of a crate.
type Modules<'a> = BTreeMap<&'a str, Known<'a>>;

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let mut crates: BTreeMap<&str, Modules<'_>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is_rust() && !source.is_test()) {
        let Some((name, module)) = place(&source.path) else { continue };
        let known = crates.entry(name).or_default().entry(module).or_default();
        for (line, other) in named(source) {
            known.entry(other).or_insert((source, line));
        }
    }
    crates.values().flat_map(circles).collect()
}

/// The crate and the module of a file; the root of a crate is none.
fn place(path: &str) -> Option<(&str, &str)> {
    let (name, file) = path.strip_prefix("crates/")?.split_once("/src/")?;
    let module = file.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "main"].contains(&module)).then_some((name, module))
}

/// What follows `crate::`, with lines.
fn named(source: &Source) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    // Whether a list of names is open, and how deep its braces are.
    let mut depth = 0_usize;
    for (number, line) in source.production().filter(|(_, line)| !line.trim().starts_with("//")) {
        let mut rest = line;
        if depth == 0 {
            while let Some(at) = rest.find(HERE) {
                rest = &rest[at + HERE.len()..];
                if let Some(list) = rest.strip_prefix('{') {
                    (rest, depth) = (list, 1);
                    break;
                }
                found.extend(first_name(rest).map(|name| (number, name)));
            }
        }
        if depth > 0 {
            found.extend(of_list(rest, &mut depth).into_iter().map(|name| (number, name)));
        }
    }
    found
}

/// The names right in a list of which this is a line.
fn of_list<'a>(line: &'a str, depth: &mut usize) -> Vec<&'a str> {
    let (mut found, mut is_first) = (Vec::new(), true);
    for (at, letter) in line.char_indices() {
        match letter {
            '{' => *depth += 1,
            '}' => *depth -= 1,
            ',' if *depth == 1 => is_first = true,
            _ if *depth == 1 && is_first && !letter.is_whitespace() => {
                found.extend(first_name(&line[at..]));
                is_first = false;
            }
            _ => {}
        }
        if *depth == 0 {
            break;
        }
    }
    found
}

fn first_name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

/// The shortest circle through each module, told once.
fn circles(modules: &Modules<'_>) -> Vec<Violation> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for start in modules.keys() {
        let Some(circle) = circle(modules, start) else { continue };
        let mut names = circle.clone();
        names.sort_unstable();
        if told.insert(names) {
            let (source, line) = modules[start][circle[1 % circle.len()]];
            let words = format!("a circle: {} → {start}", circle.join(" → "));
            found.push(source.violation(line, words));
        }
    }
    found
}

fn circle<'a>(modules: &Modules<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(module) = queue.pop_front() {
        for &next in modules.get(module)?.keys().filter(|next| modules.contains_key(*next)) {
            if next == start && module != start {
                let mut circle = vec![module];
                while circle[circle.len() - 1] != start {
                    circle.push(from[circle[circle.len() - 1]]);
                }
                circle.reverse();
                return Some(circle);
            }
            if next != start && !from.contains_key(next) {
                from.insert(next, module);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{super::source, *};

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> = files.iter().map(|(path, text)| source(path, text)).collect();
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_circle_is_told_once() {
        let told = found(&[
            ("crates/api/src/a/mod.rs", "use crate::b::B;\n"),
            ("crates/api/src/a/one.rs", "use super::A;\n"),
            ("crates/api/src/b.rs", "use crate::{\n    app::App,\n    c::{C, D},\n};\n"),
            ("crates/api/src/c.rs", "fn c() { crate::a::one(); }\n"),
            ("crates/api/src/app.rs", ""),
        ]);
        assert_eq!(told, ["crates/api/src/a/mod.rs:1: a circle: a → b → c → a"]);
    }

    #[test]
    fn one_direction_is_none() {
        let two = "use crate::{app::App, b::{self, B}};\n";
        let told = found(&[
            ("crates/api/src/a.rs", two),
            ("crates/api/src/b.rs", "use crate::app::App;\n"),
            ("crates/api/src/app.rs", "// As crate::a says.\n"),
            ("crates/api/src/lib.rs", "use crate::a::A;\n"),
        ]);
        assert_eq!(told, Vec::<String>::new());
    }

    #[test]
    fn neither_tests_nor_other_crates_count() {
        let told = found(&[
            ("crates/api/src/a.rs", "use crate::b::B;\n"),
            (
                "crates/api/src/b.rs",
                "struct B;\n\n#[cfg(test)]\nmod tests {\n    use crate::a;\n}\n",
            ),
            ("crates/core/src/b.rs", "use crate::a::A;\n"),
            ("crates/core/src/a.rs", ""),
        ]);
        assert_eq!(told, Vec::<String>::new());
    }
}
