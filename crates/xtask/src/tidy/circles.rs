//! The folders and files right below a crate's `src` know each other in one direction: who reads
//! one of them needs no other that needs it. Templates belong to whoever names them, and what the
//! root of a crate gives on is where it comes from. Folders in folders are not looked at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Source, Violation};

const HERE: &str = "crate::";

/// Whom a module of a crate knows, and where it first says so.
type Known<'a> = BTreeMap<&'a str, (&'a Source, usize)>;
/// The modules of a crate.
type Modules<'a> = BTreeMap<&'a str, Known<'a>>;

pub(super) fn check(sources: &[Source]) -> Vec<Violation> {
    let given = given_on(sources);
    let mut crates: BTreeMap<&str, Modules<'_>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.is_rust() && !source.is_test()) {
        let Some((name, module)) = place(&source.path) else { continue };
        let known = crates.entry(name).or_default().entry(module).or_default();
        let mut files = vec![source];
        files.extend(templates(sources, name, source));
        for file in files {
            for (line, other) in named(file) {
                let other = given.get(&(name, other)).copied().unwrap_or(other);
                known.entry(other).or_insert((file, line));
            }
        }
    }
    crates.values().flat_map(circles).collect()
}

/// What `lib.rs` and `main.rs` give on under a name of their own: crate and name, and the module.
fn given_on(sources: &[Source]) -> BTreeMap<(&str, &str), &str> {
    let mut given = BTreeMap::new();
    for source in sources {
        let Some((name, file)) = of_crate(&source.path) else { continue };
        if !["lib.rs", "main.rs"].contains(&file) {
            continue;
        }
        for statement in source.text.split(';') {
            let Some((_, path)) = statement.rsplit_once("pub use ") else { continue };
            let path = path.trim_start_matches(HERE);
            let Some((module, names)) = path.split_once("::") else { continue };
            let names = names.split(|c: char| !c.is_alphanumeric() && c != '_');
            given
                .extend(names.filter(|name| !name.is_empty()).map(|other| ((name, other), module)));
        }
    }
    given
}

/// The templates that a file names, and those that they are made of.
fn templates<'a>(sources: &'a [Source], name: &str, source: &Source) -> Vec<&'a Source> {
    let folder = format!("crates/{name}/templates/");
    let mut found: Vec<&Source> = Vec::new();
    let mut texts = vec![source.text.as_str()];
    while let Some(text) = texts.pop() {
        let named = ["template(path = \"", "{% include \"", "{% extends \"", "{% import \""];
        for begin in named {
            for path in text.split(begin).skip(1).filter_map(|rest| rest.split('"').next()) {
                let is_it = |file: &&Source| file.path.strip_prefix(&folder) == Some(path);
                let known = found.iter().any(&is_it);
                if let Some(file) = sources.iter().find(is_it).filter(|_| !known) {
                    found.push(file);
                    texts.push(&file.text);
                }
            }
        }
    }
    found
}

/// The crate of a file, and its path below `src`.
fn of_crate(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("crates/")?.split_once("/src/")
}

/// The crate and the module of a file; the root of a crate is none.
fn place(path: &str) -> Option<(&str, &str)> {
    let (name, file) = of_crate(path)?;
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
            let (source, line) = modules[start][circle[1]];
            let steps = circle.iter().enumerate().skip(1).map(|(place, name)| {
                let (source, line) = modules[name][circle.get(place + 1).unwrap_or(start)];
                format!("{name} ({}:{line}) → ", source.path)
            });
            let words = format!("a circle: {start} → {}{start}", steps.collect::<String>());
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
        assert_eq!(
            told,
            ["crates/api/src/a/mod.rs:1: a circle: a → b (crates/api/src/b.rs:3) → c \
              (crates/api/src/c.rs:1) → a"]
        );
    }

    #[test]
    fn what_the_root_gives_on_and_templates_count() {
        let told = found(&[
            ("crates/api/src/lib.rs", "pub use client::{Client, Servers};\n"),
            ("crates/api/src/client.rs", "use crate::session::Session;\n"),
            ("crates/api/src/session.rs", "use crate::{Client, Error};\n"),
            ("crates/api/src/a/page.rs", "#[template(path = \"a.html\")]\n"),
            ("crates/api/templates/a.html", "{% include \"head.html\" %}"),
            ("crates/api/templates/head.html", "\n{{ crate::b::words() }}"),
            ("crates/api/src/b.rs", "use crate::a::A;\n"),
        ]);
        assert_eq!(
            told,
            [
                "crates/api/templates/head.html:2: a circle: a → b (crates/api/src/b.rs:1) → a",
                "crates/api/src/client.rs:1: a circle: client → session \
                 (crates/api/src/session.rs:1) → client",
            ]
        );
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
