//! Problems as pages, where a browser asks for HTML.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use securevox_protocol::{FieldError, Problem};

use super::{Language, View};
use crate::http::RequestId;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    view: &'a View,
    status: u16,
    title: &'a str,
    detail: Option<&'a str>,
    errors: &'a [FieldError],
    request_id: Option<&'a str>,
}

/// Renders a problem as a page unless the client asked for something else.
pub async fn problems_as_pages(request: Request, next: Next) -> Response {
    if !wants_html(request.headers()) {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let view = View::bare(request.headers(), path);
    let id = request.extensions().get::<RequestId>().map(|RequestId(id)| id.clone());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let (title, detail) = told(&problem, view.language);
    let page = ProblemPage {
        view: &view,
        status: problem.status,
        title,
        detail,
        errors: &problem.errors,
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
fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let first = accept.unwrap_or_default().split(',').next().unwrap_or_default();
    first.trim().starts_with("text/html")
}

fn told(problem: &Problem, language: Language) -> (&str, Option<&str>) {
    let (english, italian) = match problem.status {
        404 => (
            ("There is nothing here", "The page does not exist, or you may not see it."),
            ("Qui non c’è niente", "La pagina non esiste, oppure non puoi vederla."),
        ),
        410 => (
            ("This link has expired", "Ask whoever sent it for a new one."),
            ("Questo link è scaduto", "Chiedine uno nuovo a chi te l’ha mandato."),
        ),
        500 => (
            ("Something went wrong", "It is our fault. Try again in a minute."),
            ("Qualcosa è andato storto", "È colpa nostra. Riprova tra un minuto."),
        ),
        503 => (
            ("Back in a moment", "The service is starting or busy. Try again in a minute."),
            ("Torniamo subito", "Il servizio si sta avviando o è occupato. Riprova tra un minuto."),
        ),
        status => {
            if language == Language::English {
                return (&problem.title, problem.detail.as_deref());
            }
            let (title, detail) = italian(status);
            ((title, detail), (title, detail))
        }
    };
    let (title, detail) = if language == Language::English { english } else { italian };
    (title, Some(detail))
}

/// What a status means, for the problems whose own words are English.
fn italian(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => ("Accedi prima", "Per vedere questa pagina devi accedere."),
        403 => ("Non puoi farlo", "Torna indietro, ricarica la pagina e riprova."),
        405 => ("Non si fa così", "Torna indietro e riprova."),
        408 => ("Troppo lento", "L’invio si è fermato a metà. Riprova."),
        413 => ("Troppo grande", "Quello che hai inviato supera il limite."),
        422 => ("Qualcosa non va", "Controlla quello che hai inviato e riprova."),
        429 => ("Troppe richieste", "Aspetta un momento e riprova."),
        507 => ("Spazio esaurito", "Il server non ha più spazio. Avvisa chi lo gestisce."),
        _ => ("Non ha funzionato", "Torna indietro e riprova."),
    }
}
