//! Problems as pages, where a browser asks for HTML.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use securevox_protocol::Problem;

use super::{
    FaultWords, View, faults::value_said, problem_words::OfService, said_of, view::comes_back,
};
use crate::request_id::RequestId;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    view: &'a View,
    status: u16,
    title: &'a str,
    detail: Option<&'a str>,
    /// Name, and what is wrong with it.
    errors: Vec<(&'a str, String)>,
    request_id: Option<&'a str>,
}

/// Renders a problem as a page unless the client asked for something else.
pub async fn problems_as_pages(request: Request, next: Next) -> Response {
    if !wants_html(request.headers()) {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut view = View::bare(request.headers(), path);
    view.comes_back = comes_back(request.method());
    let id = request.extensions().get::<RequestId>().map(|RequestId(id)| id.clone());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let words = response.extensions_mut().remove::<OfService>();
    let words = words
        .map_or(FaultWords { problems: &[], details: &[], fields: &[] }, |OfService(words)| words);
    let (title, detail) = said_of(&problem, view.language, words);
    let errors = problem.errors.iter().map(|error| {
        let name = error.pointer.trim_start_matches(['#', '/', '?']);
        (name, value_said(&error.detail, view.language, words.fields))
    });
    let page = ProblemPage {
        view: &view,
        status: problem.status,
        title,
        detail: detail.as_deref(),
        errors: errors.collect(),
        request_id: id.as_deref(),
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut page = view.page_with(status, &page);
    // What was said beside the body stays: `retry-after`, `allow`, cookies.
    for (name, value) in response.headers() {
        if !page.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}

/// Whether HTML is asked for before JSON: browsers do, programs do not.
pub fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let first = accept.unwrap_or_default().split(',').next().unwrap_or_default();
    first.trim().starts_with("text/html")
}
