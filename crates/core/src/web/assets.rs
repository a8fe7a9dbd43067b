//! The files that pages are made of, in the binary, under names that change with their content.

use std::sync::LazyLock;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use crate::{Result, auth::digest, error::NOT_FOUND, extract::Path, hex::hex};

/// The beginning of the paths of all of them.
pub(crate) const ROOT: &str = "/assets/";

/// Files that belong together. `core` has those that every page may use; a service with parts of
/// its own brings them, in a folder with its name.
#[derive(Debug)]
pub struct Assets {
    folder: String,
    files: Vec<Asset>,
}

#[derive(Debug)]
struct Asset {
    name: &'static str,
    /// `style-0123456789.css`.
    fingerprinted: String,
    media_type: &'static str,
    text: &'static str,
}

pub(super) static OURS: LazyLock<Assets> = LazyLock::new(|| {
    Assets::new(
        "",
        &[
            ("style.css", include_str!("../../assets/style.css")),
            ("dark.css", include_str!("../../assets/dark.css")),
            ("page.js", include_str!("../../assets/page.js")),
            ("reference.css", include_str!("../../assets/reference.css")),
            ("reference.js", include_str!("../../assets/reference.js")),
            ("icons.svg", include_str!("../../assets/icons.svg")),
            ("glyph.svg", include_str!("../../assets/glyph.svg")),
        ],
    )
});

impl Assets {
    /// The files with their texts, below `folder`, which is empty or ends with a slash.
    pub fn new(folder: &str, files: &[(&'static str, &'static str)]) -> Self {
        let files = files.iter().map(|(name, text)| {
            let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
            let hash = hex(&digest(text.as_bytes())[..5]);
            let fingerprinted = format!("{stem}-{hash}.{extension}");
            Asset { name, fingerprinted, media_type: media_type(extension), text }
        });
        Self { folder: format!("{ROOT}{folder}"), files: files.collect() }
    }

    /// Where the file `name` is.
    pub fn path(&self, name: &str) -> String {
        let asset = self.files.iter().find(|asset| asset.name == name);
        let file = asset.map_or(name, |asset| asset.fingerprinted.as_str());
        format!("{}{file}", self.folder)
    }

    /// The routes that answer them.
    #[expect(clippy::disallowed_methods, reason = "pages have no API description")]
    pub fn routes<S: Clone + Send + Sync + 'static>(&'static self) -> Router<S> {
        let path = format!("{}{{file}}", self.folder);
        Router::new().route(&path, get(async |Path(file): Path<String>| self.show(&file)))
    }

    fn show(&self, file: &str) -> Result<Response> {
        let asset = self.files.iter().find(|asset| asset.fingerprinted == file);
        let asset = asset.ok_or(NOT_FOUND)?;
        let forever = "public, max-age=31536000, immutable";
        let headers: [(HeaderName, HeaderValue); 2] = [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
            (header::CACHE_CONTROL, HeaderValue::from_static(forever)),
        ];
        Ok((headers, asset.text).into_response())
    }
}

fn media_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
