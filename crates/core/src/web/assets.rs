//! The files that pages are made of, in the binary, under names that change with their content.

use std::sync::LazyLock;

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};

use crate::{
    Result,
    auth::{digest, hex},
    error::NOT_FOUND,
    extract::Path,
};

struct Asset {
    name: &'static str,
    /// `style-0123456789.css`.
    fingerprinted: String,
    media_type: &'static str,
    text: &'static str,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    [
        ("style.css", "text/css; charset=utf-8", include_str!("../../assets/style.css")),
        ("page.js", "text/javascript; charset=utf-8", include_str!("../../assets/page.js")),
        ("upload.js", "text/javascript; charset=utf-8", include_str!("../../assets/upload.js")),
        ("install.js", "text/javascript; charset=utf-8", include_str!("../../assets/install.js")),
        (
            "reference.js",
            "text/javascript; charset=utf-8",
            include_str!("../../assets/reference.js"),
        ),
        ("icons.svg", "image/svg+xml", include_str!("../../assets/icons.svg")),
        ("glyph.svg", "image/svg+xml", include_str!("../../assets/glyph.svg")),
    ]
    .map(|(name, media_type, text)| {
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        let hash = hex(&digest(text.as_bytes())[..5]);
        Asset { name, fingerprinted: format!("{stem}-{hash}.{extension}"), media_type, text }
    })
    .into()
});

/// Where the file `name` is.
pub(super) fn path(name: &str) -> String {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    let file = asset.map_or(name, |asset| asset.fingerprinted.as_str());
    format!("/assets/{file}")
}

pub(super) async fn show(Path(file): Path<String>) -> Result<Response> {
    let asset = ASSETS.iter().find(|asset| asset.fingerprinted == file).ok_or(NOT_FOUND)?;
    let forever = "public, max-age=31536000, immutable";
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(forever)),
    ];
    Ok((headers, asset.text).into_response())
}
