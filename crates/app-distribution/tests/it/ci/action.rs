//! `action.yml`, as far as a runner needs it: our own is plain, two spaces a level, one line a value.

use std::fs;

use super::github;

/// What the Action says of itself.
pub(super) struct Action {
    pub(super) inputs: Vec<Input>,
    /// Names, and what they are taken from.
    pub(super) outputs: Vec<(String, String)>,
    /// What its only step runs.
    pub(super) run: String,
    /// The environment of the step: names, and what they are taken from.
    pub(super) environment: Vec<(String, String)>,
}

pub(super) struct Input {
    pub(super) name: String,
    pub(super) is_required: bool,
    pub(super) default: String,
}

impl Action {
    pub(super) fn read() -> Self {
        let text = fs::read_to_string(github("actions/upload-build/action.yml")).unwrap();
        let section = |name: &str| -> Vec<&str> {
            let lines = text.lines().skip_while(|line| *line != format!("{name}:")).skip(1);
            lines.take_while(|line| line.is_empty() || line.starts_with(' ')).collect()
        };
        let steps = section("runs");
        let run = values(&steps, 6).into_iter().find(|(name, _)| name == "run");
        let inputs = entries(&section("inputs")).into_iter().map(|(name, of)| Input {
            is_required: value(&of, "required") == "true",
            default: value(&of, "default"),
            name,
        });
        let outputs = entries(&section("outputs")).into_iter();
        Self {
            inputs: inputs.collect(),
            outputs: outputs.map(|(name, of)| (name, value(&of, "value"))).collect(),
            run: run.unwrap().1,
            environment: values(&steps, 8),
        }
    }
}

/// The names at the first level, each with the lines below it.
fn entries<'a>(lines: &[&'a str]) -> Vec<(String, Vec<&'a str>)> {
    let mut entries: Vec<(String, Vec<&str>)> = Vec::new();
    for line in lines.iter().filter(|line| !line.is_empty()) {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            Some(name) => entries.push((name.trim_end_matches(':').to_owned(), Vec::new())),
            None => entries.last_mut().unwrap().1.push(line),
        }
    }
    entries
}

/// The pairs that are `indent` deep.
fn values(lines: &[&str], indent: usize) -> Vec<(String, String)> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let lines = lines.iter().filter(|line| depth(line) == indent);
    let pairs = lines.filter_map(|line| line.trim().split_once(": "));
    pairs.map(|(name, value)| (name.to_owned(), plain(value))).collect()
}

fn value(lines: &[&str], name: &str) -> String {
    let found = values(lines, 4).into_iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// A value without the quotes around it.
fn plain(value: &str) -> String {
    let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.unwrap_or(value).to_owned()
}
