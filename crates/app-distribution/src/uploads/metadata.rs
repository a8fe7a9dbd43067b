//! `Upload-Metadata`: the fields of the form, in tus' spelling.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use securevox_core::{Error, Result, extract::Checks};

use crate::builds::Fields;

const HEADER: &str = "upload-metadata";
/// A pair costs little; a header of many would cost time.
const MOST_PAIRS: usize = 40;

/// Names and values as they came.
pub(super) type Metadata = BTreeMap<String, String>;

/// Names that clients send by themselves, and that say nothing about the build.
const OF_CLIENTS: [&str; 5] = ["filename", "filetype", "type", "relativePath", "modified"];

/// The pairs of the header; values are base64.
pub(super) fn parse(headers: &HeaderMap) -> Result<Metadata> {
    let fault = |words: &str| Error::invalid_field("header upload-metadata", words);
    let Some(header) = headers.get(HEADER) else { return Ok(Metadata::new()) };
    let header = header.to_str().map_err(|_| fault("must be ASCII"))?;
    let mut metadata = Metadata::new();
    for pair in header.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = BASE64_STANDARD.decode(value.trim());
        let value = value.map_err(|_| fault("must hold values in base64"))?;
        let value = String::from_utf8(value).map_err(|_| fault("must hold UTF-8 text"))?;
        if metadata.insert(name.to_owned(), value).is_some() {
            return Err(fault("must name each field once"));
        }
        if metadata.len() > MOST_PAIRS {
            return Err(fault("has too many fields"));
        }
    }
    Ok(metadata)
}

/// The name of the file, and the fields as in the form of an upload.
pub(super) fn fields(metadata: &Metadata) -> Result<(Option<String>, Fields)> {
    let mut fields = Fields::default();
    let mut checks = Checks::default();
    for (name, value) in metadata {
        if !OF_CLIENTS.contains(&name.as_str()) {
            fields.take(&mut checks, name, value);
        }
    }
    checks.finish()?;
    Ok((metadata.get("filename").cloned(), fields))
}
