//! What `/v1/openapi.json` says there is.

use axum::Router;
use securevox_testkit::Ask;
use serde_json::Value;
use uuid::Uuid;

/// One described operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// In capitals, as requests have it.
    pub(crate) method: String,
    /// With its parameters in braces.
    pub(crate) path: String,
    pub(crate) takes_body: bool,
    pub(crate) needs_session: bool,
    pub(crate) statuses: Vec<u16>,
}

impl Operation {
    /// The path of things that do not exist.
    pub(crate) fn of_nothing(&self) -> String {
        let part = |part: &str| {
            if part.starts_with('{') { Uuid::now_v7().to_string() } else { part.to_owned() }
        };
        self.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// A request from a stranger, with an empty object where there is a body.
    pub(crate) fn ask(&self) -> Ask {
        let ask = Ask::new(&self.method, &self.of_nothing());
        if self.takes_body { ask.json(&serde_json::json!({})) } else { ask }
    }
}

/// All described operations.
pub(crate) async fn described(router: &Router) -> Vec<Operation> {
    let document = Ask::new("GET", "/v1/openapi.json").of(router).await;
    let paths = document.body["paths"].as_object().expect("it has paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("a path has operations").iter();
        methods.filter(|(name, _)| *name != "parameters").map(|(method, operation)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            takes_body: operation.get("requestBody").is_some(),
            needs_session: operation.get("security").is_some(),
            statuses: statuses(operation),
        })
    });
    operations.collect()
}

fn statuses(operation: &Value) -> Vec<u16> {
    let responses = operation["responses"].as_object().expect("it has responses");
    responses.keys().map(|status| status.parse().expect("a status is a number")).collect()
}
