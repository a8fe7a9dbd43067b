//! What stands at the head of the pages of an app: the icon of its newest build that has one, or
//! its first letter.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use securevox_core::{
    Result,
    storage::{self, Download},
};
use securevox_protocol::apps::AppDetails;

use super::{icon_key, store};
use crate::{access::AppView, app::App, words};

pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    at: AppView,
) -> Result<Response> {
    let pictured = store::pictured(&mut *app.db.acquire().await?, at.id()).await?;
    let stored = match pictured {
        Some(build) => app.storage.find(icon_key(build)).await?.map(|icon| (build, icon)),
        None => None,
    };
    let Some((build, stored)) = stored else { return Ok(letter(&at.details)) };
    let (etag, media_type) = (build.to_string(), "image/png");
    let file_name = "icon.png".to_owned();
    storage::download(&headers, Download { stored, etag, media_type, file_name }).await
}

/// The tile that stylesheets draw, as a picture.
fn letter(app: &AppDetails) -> Response {
    let turn = words::turn(&app.bundle_id) * 60;
    let (light, dark) = (268 + turn, 280 + turn);
    let letter = words::initial(&app.name);
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\"><linearGradient id=\"g\" \
         x2=\".35\" y2=\"1\"><stop stop-color=\"oklch(.66 .15 {light})\"/><stop offset=\"1\" \
         stop-color=\"oklch(.48 .19 {dark})\"/></linearGradient><rect width=\"48\" height=\"48\" \
         fill=\"url(#g)\"/><text x=\"24\" y=\"32\" text-anchor=\"middle\" fill=\"#fff\" \
         font-family=\"system-ui,sans-serif\" font-size=\"22\" font-weight=\"600\">{letter}</text></svg>"
    );
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    (headers, svg).into_response()
}
