//! The multipart form of an upload: the file goes to the disk while it comes, the rest is short.

use std::collections::BTreeSet;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use securevox_core::{
    Error, Result,
    config::Bytes,
    extract::{Checks, broken_body, too_large},
    storage::{Spool, Spooled},
};
use securevox_protocol::{AppId, UploadId, builds::Platform};
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::IntoParams;

use super::problem::MALFORMED_FORM;
use crate::{
    apps::{self, Uploader},
    config::Uploads,
};

/// Fields that a form may have; the rest would only cost time.
const MOST_FIELDS: usize = 40;

/// What came with the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(super) platform: Option<Platform>,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) bundle_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) min_os_version: Option<String>,
    pub(super) release_notes: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) branch: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) ci_url: Option<String>,
    /// Names or ids of groups, separated by commas.
    pub(super) groups: Option<String>,
    pub(super) is_beta: Option<bool>,
    /// Whether those who get it are mailed; as the app says if absent.
    pub(super) notify: Option<bool>,
    pub(super) strict: bool,
    /// Fields that mean nothing here, to be told as a warning.
    pub(super) unknown: BTreeSet<String>,
}

/// A form that was read to its end.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) file: Spooled,
    pub(crate) file_name: Option<String>,
    /// The upload in pieces that holds room for the file.
    pub(crate) reserved: Option<UploadId>,
}

/// Says whether a form is genuine by its first field, `csrf`.
pub(crate) type Proof<'a> = &'a (dyn Fn(&str) -> Result<()> + Send + Sync);

/// Reads the form; the file is at most `config.max_bytes`. With a `proof`, nothing before it.
/// What stands beside the file goes to `fields`, where it stays if something is wrong.
pub(super) async fn receive(
    mut form: Multipart,
    spool: &Spool,
    config: &Uploads,
    proof: Option<Proof<'_>>,
    fields: &mut Fields,
) -> Result<Form> {
    if let Some(proof) = proof {
        let first = form.next_field().await.map_err(|error| unreadable(&error))?;
        let token = match first {
            Some(mut field) if field.name() == Some("csrf") => {
                text(&mut field, "csrf", config).await?
            }
            _ => String::new(),
        };
        proof(&token)?;
    }
    let mut checks = Checks::default();
    let mut file = None;
    let mut count = 0;
    while let Some(mut field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        count += 1;
        if count > MOST_FIELDS {
            let detail = format!("It has more than {MOST_FIELDS} fields.");
            return Err(MALFORMED_FORM.with_detail(detail).into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        if name == "app_file" {
            checks.require(file.is_none(), "#/app_file", "must be sent once");
            let file_name = field.file_name().map(ToOwned::to_owned);
            // A second one replaces the first, which is thereby removed from the disk.
            file = Some((store(&mut field, spool, config.max_bytes).await?, file_name));
        } else {
            let text = text(&mut field, &name, config).await?;
            fields.take(&mut checks, &name, &text);
        }
    }
    checks.require(file.is_some(), "#/app_file", "is missing: send the package as this field");
    checks.finish()?;
    let (file, file_name) = file.expect("checked just now");
    Ok(Form { file, file_name, reserved: None })
}

/// Writes a file of at most `most` bytes to the disk while it comes.
pub(super) async fn store(field: &mut Field<'_>, spool: &Spool, most: Bytes) -> Result<Spooled> {
    let mut writer = spool.create().await?;
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        if writer.size() + chunk.len() as u64 > most.0 {
            return Err(too_large(most));
        }
        writer.write(&chunk).await?;
    }
    writer.finish().await
}

/// A short text of a form.
pub(crate) async fn text(field: &mut Field<'_>, name: &str, config: &Uploads) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        if (bytes.len() + chunk.len()) as u64 > config.text_max_bytes.0 {
            return Err(too_large(format!("{} in a text field", config.text_max_bytes)));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Error::invalid_field(&pointer(name), "must be UTF-8 text"))
}

