//! The description of a service's API: collected with its routes, served at `/v1/openapi.json`,
//! and to be read at `/docs`.
//!
//! Routes under `/v1` and `/api` are registered by `utoipa_axum::routes!`, which takes route
//! and description from the same attribute; axum's bare `Router::route` is refused by clippy.

use axum::Router;
use securevox_protocol::{FieldError, Problem};
use utoipa::{
    IntoResponses, PartialSchema as _, ToSchema as _,
    openapi::{
        Content, InfoBuilder, OpenApi, Ref, Response, ResponseBuilder,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{extract::Json, web};

/// The name of the security scheme that routes refer to.
pub const BEARER: &str = "bearer";

/// 400, 408, 413, 415 and 422: what can be wrong with a JSON body.
#[derive(IntoResponses)]
pub enum BodyProblems {
    /// Not JSON; the detail has line and column.
    #[response(status = 400, content_type = "application/problem+json")]
    NotJson(Problem),
    /// The body came too slowly.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// Not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongMediaType(Problem),
    /// A field has a wrong type or value; `errors` has the pointers.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
}

/// 422: a query parameter has a wrong type or value.
#[derive(IntoResponses)]
#[response(status = 422, content_type = "application/problem+json")]
pub struct QueryProblems(pub Problem);

/// 401 and 403: who the caller is, or may do.
#[derive(IntoResponses)]
pub enum CallerProblems {
    /// No token, or none that is valid.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The caller's role, or its token's scope, does not allow it.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
}

/// 404: there is none, or none that the caller may see.
#[derive(IntoResponses)]
#[response(status = 404, content_type = "application/problem+json")]
pub struct Missing(pub Problem);

/// 409: what is there already stands in the way.
#[derive(IntoResponses)]
#[response(status = 409, content_type = "application/problem+json")]
pub struct Conflict(pub Problem);

/// 429: too often, or too many; `Retry-After` says when it makes sense again.
#[derive(IntoResponses)]
#[response(status = 429, content_type = "application/problem+json")]
pub struct Limited(pub Problem);

/// The routes of a service, with `/v1/openapi.json` and `/docs` that describe them.
pub fn describe<S: Clone + Send + Sync + 'static>(
    title: &str,
    routes: OpenApiRouter<S>,
) -> (Router<S>, OpenApi) {
    let described = routes.merge(OpenApiRouter::new().routes(routes!(document)));
    let (served, mut api) = described.split_for_parts();
    api.info = InfoBuilder::new()
        .title(title)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Errors are RFC 9457 problems. A trailing slash means the same."))
        .build();
    let components = api.components.get_or_insert_default();
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    // Which the problem refers to.
    components.schemas.insert(FieldError::name().into_owned(), FieldError::schema());
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert(BEARER.to_owned(), bearer.into());
    for operation in api.paths.paths.values_mut().flat_map(operations) {
        let responses = &mut operation.responses.responses;
        let mut any = |status: &str, words| {
            responses.entry(status.to_owned()).or_insert_with(|| told(words).into());
        };
        any("429", "Too many requests; `Retry-After` says when it makes sense again");
        any("503", "The database does not answer, or the request took too long");
    }
    let document = Document(std::sync::Arc::new(api.clone()));
    let written = serde_json::to_value(&api).expect("a description is plain data");
    let readable = web::reference::routes(&written);
    (served.layer(axum::Extension(document)).merge(readable), api)
}

#[derive(Clone)]
struct Document(std::sync::Arc<OpenApi>);

/// This description, OpenAPI 3.1. Anybody may read it.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "about", responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
async fn document(axum::Extension(document): axum::Extension<Document>) -> Json<OpenApi> {
    Json((*document.0).clone())
}

fn operations(item: &mut utoipa::openapi::PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
        &mut item.head,
        &mut item.options,
    ]
    .into_iter()
    .filter_map(Option::as_mut)
}

/// Any route can be asked too often, and while the database is away.
fn told(words: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name(Problem::name())));
    ResponseBuilder::new().description(words).content("application/problem+json", content).build()
}
