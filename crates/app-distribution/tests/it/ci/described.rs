//! What `action.yml` declares is what the script uses, and what the README of the Action tells of.

use std::{collections::BTreeSet, fs};

use super::{action::Action, github, runner::expression};

fn read(name: &str) -> String {
    fs::read_to_string(github("actions/upload-build").join(name)).unwrap()
}

/// What the first column of a table names.
fn named(readme: &str, heading: &str) -> BTreeSet<String> {
    let table = readme.split_once(&format!("| {heading} |")).expect("there is a table").1;
    let lines = table.lines().skip(2).take_while(|line| line.starts_with("| `"));
    let cells = lines.filter_map(|line| line.split(" | ").next());
    // Between every other pair of ticks is a name.
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(ToOwned::to_owned).collect()
}

#[test]
fn every_input_reaches_the_script_and_is_described() {
    let (action, script) = (Action::read(), read("upload.sh"));
    let mut variables = BTreeSet::new();
    for input in &action.inputs {
        let name = input.name.to_uppercase().replace('-', "_");
        let variable = format!("SECUREVOX_{name}");
        let from = (variable.clone(), expression("inputs", &input.name));
        assert!(action.environment.contains(&from), "{} reaches nobody", input.name);
        assert!(script.contains(&variable), "nobody reads {variable}");
        let is_needed = script.contains(&format!("need {name} {}\n", input.name));
        assert_eq!(input.is_required, is_needed, "{}", input.name);
        variables.insert(variable);
    }
    assert_eq!(action.environment.len(), action.inputs.len());
    let words = script.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
    let words = words.filter(|word| word.len() > 10 && word.starts_with("SECUREVOX_"));
    let used: BTreeSet<String> = words.map(ToOwned::to_owned).collect();
    assert_eq!(used, variables, "the script reads what no input gives");

    let names = action.inputs.into_iter().map(|input| input.name).collect();
    assert_eq!(named(&read("README.md"), "input"), names);
}

#[test]
fn every_output_is_put_out_and_described() {
    let (action, script) = (Action::read(), read("upload.sh"));
    let put_out: BTreeSet<String> = script
        .lines()
        .filter_map(|line| line.strip_prefix("output "))
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .collect();
    let names: BTreeSet<String> = action.outputs.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(put_out, names);
    for (name, from) in &action.outputs {
        assert_eq!(*from, expression("steps.upload.outputs", name));
    }
    assert_eq!(named(&read("README.md"), "output"), names);
}
