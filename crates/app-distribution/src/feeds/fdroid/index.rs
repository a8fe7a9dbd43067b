//! The index of a repository in its two formats. Clients since F-Droid 1.16 read the second.

use securevox_core::auth::{digest, hex};
use serde_json::{Map, Value, json};
use url::Url;

use super::catalog::{Apk, Listed};

/// The language that clients fall back to; in which language notes are is not known.
const LANGUAGE: &str = "en-US";
const V1: u32 = 21;
const V2: u32 = 20002;

/// What a repository says of itself.
pub(super) struct About<'a> {
    pub(super) name: &'a str,
    pub(super) address: &'a Url,
    /// In milliseconds.
    pub(super) changed_at: i64,
}

impl About<'_> {
    fn description(&self) -> String {
        format!("Builds for testing, from {}", self.name)
    }
}

/// A text in its language.
fn told(text: &str) -> Value {
    json!({ LANGUAGE: text })
}

/// `index-v2.json`.
pub(super) fn v2(about: &About<'_>, apps: &[Listed]) -> Vec<u8> {
    let packages: Map<String, Value> =
        apps.iter().map(|app| (app.newest().offer.bundle_id.clone(), package_v2(app))).collect();
    let index = json!({
        "repo": {
            "name": told(about.name),
            "description": told(&about.description()),
            "address": about.address,
            "timestamp": about.changed_at,
        },
        "packages": packages,
    });
    index.to_string().into_bytes()
}

/// `entry.json`, which the signature is about: it names the index by its hash.
pub(super) fn entry(about: &About<'_>, apps: &[Listed], index: &[u8]) -> Vec<u8> {
    let entry = json!({
        "timestamp": about.changed_at,
        "version": V2,
        "index": {
            "name": "/index-v2.json",
            "sha256": hex(&digest(index)),
            "size": index.len(),
            "numPackages": apps.len(),
        },
        "diffs": {},
    });
    entry.to_string().into_bytes()
}

fn package_v2(app: &Listed) -> Value {
    let newest = &app.newest().offer;
    let mut metadata = json!({
        "added": app.added(),
        "lastUpdated": app.newest().added(),
        "name": told(&newest.app_name),
        "categories": [],
        "preferredSigner": app.suggested().says().signers[0].fingerprint,
    });
    if let Some(summary) = app.summary() {
        metadata["summary"] = told(&summary);
    }
    if let Some(description) = app.description() {
        metadata["description"] = told(&description);
    }
    if let Some(icon) = &app.icon {
        metadata["icon"] = json!({ LANGUAGE: {
            "name": format!("/icons/{}.png", icon.build_id),
            "sha256": hex(&icon.sha256),
            "size": icon.size,
        }});
    }
    let versions: Map<String, Value> =
        app.builds.iter().map(|apk| (hex(&apk.offer.sha256), version_v2(apk))).collect();
    json!({ "metadata": metadata, "versions": versions })
}

fn version_v2(apk: &Apk) -> Value {
    let says = apk.says();
    let named = |names: &mut dyn Iterator<Item = &str>| -> Vec<Value> {
        names.map(|name| json!({ "name": name })).collect()
    };
    let mut manifest = json!({
        "versionName": apk.version(),
        "versionCode": apk.code,
        "usesSdk": {
            "minSdkVersion": says.min_sdk.unwrap_or(1),
            "targetSdkVersion": says.target_sdk.or(says.min_sdk).unwrap_or(1),
        },
        "signer": { "sha256": fingerprints(apk), "hasMultipleSigners": says.signers.len() > 1 },
        "usesPermission": named(&mut says.permissions.iter().map(String::as_str)),
        "nativecode": says.abis,
        "features": named(&mut required(apk)),
    });
    if let Some(most) = says.max_sdk {
        manifest["maxSdkVersion"] = json!(most);
    }
    let mut version = json!({
        "added": apk.added(),
        "file": {
            "name": format!("/{}", apk.file()),
            "sha256": hex(&apk.offer.sha256),
            "size": apk.offer.size,
        },
        "manifest": manifest,
    });
    if let Some(notes) = &apk.offer.release_notes {
        version["whatsNew"] = told(notes);
    }
    version
}

fn fingerprints(apk: &Apk) -> Vec<&str> {
    apk.says().signers.iter().map(|signer| signer.fingerprint.as_str()).collect()
}

/// What a phone has to have.
fn required(apk: &Apk) -> impl Iterator<Item = &str> {
    let features = apk.says().features.iter();
    features.filter(|feature| feature.required).map(|feature| feature.name.as_str())
}

/// `index-v1.json`.
pub(super) fn v1(about: &About<'_>, apps: &[Listed]) -> Vec<u8> {
    let packages: Map<String, Value> = apps
        .iter()
        .map(|app| {
            let builds: Vec<Value> = app.builds.iter().map(version_v1).collect();
            (app.newest().offer.bundle_id.clone(), builds.into())
        })
        .collect();
    let index = json!({
        "repo": {
            "timestamp": about.changed_at,
            "version": V1,
            "name": about.name,
            "description": about.description(),
            "address": about.address,
            "icon": "",
        },
        "requests": { "install": [], "uninstall": [] },
        "apps": apps.iter().map(app_v1).collect::<Vec<_>>(),
        "packages": packages,
    });
    index.to_string().into_bytes()
}

fn app_v1(app: &Listed) -> Value {
    let (newest, suggested) = (&app.newest().offer, app.suggested());
    let mut listed = json!({
        "packageName": newest.bundle_id,
        "name": newest.app_name,
        "added": app.added(),
        "lastUpdated": app.newest().added(),
        "categories": [],
        "license": "Unknown",
        "suggestedVersionCode": suggested.code.to_string(),
        "suggestedVersionName": suggested.version(),
    });
    let texts = [
        ("summary", app.summary()),
        ("description", app.description()),
        ("icon", app.icon.as_ref().map(|icon| format!("{}.png", icon.build_id))),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            listed[name] = json!(text);
        }
    }
    if let Some(notes) = &suggested.offer.release_notes {
        listed["localized"] = json!({ LANGUAGE: { "whatsNew": notes } });
    }
    listed
}

fn version_v1(apk: &Apk) -> Value {
    let says = apk.says();
    let permissions: Vec<Value> =
        says.permissions.iter().map(|name| json!([name, Value::Null])).collect();
    let mut version = json!({
        "added": apk.added(),
        "apkName": apk.file(),
        "hash": hex(&apk.offer.sha256),
        "hashType": "sha256",
        "minSdkVersion": says.min_sdk.unwrap_or(1),
        "targetSdkVersion": says.target_sdk.or(says.min_sdk).unwrap_or(1),
        "packageName": apk.offer.bundle_id,
        "signer": fingerprints(apk)[0],
        "size": apk.offer.size,
        "uses-permission": permissions,
        "versionCode": apk.code,
        "versionName": apk.version(),
    });
    if let Some(most) = says.max_sdk {
        version["maxSdkVersion"] = json!(most);
    }
    if !says.abis.is_empty() {
        version["nativecode"] = json!(says.abis);
    }
    let features: Vec<&str> = required(apk).collect();
    if !features.is_empty() {
        version["features"] = json!(features);
    }
    version
}
