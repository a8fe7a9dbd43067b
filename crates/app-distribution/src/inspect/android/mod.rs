//! Reading an APK.

mod chunk;
mod manifest;
mod resources;
mod strings;

use std::io::{Read, Seek};

use securevox_protocol::packages::PackageDetails;

use self::manifest::{Manifest, Value};
use self::resources::Table;
use super::contents::Apk;
use super::zip::Archive;
use super::{InspectError, Package, Platform, Rejection, text};

const MAX_MANIFEST: u64 = 8 * 1024 * 1024;
/// Counts only where the table is compressed; apps for Android 11 and later store it, and then it
/// is read in place.
const MAX_RESOURCES: u64 = 32 * 1024 * 1024;

/// Reads the manifest, and the resources where it refers to them.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    apk: &Apk,
) -> Result<Package, InspectError> {
    let bytes = archive.read(&apk.manifest, MAX_MANIFEST)?;
    let mut manifest = manifest::parse(&apk.manifest.name, bytes)?;
    let bundle_id = package_name(&manifest)?;
    match resolve(archive, apk, &mut manifest) {
        // A bad resource table costs the name, not the upload: the manifest has said whose it is.
        Ok(()) | Err(InspectError::Rejected(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(Package {
        platform: Platform::Android,
        bundle_id,
        version: manifest.version_name.into_text(),
        build_number: version_code(manifest.version_code),
        name: manifest.label.into_text(),
        min_os_version: manifest.min_sdk.into_text(),
        icon: None,
        devices: Vec::new(),
        details: PackageDetails::Apk(Box::default()),
    })
}

fn package_name(manifest: &Manifest) -> Result<String, Rejection> {
    let name = manifest.package.clone().filter(|name| !name.is_empty());
    let name = name.ok_or(Rejection::NoPackageName)?;
    if !text::is_identifier(&name, b"_") {
        return Err(Rejection::InvalidPackageName(text::quote(&name)));
    }
    Ok(name)
}

/// The version code as `aapt` prints it: nothing unless it is above zero, and without its upper
/// half (`versionCodeMajor`).
fn version_code(value: Value) -> Option<String> {
    let code: i32 = match value {
        Value::Number(number) => number,
        Value::Text(text) => text.trim().parse().ok()?,
        Value::Absent | Value::Reference(_) => return None,
    };
    (code > 0).then(|| code.to_string())
}

/// Replaces references by what they refer to.
fn resolve<R: Read + Seek>(
    archive: &mut Archive<R>,
    apk: &Apk,
    manifest: &mut Manifest,
) -> Result<(), InspectError> {
    let has_references = manifest.values().any(|value| matches!(value, Value::Reference(_)));
    let Some(resources) = apk.resources.as_ref().filter(|_| has_references) else {
        return Ok(());
    };
    let mut table = Table::new(archive.blob(resources, MAX_RESOURCES)?);
    for value in manifest.values() {
        if let Value::Reference(id) = *value {
            *value = table.resolve(id)?;
        }
    }
    Ok(())
}
