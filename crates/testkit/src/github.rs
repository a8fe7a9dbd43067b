//! The part of GitHub that keeps the comments of a pull request, on a real socket.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, Method, StatusCode, Uri, header};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use url::form_urlencoded;

/// What GitHub answers with at most.
const PAGE: usize = 100;

/// GitHub, for as long as this lives.
#[derive(Debug)]
pub struct GitHub {
    /// What runners have as `GITHUB_API_URL`.
    pub url: String,
    pull: Arc<Mutex<Pull>>,
    /// Ends when it is dropped.
    _serving: JoinSet<()>,
}

/// A comment on the pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub id: usize,
    pub body: String,
}

#[derive(Debug, Default)]
struct Pull {
    comments: Vec<Comment>,
    is_read_only: bool,
}

impl GitHub {
    pub const REPOSITORY: &str = "ada/engine";
    /// The only pull request there is.
    pub const NUMBER: u32 = 7;
    /// The token of a job.
    pub const TOKEN: &str = "ghs_testkit";

    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pull = Arc::new(Mutex::new(Pull::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&pull));
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, pull, _serving: serving }
    }

    /// All comments, in their order.
    pub fn comments(&self) -> Vec<Comment> {
        locked(&self.pull).comments.clone()
    }

    /// Somebody comments.
    pub fn say(&self, body: &str) {
        locked(&self.pull).add(body);
    }

    /// From now on the token may read, as those of runs for forks.
    pub fn become_read_only(&self) {
        locked(&self.pull).is_read_only = true;
    }
}

impl Pull {
    fn add(&mut self, body: &str) -> Value {
        // No index: what takes one for the other is found out.
        let id = 9_000_000 + self.comments.len();
        self.comments.push(Comment { id, body: body.to_owned() });
        shown(&self.comments[self.comments.len() - 1])
    }
}

fn locked(pull: &Mutex<Pull>) -> MutexGuard<'_, Pull> {
    pull.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(
    State(pull): State<Arc<Mutex<Pull>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let sent = |name| headers.get(name).map_or("", |value| value.to_str().unwrap());
    if sent(header::AUTHORIZATION) != format!("Bearer {}", GitHub::TOKEN) {
        return refusal(401, "Bad credentials");
    }
    if sent(header::USER_AGENT).is_empty() {
        return refusal(403, "Request forbidden by administrative rules.");
    }
    let issues = format!("/repos/{}/issues", GitHub::REPOSITORY);
    let comments = format!("{issues}/{}/comments", GitHub::NUMBER);
    let mut pull = locked(&pull);
    if method == Method::GET && uri.path() == comments {
        let page = page(&pull.comments, uri.query().unwrap_or_default());
        return (StatusCode::OK, page.to_string()).into_response();
    }
    if pull.is_read_only {
        return refusal(403, "Resource not accessible by integration");
    }
    let Some(text) = text_of(&body) else { return refusal(422, "Validation Failed") };
    if method == Method::POST && uri.path() == comments {
        return (StatusCode::CREATED, pull.add(&text).to_string()).into_response();
    }
    let id = uri.path().strip_prefix(&format!("{issues}/comments/")).and_then(|id| id.parse().ok());
    let known = pull.comments.iter_mut().find(|comment| Some(comment.id) == id);
    match known {
        Some(comment) if method == Method::PATCH => {
            comment.body = text;
            (StatusCode::OK, shown(comment).to_string()).into_response()
        }
        _ => refusal(404, "Not Found"),
    }
}

fn text_of(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["body"].as_str().filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}

fn page(comments: &[Comment], query: &str) -> Value {
    let asked = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<usize>().ok())
    };
    let size = asked("per_page").unwrap_or(30).min(PAGE);
    let skipped = (asked("page").unwrap_or(1) - 1) * size;
    comments.iter().skip(skipped).take(size).map(shown).collect()
}

fn shown(comment: &Comment) -> Value {
    json!({ "id": comment.id, "body": comment.body })
}

fn refusal(status: u16, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, json!({ "message": message }).to_string()).into_response()
}
