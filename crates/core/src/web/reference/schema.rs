//! What JSON looks like, in words: types, fields, limits.

use serde_json::Value;

use super::{Prose, entries, items, text};

const REFERENCE: &str = "#/components/schemas/";

/// A part of the name of a type, `array of` or `Build`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) text: String,
    /// Whether it is a schema of its own.
    pub(super) is_schema: bool,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    /// Of a parameter: `path`, `query`.
    pub(super) place: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) is_required: bool,
    pub(super) limits: String,
    pub(super) values: Vec<String>,
    pub(super) prose: Prose,
}

/// What a value consists of: fields, or one of several values or shapes, or none of these.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) fields: Vec<Field>,
    pub(super) values: Vec<String>,
    pub(super) variants: Vec<Self>,
    pub(super) kinds: Vec<Kind>,
    pub(super) prose: Prose,
}

#[derive(Debug)]
pub(super) struct Schema {
    pub(super) name: String,
    pub(super) limits: String,
    pub(super) shape: Shape,
}

impl Schema {
    pub(super) fn read(name: &str, schema: &Value, schemas: &Value) -> Self {
        Self { name: name.to_owned(), limits: limits(schema), shape: Shape::read(schema, schemas) }
    }
}

impl Shape {
    /// Of a schema, or of the one that it refers to.
    pub(super) fn resolved(schema: &Value, schemas: &Value) -> Self {
        let named = reference(schema).and_then(|name| schemas.get(name));
        Self::read(named.unwrap_or(schema), schemas)
    }

    fn read(schema: &Value, schemas: &Value) -> Self {
        let required = &schema["required"];
        let fields = entries(&schema["properties"]).map(|(name, is)| {
            let is_required = items(required).any(|required| required == name);
            Field::read(name, is, is_required, schemas)
        });
        let mut fields: Vec<Field> = fields.collect();
        for part in items(&schema["allOf"]) {
            fields.extend(Self::resolved(part, schemas).fields);
        }
        let variants: Vec<Self> =
            choices(schema).map(|variant| Self::resolved(variant, schemas)).collect();
        let plain = fields.is_empty() && variants.is_empty();
        Self {
            fields,
            values: values(schema),
            variants,
            kinds: if plain { kinds_of(schema, schemas) } else { Vec::new() },
            prose: Prose::read(&schema["description"]),
        }
    }
}

impl Field {
    pub(super) fn read(name: &str, schema: &Value, is_required: bool, schemas: &Value) -> Self {
        let inner = choices(schema).next().unwrap_or(schema);
        Self {
            name: name.to_owned(),
            place: String::new(),
            kinds: kinds(schema, schemas),
            is_required,
            limits: limits(schema),
            values: values(inner),
            prose: Prose::read(&schema["description"]),
        }
    }
}

/// The type of `schema`, with the names of those that have one.
pub(super) fn kinds(schema: &Value, schemas: &Value) -> Vec<Kind> {
    // Generic types stand in the document at full length.
    let same = |(_, other): &(&String, &Value)| *other == schema && !schema["properties"].is_null();
    let name =
        reference(schema).or_else(|| entries(schemas).find(same).map(|(name, _)| name.as_str()));
    match name {
        Some(name) => vec![Kind { text: name.to_owned(), is_schema: true }],
        None => kinds_of(schema, schemas),
    }
}

fn kinds_of(schema: &Value, schemas: &Value) -> Vec<Kind> {
    let plain = |text: &str| Kind { text: text.to_owned(), is_schema: false };
    let choices: Vec<&Value> = choices(schema).collect();
    if !choices.is_empty() {
        let mut all = Vec::new();
        for (n, choice) in choices.into_iter().enumerate() {
            all.extend((n > 0).then(|| plain("or")));
            all.extend(kinds(choice, schemas));
        }
        if is_nullable(schema) {
            all.push(plain("or null"));
        }
        return all;
    }
    let name = match &schema["type"] {
        Value::Array(names) => names.iter().find(|name| *name != "null").map(text),
        name => name.as_str().map(ToOwned::to_owned),
    };
    let name = name.unwrap_or_else(|| "any".to_owned());
    if name == "array" {
        let mut all = vec![plain("array of")];
        all.extend(kinds(&schema["items"], schemas));
        return all;
    }
    let format = schema["format"].as_str().map(|format| format!(", {format}")).unwrap_or_default();
    let null = if is_nullable(schema) { " or null" } else { "" };
    vec![plain(&format!("{name}{format}{null}"))]
}

/// The schemas of `oneOf` or `anyOf`, without null.
fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    let all = items(&schema["oneOf"]).chain(items(&schema["anyOf"]));
    all.filter(|choice| choice["type"] != "null")
}

fn is_nullable(schema: &Value) -> bool {
    let all = items(&schema["oneOf"]).chain(items(&schema["anyOf"]));
    items(&schema["type"]).any(|name| name == "null")
        || all.into_iter().any(|choice| choice["type"] == "null")
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(REFERENCE)
}

fn values(schema: &Value) -> Vec<String> {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    items(&schema["enum"]).chain(schema.get("const")).map(shown).collect()
}

/// `1 to 64 characters`, `at least 1`.
fn limits(schema: &Value) -> String {
    let pairs = [
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " entries"),
        ("minimum", "maximum", ""),
    ];
    let mut all = Vec::new();
    for (least, most, unit) in pairs {
        let of = |key: &str| schema.get(key).filter(|value| value.is_number());
        match (of(least), of(most)) {
            (Some(least), Some(most)) => all.push(format!("{least} to {most}{unit}")),
            (Some(least), None) if least.as_f64() != Some(0.0) => {
                all.push(format!("at least {least}{unit}"));
            }
            (None, Some(most)) => all.push(format!("at most {most}{unit}")),
            _ => {}
        }
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        all.push(format!("matches {pattern}"));
    }
    if let Some(default) = schema.get("default") {
        all.push(format!("default {default}"));
    }
    all.join(" · ")
}
