//! Reading an APK, and an Android App Bundle.

mod bundle;
mod chunk;
mod config;
mod drawing;
mod lookup;
mod manifest;
mod resources;
mod signing;
mod strings;
mod value;
mod xml;

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use securevox_protocol::packages::{ApkDetails, PackageDetails};

use self::bundle::BundleTable;
use self::drawing::Icons;
use self::lookup::Lookup;
use self::manifest::Manifest;
pub(super) use self::manifest::is_package_name;
use self::resources::Resources;
pub(super) use self::signing::JarFiles;
use self::value::Value;
use super::contents::Apk;
use super::zip::Archive;
use super::{InspectError, Package, Platform, Rejection, text};

const MAX_MANIFEST: u64 = 8 * 1024 * 1024;
const MAX_BUNDLE_RESOURCES: u64 = 32 * 1024 * 1024;
const MAX_LABELS: usize = 200;
const MAX_ALIASES: u32 = 16;
/// What a version that is still a name counts as: newer than all.
const SDK_IN_DEVELOPMENT: u32 = 10_000;

/// Reads an APK: manifest, the resources that it refers to, and how it is signed.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    apk: &Apk,
) -> Result<Package, InspectError> {
    let bytes = archive.read(&apk.manifest, MAX_MANIFEST)?;
    let manifest = manifest::parse(&apk.manifest.name, bytes)?;
    if let Some(split) = manifest.split.as_ref().filter(|split| !split.is_empty()) {
        return Err(Rejection::SplitApk(text::quote(split)).into());
    }
    let resources = match &apk.resources {
        Some(member) => tolerated(Resources::of(archive, member))?,
        None => None,
    };
    let mut facts = Facts::read(archive, Lookup::Apk(resources), manifest)?;
    if facts.manifest.needs_splits() {
        return Err(Rejection::SplitRequired.into());
    }
    let signing = signing::verify(archive, &apk.jar, lowest_sdk(&facts.manifest.min_sdk))?;
    facts.details.schemes = signing.schemes;
    facts.details.signers = signing.signers;
    facts.details.former_signers = signing.former_signers;
    Ok(facts.package(apk, PackageDetails::Apk))
}

/// Reads a bundle, of which stores make APKs and sign those.
pub(super) fn read_bundle<R: Read + Seek>(
    archive: &mut Archive<R>,
    bundle: &Apk,
) -> Result<Package, InspectError> {
    let manifest = bundle::manifest(&archive.read(&bundle.manifest, MAX_MANIFEST)?)?;
    let table = match &bundle.resources {
        Some(member) => tolerated(archive.read(member, MAX_BUNDLE_RESOURCES))?,
        None => None,
    };
    let lookup = Lookup::Bundle(table.map(BundleTable::new));
    let mut facts = Facts::read(archive, lookup, manifest)?;
    // Whoever uploads it to a store signs it as a JAR; if somebody did, it has to hold.
    let signing = signing::verify_jar(archive, &bundle.jar)?;
    facts.details.schemes = signing.schemes;
    facts.details.signers = signing.signers;
    Ok(facts.package(bundle, PackageDetails::Aab))
}

/// What manifest and resources say.
struct Facts {
    bundle_id: String,
    manifest: Manifest,
    icon: Option<Vec<u8>>,
    details: ApkDetails,
}

impl Facts {
    fn read<R: Read + Seek>(
        archive: &mut Archive<R>,
        mut lookup: Lookup<'_>,
        mut manifest: Manifest,
    ) -> Result<Self, InspectError> {
        let bundle_id = manifest.package_name()?;
        let labels = match manifest.label {
            Value::Reference(id) => tolerated(labels(archive, &mut lookup, id))?,
            _ => None,
        };
        for value in manifest.values() {
            if let Value::Reference(id) = *value {
                // A bad resource table costs the name, not the upload: the manifest has said whose it is.
                *value = tolerated(lookup.resolve(archive, id))?.unwrap_or_default();
            }
        }
        let icons = Icons([manifest.icon.clone(), manifest.round_icon.clone()]);
        let icon = drawing::read(archive, &mut lookup, &icons)?;
        let details = ApkDetails { labels: labels.unwrap_or_default(), ..ApkDetails::default() };
        Ok(Self { bundle_id, manifest, icon, details })
    }

    fn package(self, apk: &Apk, kind: fn(Box<ApkDetails>) -> PackageDetails) -> Package {
        let Self { bundle_id, manifest, icon, mut details } = self;
        details.min_sdk = api_level(&manifest.min_sdk);
        details.target_sdk = api_level(&manifest.target_sdk);
        details.max_sdk = api_level(&manifest.max_sdk);
        details.permissions = manifest.permissions();
        details.features = manifest.features();
        details.abis = apk.abis.iter().cloned().collect();
        details.debuggable = manifest.debuggable.as_bool() == Some(true);
        details.test_only = manifest.test_only.as_bool() == Some(true);
        let name = manifest.label.into_text();
        details.labels.retain(|_, label| Some(&*label) != name.as_ref());
        Package {
            platform: Platform::Android,
            bundle_id,
            version: manifest.version_name.into_text(),
            build_number: version_code(&manifest.version_code),
            name,
            min_os_version: manifest.min_sdk.into_text(),
            icon,
            devices: Vec::new(),
            details: kind(Box::new(details)),
        }
    }
}

/// The version code as `aapt` prints it: nothing unless it is above zero, and without its upper
/// half (`versionCodeMajor`).
fn version_code(value: &Value) -> Option<String> {
    let code: i32 = match value {
        Value::Number(number) => *number,
        Value::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (code > 0).then(|| code.to_string())
}

/// A version of Android by its number; those in development have but a name.
fn api_level(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => u32::try_from(*number).ok(),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The oldest version of Android that may look at the signature.
fn lowest_sdk(min_sdk: &Value) -> u32 {
    match (api_level(min_sdk), min_sdk) {
        (Some(level), _) => level,
        (None, Value::Text(_)) => SDK_IN_DEVELOPMENT,
        (None, _) => 1,
    }
}

/// The names of the app by language, also where the label is another name for a text.
fn labels<R: Read + Seek>(
    archive: &mut Archive<R>,
    lookup: &mut Lookup<'_>,
    id: u32,
) -> Result<BTreeMap<String, String>, InspectError> {
    let mut labels = BTreeMap::new();
    let mut next = Some(id);
    for _ in 0..MAX_ALIASES {
        let Some(id) = next.take() else {
            break;
        };
        let mut values = lookup.all(archive, id)?;
        // Of several for a language, the one for ordinary screens comes first.
        values.sort_by_key(|(config, _)| config.distance());
        for (config, value) in values {
            let locale = config.locale();
            let value = match (value, locale) {
                (Value::Reference(id), None) => {
                    next.get_or_insert(id);
                    continue;
                }
                (Value::Reference(id), Some(_)) => lookup.resolve(archive, id)?,
                (value, _) => value,
            };
            if let (Some(locale), Some(label)) = (locale, value.into_text())
                && labels.len() < MAX_LABELS
            {
                labels.entry(locale.to_owned()).or_insert(label);
            }
        }
    }
    Ok(labels)
}

/// What cannot be read is nothing; a failing disk stays an error.
fn tolerated<T>(result: Result<T, InspectError>) -> Result<Option<T>, InspectError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(InspectError::Rejected(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
