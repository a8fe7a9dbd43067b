//! The multipart form of an upload: the file goes to the disk while it comes, the rest is short.

use std::{collections::BTreeSet, str::FromStr};

use axum::extract::Request;
use chrono::{DateTime, Utc};
use securevox_core::{Error, Result, config::Bytes, extract::Checks, storage::Spooled};
use securevox_protocol::{
    AppId, UploadId,
    builds::{BuildStatus, Platform},
};
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::IntoParams;

use super::ends;
use crate::{
    access::{self, Uploader},
    app::App,
    multipart::{Bounds, Incoming, Proof},
};

/// Fields that a form may have; the rest would only cost time.
const MOST_FIELDS: usize = 100;
/// Of a picture for the icon: those in packages are smaller.
const ICON_MAX_BYTES: Bytes = Bytes(2 << 20);

/// What came with the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(super) platform: Option<Platform>,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) bundle_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) min_os_version: Option<String>,
    pub(crate) release_notes: Option<String>,
    pub(crate) channel: Option<String>,
    pub(crate) branch: Option<String>,
    pub(super) commit: Option<String>,
    pub(super) ci_url: Option<String>,
    /// Names or ids of groups, separated by commas.
    pub(crate) groups: Option<String>,
    pub(crate) is_beta: Option<bool>,
    /// Whether it is offered; at once if absent.
    pub(crate) status: Option<BuildStatus>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) mandatory: Option<bool>,
    /// Whether those who get it are mailed; as the app says if absent.
    pub(crate) notify: Option<bool>,
    pub(crate) strict: bool,
    /// Fields that mean nothing here, to be told as a warning.
    pub(super) unknown: BTreeSet<String>,
}

/// A form that was read to its end.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) file: Spooled,
    pub(crate) file_name: Option<String>,
    /// The picture for a package that has none, as it was sent.
    pub(crate) icon: Option<Vec<u8>>,
    /// The upload in pieces that holds room for the file.
    pub(crate) reserved: Option<UploadId>,
}

/// Reads the form in `request`; with a `proof`, nothing before it.
/// What stands beside the file goes to `fields`, where it stays if something is wrong.
pub(super) async fn receive(
    app: &App,
    request: Request,
    proof: Option<Proof<'_>>,
    fields: &mut Fields,
) -> Result<Form> {
    let config = &app.config;
    let bounds =
        Bounds { file: config.max_bytes, text: config.text_max_bytes, fields: MOST_FIELDS };
    let mut form = Incoming::open(request, bounds, proof).await?;
    let mut checks = Checks::default();
    let (mut file, mut icon) = (None, None);
    while let Some(part) = form.next().await? {
        if part.name == "app_file" {
            checks.require(file.is_none(), "#/app_file", "must be sent once");
            let file_name = part.file_name();
            // A second one replaces the first, which is thereby removed from the disk.
            file = Some((part.store(&app.spool).await?, file_name));
        } else if part.name == "icon" {
            let picture = part.short(ICON_MAX_BYTES, "as icon").await?;
            // A form sends an empty one where none was chosen.
            icon = Some(picture).filter(|picture| !picture.trim_ascii().is_empty());
        } else {
            let name = part.name.clone();
            fields.take(&mut checks, &name, &part.text().await?);
        }
    }
    checks.require(file.is_some(), "#/app_file", "is missing: send the package as this field");
    checks.finish()?;
    let (file, file_name) = file.expect("checked just now");
    Ok(Form { file, file_name, icon, reserved: None })
}

fn pointer(name: &str) -> String {
    if name.starts_with('?') { name.to_owned() } else { format!("#/{name}") }
}

impl Fields {
    /// Of an upload to this app and no other.
    pub(crate) fn to(platform: Platform, bundle_id: String) -> Self {
        let (platform, bundle_id) = (Some(platform), Some(bundle_id));
        Self { platform, bundle_id, strict: true, ..Self::default() }
    }

    /// The app that they name, if the uploader uploads to it.
    pub(crate) async fn target(
        &self,
        conn: &mut PgConnection,
        uploader: &Uploader,
    ) -> Result<Option<AppId>> {
        let (Some(platform), Some(bundle_id)) = (self.platform, &self.bundle_id) else {
            return Ok(None);
        };
        match access::admit(conn, uploader, (platform, bundle_id)).await {
            // What they may do is told when the package says which app it is.
            Err(Error::Problem(_)) => Ok(None),
            found => found,
        }
    }

    /// Takes the field `name`; `checks` is told what is wrong with it.
    pub(crate) fn take(&mut self, checks: &mut Checks, name: &str, text: &str) {
        let text = text.trim();
        if self.take_choice(checks, name, text) {
            return;
        }
        // An empty field is what a form sends for what was left out.
        let mut value = Some(text.to_owned()).filter(|text| !text.is_empty());
        if name == "groups" {
            // The form has a box for each.
            value = [self.groups.take(), value].into_iter().flatten().reduce(|a, b| a + "," + &b);
        }
        let known = match name {
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
        check_text(checks, name, value.as_deref().unwrap_or_default());
        if name == "ci_url" {
            let web =
                text.is_empty() || text.starts_with("https://") || text.starts_with("http://");
            checks.require(web, "#/ci_url", "must begin with https:// or http://");
        }
        *known = value;
    }

    /// Takes a field that is no text of anybody's own; false if `name` is none.
    fn take_choice(&mut self, checks: &mut Checks, name: &str, word: &str) -> bool {
        let word = Some(word).filter(|word| !word.is_empty());
        let mut flag = || word.and_then(|word| flag(checks, name, word));
        match name {
            "is_beta" => self.is_beta = flag(),
            "mandatory" => self.mandatory = flag(),
            "notify" => self.notify = flag(),
            // What the query says holds until the form says otherwise.
            "strict" => self.strict = flag().unwrap_or(self.strict),
            "platform" => self.platform = word.and_then(|word| parsed(checks, name, word)),
            "status" => self.status = word.and_then(|word| parsed(checks, name, word)),
            "expires_at" => self.expires_at = word.and_then(|word| end(checks, name, word)),
            _ => return false,
        }
        true
    }
}

/// What a text of a build may be, sent along or changed later.
pub(super) fn check_text(checks: &mut Checks, name: &str, text: &str) {
    let longest = match name {
        "release_notes" => 50_000,
        "ci_url" | "groups" => 2_000,
        _ => 255,
    };
    let pointer = pointer(name);
    checks.require(text.chars().count() <= longest, &pointer, "is too long");
    let allowed = |c: char| !c.is_control() || (name == "release_notes" && c.is_whitespace());
    checks.require(text.chars().all(allowed), &pointer, "must not hold control characters");
}

fn parsed<T: FromStr<Err = String>>(checks: &mut Checks, name: &str, word: &str) -> Option<T> {
    let parsed: Result<T, String> = word.to_lowercase().parse();
    if let Err(words) = &parsed {
        checks.require(false, &pointer(name), words);
    }
    parsed.ok()
}

fn end(checks: &mut Checks, name: &str, word: &str) -> Option<DateTime<Utc>> {
    let end = ends::read(word);
    let like = "must be a time like 2026-12-31T18:00:00Z";
    checks.require(end.is_some(), &pointer(name), like);
    checks.require(end.is_none_or(ends::is_known), &pointer(name), ends::UNKNOWN);
    end
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
