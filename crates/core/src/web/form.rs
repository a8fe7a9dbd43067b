//! Forms, and the proof that one is ours: its token is the holder's, and it comes from our pages.

use axum::{
    body::Bytes,
    extract::{FromRef, FromRequest, FromRequestParts as _, Request},
    http::{HeaderMap, header},
};
use securevox_protocol::Problem;
use serde::{Deserialize, de::DeserializeOwned};
use sqlx::PgPool;

use super::{Site, View};
use crate::{Error, Result};

const FOREIGN_FORM: Problem =
    Problem::new(403, "/problems/foreign-form", "The form was sent from another site");
const STALE_FORM: Problem = Problem::new(403, "/problems/stale-form", "The form is out of date");

/// A form that one of our pages sent for whoever looks at it.
#[derive(Clone, Debug)]
pub struct Form<T>(pub View, pub T);

/// The fields of a form that is a button alone.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Nothing {}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

/// 403 unless the request comes from a page of this site.
///
/// Browsers say where a form comes from in `Origin`. One that says nothing is no browser of this decade.
fn ours(site: &Site, headers: &HeaderMap) -> Result<()> {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    if origin.is_some_and(|origin| origin == site.origin()) {
        return Ok(());
    }
    let detail = format!("Forms are accepted from {} alone.", site.origin());
    Err(FOREIGN_FORM.with_detail(detail).into())
}

/// 403 unless `token` is what the forms of the one who looks carry.
pub fn genuine(view: &View, site: &Site, headers: &HeaderMap, token: &str) -> Result<()> {
    ours(site, headers)?;
    let (ours, theirs) = (view.csrf.as_bytes(), token.as_bytes());
    aws_lc_rs::constant_time::verify_slices_are_equal(ours, theirs).map_err(|_| {
        let detail = "Go back, load the page again and send it once more.";
        STALE_FORM.with_detail(detail).into()
    })
}

impl<S, T> FromRequest<S> for Form<T>
where
    S: Send + Sync,
    Site: FromRef<S>,
    PgPool: FromRef<S>,
    T: DeserializeOwned,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let view = View::from_request_parts(&mut parts, state).await?;
        let headers = parts.headers.clone();
        let body = Bytes::from_request(Request::from_parts(parts, body), state).await?;
        let Token { csrf } = fields(&body)?;
        genuine(&view, &Site::from_ref(state), &headers, &csrf)?;
        Ok(Self(view, fields(&body)?))
    }
}

fn fields<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let fields = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(body));
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let pointer = format!("#/{}", error.path().to_string().trim_matches('.'));
        Error::invalid_field(&pointer, error.into_inner().to_string())
    })
}