fn pointer(name: &str) -> String {
    if name.starts_with('?') { name.to_owned() } else { format!("#/{name}") }
}

impl Fields {
    /// The app that they name, if the uploader uploads to it.
    pub(crate) async fn target(
        &self,
        conn: &mut PgConnection,
        uploader: &Uploader,
    ) -> Result<Option<AppId>> {
        let (Some(platform), Some(bundle_id)) = (self.platform, &self.bundle_id) else {
            return Ok(None);
        };
        match apps::admit(conn, uploader, (platform, bundle_id)).await {
            // What they may do is told when the package says which app it is.
            Err(Error::Problem(_)) => Ok(None),
            found => found,
        }
    }

    /// Takes the field `name`; `checks` is told what is wrong with it.
    pub(crate) fn take(&mut self, checks: &mut Checks, name: &str, text: &str) {
        let text = text.trim();
        // An empty field is what a form sends for what was left out.
        let value = Some(text.to_owned()).filter(|text| !text.is_empty());
        let longest = match name {
            "release_notes" => 50_000,
            "ci_url" | "groups" => 2_000,
            _ => 255,
        };
        let known = match name {
            "platform" => {
                self.platform = value.and_then(|word| parsed(checks, name, &word));
                return;
            }
            "is_beta" | "strict" | "notify" => {
                let flag = value.and_then(|word| flag(checks, name, &word));
                match name {
                    // What the query says holds until the form says otherwise.
                    "strict" => self.strict = flag.unwrap_or(self.strict),
                    "notify" => self.notify = flag,
                    _ => self.is_beta = flag,
                }
                return;
            }
            "version" => &mut self.version,
            "build_number" => &mut self.build_number,
            "bundle_id" => &mut self.bundle_id,
            "name" => &mut self.name,
            "min_os_version" => &mut self.min_os_version,
            "release_notes" => &mut self.release_notes,
            "channel" => &mut self.channel,
            "branch" => &mut self.branch,
            "commit" => &mut self.commit,
            "ci_url" => &mut self.ci_url,
            "groups" => &mut self.groups,
            _ => {
                self.unknown.insert(name.chars().filter(|c| !c.is_control()).take(64).collect());
                return;
            }
        };
        checks.require(text.chars().count() <= longest, &pointer(name), "is too long");
        let allowed = |c: char| !c.is_control() || (name == "release_notes" && c.is_whitespace());
        checks.require(
            text.chars().all(allowed),
            &pointer(name),
            "must not hold control characters",
        );
        if name == "ci_url" {
            let web =
                text.is_empty() || text.starts_with("https://") || text.starts_with("http://");
            checks.require(web, "#/ci_url", "must begin with https:// or http://");
        }
        *known = value;
    }
}

fn parsed(checks: &mut Checks, name: &str, word: &str) -> Option<Platform> {
    let platform: Result<Platform, String> = word.to_lowercase().parse();
    if let Err(words) = &platform {
        checks.require(false, &pointer(name), words);
    }
    platform.ok()
}

/// What the query of an upload may say.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// As the field of the form.
    strict: Option<String>,
}

impl Asked {
    /// Fields that begin with what the query says.
    pub(super) fn fields(self) -> Result<Fields> {
        let mut checks = Checks::default();
        let strict = self.strict.and_then(|word| flag(&mut checks, "?strict", word.trim()));
        checks.finish()?;
        Ok(Fields { strict: strict.unwrap_or(false), ..Fields::default() })
    }
}

fn flag(checks: &mut Checks, name: &str, word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => {
            checks.require(false, &pointer(name), "must be true or false");
            None
        }
    }
}

/// The form is malformed, or its body did not come to its end.
pub(crate) fn unreadable(error: &MultipartError) -> Error {
    match error.status().as_u16() {
        400 if std::error::Error::source(error).is_none_or(|cause| cause.source().is_none()) => {
            MALFORMED_FORM.with_detail(error.body_text()).into()
        }
        _ => broken_body(error),
    }
}
