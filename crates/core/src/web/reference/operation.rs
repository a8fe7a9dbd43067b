//! Operations of an OpenAPI document, in the groups of their tags.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::Value;

use super::{
    Prose, entries, items,
    schema::{Field, Kind, Shape, kinds},
    text,
};

/// In the order in which people look for them.
const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// A refusal that many operations have in common, told once.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) anchor: String,
    pub(super) answer: Answer,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(super) struct Operation {
    pub(super) anchor: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: Prose,
    pub(super) prose: Prose,
    pub(super) needs_token: bool,
    pub(super) parameters: Vec<Field>,
    pub(super) bodies: Vec<Body>,
    pub(super) answers: Vec<Answer>,
    /// Status and anchor of each refusal.
    pub(super) problems: Vec<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Body {
    pub(super) media_type: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) shape: Shape,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) reason: &'static str,
    pub(super) prose: Prose,
    pub(super) kinds: Vec<Kind>,
}

pub(super) fn groups(document: &Value) -> (Vec<Group>, Vec<Refusal>) {
    let schemas = &document["components"]["schemas"];
    let mut refusals = Vec::new();
    let mut groups: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for (path, item) in entries(&document["paths"]) {
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let name = operation["tags"][0].as_str().unwrap_or_default().to_owned();
            let read = Operation::read((method, path), operation, schemas, &mut refusals);
            groups.entry(name).or_default().push(read);
        }
    }
    let groups = groups.into_iter().map(|(name, operations)| Group { name, operations });
    refusals.sort_by(|a, b| a.anchor.cmp(&b.anchor));
    (groups.collect(), refusals)
}

/// Status and anchor of the refusal `answer`, which is kept if it is the first of its kind.
fn refusal(answer: Answer, kept: &mut Vec<Refusal>) -> (String, String) {
    let status = answer.status.clone();
    if let Some(same) = kept.iter().find(|kept| kept.answer == answer) {
        return (status, same.anchor.clone());
    }
    let number = kept.iter().filter(|kept| kept.answer.status == status).count() + 1;
    let anchor =
        if number == 1 { format!("answer-{status}") } else { format!("answer-{status}-{number}") };
    kept.push(Refusal { anchor: anchor.clone(), answer });
    (status, anchor)
}

impl Operation {
    fn read(
        (method, path): (&str, &str),
        operation: &Value,
        schemas: &Value,
        refusals: &mut Vec<Refusal>,
    ) -> Self {
        let words =
            path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let anchor = std::iter::once(method).chain(words).collect::<Vec<_>>().join("-");
        let answers = entries(&operation["responses"]);
        let answers = answers.map(|(status, answer)| Answer::read(status, answer, schemas));
        let (refused, answers): (Vec<_>, _) =
            answers.partition(|answer| answer.status.starts_with(['4', '5']));
        let problems = refused.into_iter().map(|answer| refusal(answer, refusals)).collect();
        let content = entries(&operation["requestBody"]["content"]);
        let bodies = content.map(|(media_type, content)| Body {
            media_type: media_type.clone(),
            kinds: kinds(&content["schema"], schemas),
            shape: Shape::resolved(&content["schema"], schemas),
        });
        Self {
            anchor,
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: Prose::read(&operation["summary"]),
            prose: Prose::read(&operation["description"]),
            needs_token: items(&operation["security"]).next().is_some(),
            parameters: items(&operation["parameters"]).map(|is| parameter(is, schemas)).collect(),
            bodies: bodies.collect(),
            answers,
            problems,
        }
    }
}

impl Answer {
    fn read(status: &str, answer: &Value, schemas: &Value) -> Self {
        let code = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
        let content = entries(&answer["content"]).next();
        Self {
            status: status.to_owned(),
            reason: code.and_then(|code| code.canonical_reason()).unwrap_or_default(),
            prose: Prose::read(&answer["description"]),
            kinds: content
                .map(|(_, content)| kinds(&content["schema"], schemas))
                .unwrap_or_default(),
        }
    }
}

/// A parameter reads like a field of a body; where it stands goes with its type.
fn parameter(parameter: &Value, schemas: &Value) -> Field {
    let is_required = parameter["required"] == true;
    let mut field =
        Field::read(&text(&parameter["name"]), &parameter["schema"], is_required, schemas);
    field.place = text(&parameter["in"]);
    if parameter.get("description").is_some() {
        field.prose = Prose::read(&parameter["description"]);
    }
    field
}
