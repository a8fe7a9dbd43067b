//! `tidy`: the rules of the house that neither the compiler nor clippy knows.

mod circles;
mod layout;
mod manifests;
mod problems;
mod sql;
mod text;

use std::{
    fmt, fs,
    process::{Command, ExitCode},
};

use crate::{Outcome, cargo};

/// A text file of the repository, with its path from the root.
struct Source {
    path: String,
    text: String,
}

struct Violation {
    path: String,
    line: usize,
    words: String,
}

const KINDS: [&str; 9] = ["rs", "toml", "sql", "md", "yml", "yaml", "html", "css", "js"];

pub(crate) fn run() -> Outcome {
    let sources = sources()?;
    let mut violations: Vec<Violation> = sources.iter().flat_map(check).collect();
    violations.extend(problems::check(&sources));
    violations.extend(circles::check(&sources));
    for violation in &violations {
        eprintln!("{violation}");
    }
    match violations.len() {
        0 => Ok(ExitCode::SUCCESS),
        found => Err(format!("{found} rules broken in {} files", sources.len()).into()),
    }
}

fn check(source: &Source) -> Vec<Violation> {
    let mut found = layout::check(source);
    found.extend(text::check(source));
    found.extend(sql::check(source));
    found.extend(manifests::check(source));
    found
}

/// What git tracks, and what it would track: so that a new file is judged before it is committed.
fn sources() -> Result<Vec<Source>, Box<dyn std::error::Error>> {
    let root = cargo::root();
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(&root);
    let output = git.output().map_err(|error| format!("git lists the files to check: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let listed = String::from_utf8(output.stdout)?;
    let mut sources = Vec::new();
    for path in listed.split_terminator('\0').filter(|path| KINDS.contains(&extension(path))) {
        // A file that was deleted and is still tracked cannot be read.
        if let Ok(text) = fs::read_to_string(root.join(path)) {
            sources.push(Source { path: path.to_owned(), text });
        }
    }
    Ok(sources)
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

impl Source {
    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    fn folders(&self) -> impl Iterator<Item = &str> {
        self.path.rsplit('/').skip(1)
    }

    fn is_rust(&self) -> bool {
        extension(&self.path) == "rs"
    }

    fn is_test(&self) -> bool {
        self.file_name().ends_with("tests.rs") || self.folders().any(|folder| folder == "tests")
    }

    /// The lines before the tests at the end of the file, numbered from one.
    fn production(&self) -> impl Iterator<Item = (usize, &str)> {
        // Not where a file of tests is named alone.
        let mut marks = self.text.match_indices("\n#[cfg(test)]\nmod ");
        let within =
            |at: usize| self.text[at..].lines().nth(2).is_some_and(|mod_| mod_.ends_with('{'));
        let tests = marks.find(|(at, _)| within(*at));
        numbered(&self.text[..tests.map_or(self.text.len(), |(at, _)| at + 1)])
    }

    fn violation(&self, line: usize, words: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, words: words.into() }
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.words)
    }
}

#[cfg(test)]
fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}
