//! `/docs`: the API of a service to be read, made from its OpenAPI document.

mod operation;
mod schema;

use std::sync::Arc;

use askama::Template;
use axum::{
    Extension, Router, extract::OriginalUri, http::HeaderMap, response::Response, routing::get,
};
use serde_json::Value;

use self::{
    operation::{Group, Refusal},
    schema::Schema,
};
use super::View;
use crate::translations;

translations! {
    pub(super) ReferenceWords {
        filter: "Filter", "Filtra";
        filter_hint: "Press / to get here", "Premi / per arrivare qui";
        found: "shown", "in elenco";
        document: "OpenAPI document", "Documento OpenAPI";
        contents: "Contents", "Indice";
        schemas: "Schemas", "Schemi";
        anybody: "Anybody may call it", "Può chiamarla chiunque";
        with_token: "With a token", "Con un token";
        parameters: "Parameters", "Parametri";
        body: "Body", "Corpo";
        answers: "Answers", "Risposte";
        problems: "Problems", "Problemi";
        required: "required", "obbligatorio";
        one_of: "One of", "Uno tra";
    }
}

/// What the page says, read from the document once.
#[derive(Debug)]
struct Reference {
    title: String,
    version: String,
    prose: Prose,
    groups: Vec<Group>,
    refusals: Vec<Refusal>,
    schemas: Vec<Schema>,
}

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage<'a> {
    view: &'a View,
    words: &'static ReferenceWords,
    api: &'a Reference,
}

/// Text of several paragraphs, in which parts are code.
#[derive(Debug, Default, PartialEq, Eq)]
struct Prose(Vec<Vec<Piece>>);

#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    is_code: bool,
}

/// The page for an OpenAPI `document`.
#[expect(clippy::disallowed_methods, reason = "pages have no API description")]
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(document: &Value) -> Router<S> {
    let reference = Arc::new(Reference::read(document));
    Router::new().route("/docs", get(show)).layer(Extension(reference))
}

async fn show(
    Extension(api): Extension<Arc<Reference>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let view = View::bare(&headers, uri.path());
    let words = ReferenceWords::of(view.language);
    view.page(&ReferencePage { view: &view, words, api: &api })
}

impl Reference {
    fn read(document: &Value) -> Self {
        let info = &document["info"];
        let schemas = &document["components"]["schemas"];
        let (groups, refusals) = operation::groups(document);
        Self {
            title: text(&info["title"]),
            version: text(&info["version"]),
            prose: Prose::read(&info["description"]),
            groups,
            refusals,
            schemas: entries(schemas).map(|(name, is)| Schema::read(name, is, schemas)).collect(),
        }
    }
}

impl Prose {
    fn read(value: &Value) -> Self {
        let paragraphs = value.as_str().unwrap_or_default().split("\n\n");
        let paragraphs = paragraphs.filter(|paragraph| !paragraph.trim().is_empty());
        Self(paragraphs.map(pieces).collect())
    }
}

/// Every second part between backticks is code.
fn pieces(paragraph: &str) -> Vec<Piece> {
    let parts = paragraph.split('`').enumerate();
    let pieces = parts.map(|(n, part)| Piece { text: part.to_owned(), is_code: n % 2 == 1 });
    pieces.filter(|piece| !piece.text.is_empty()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_becomes_a_page() {
        let document = json!({
            "info": { "title": "Example", "version": "1", "description": "Send `json`.\n\nNo more." },
            "paths": { "/v1/things/{thing}": {
                "put": {
                    "tags": ["things"], "summary": "Keeps a thing.",
                    "security": [{ "bearer": [] }],
                    "parameters": [{ "name": "thing", "in": "path", "required": true,
                        "schema": { "type": "string", "format": "uuid" } }],
                    "requestBody": { "content": { "application/json":
                        { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                    "responses": { "200": { "content": { "application/json": { "schema":
                        { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } } } } },
                        "404": { "description": "There is none" } },
                },
                "get": { "summary": "Shows a thing.", "responses": {} },
            } },
            "components": { "schemas": { "Thing": { "type": "object", "required": ["name"],
                "properties": {
                    "name": { "type": "string", "minLength": 1, "maxLength": 64 },
                    "kind": { "oneOf": [{ "type": "null" }, { "type": "string", "enum": ["a", "b"] }] },
                } } } },
        });
        let api = Reference::read(&document);
        assert_eq!((api.prose.0.len(), api.prose.0[0].len()), (2, 3));
        let names: Vec<&str> = api.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["", "things"]);
        let put = &api.groups[1].operations[0];
        assert!(put.needs_token && put.anchor == "put-v1-things-thing");
        assert_eq!(put.parameters[0].kinds[0].text, "string, uuid");
        assert_eq!(put.bodies[0].shape.fields.len(), 2);
        let name = put.bodies[0].shape.fields.iter().find(|field| field.name == "name").unwrap();
        assert!(name.is_required);
        assert_eq!(name.limits, "1 to 64 characters");
        let answer = &put.answers[0];
        assert_eq!((answer.status.as_str(), answer.reason), ("200", "OK"));
        let kinds: Vec<&str> = answer.kinds.iter().map(|kind| kind.text.as_str()).collect();
        assert_eq!(kinds, ["array of", "Thing"]);
        assert_eq!(put.problems, [("404".to_owned(), "answer-404".to_owned())]);
        assert_eq!(api.refusals[0].answer.status, "404");

        let view = View::bare(&HeaderMap::new(), "/docs");
        let words = ReferenceWords::of(view.language);
        let page = ReferencePage { view: &view, words, api: &api }.render().unwrap();
        assert!(page.contains("id=\"schema-Thing\"") && page.contains("href=\"#schema-Thing\""));
        assert!(page.contains("<code>json</code>"));
    }
}
