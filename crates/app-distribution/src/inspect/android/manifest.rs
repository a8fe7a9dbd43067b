//! What an Android manifest says, whichever format it is written in.
//!
//! Only `<manifest>` and its direct children are looked at, and only a few of their attributes are
//! decoded: a tree of the whole would let a small file with one long string grow without bounds.

use std::collections::HashSet;
use std::io::Empty;

use securevox_protocol::packages::Feature;

use super::super::bytes::Blob;
use super::super::{InspectError, Rejection, text};
use super::value::Value;
use super::xml::{Document, Event, Tag};

const LABEL: u32 = 0x0101_0001;
const ICON: u32 = 0x0101_0002;
const NAME: u32 = 0x0101_0003;
const DEBUGGABLE: u32 = 0x0101_000f;
const MIN_SDK_VERSION: u32 = 0x0101_020c;
const VERSION_CODE: u32 = 0x0101_021b;
const VERSION_NAME: u32 = 0x0101_021c;
const TARGET_SDK_VERSION: u32 = 0x0101_0270;
const MAX_SDK_VERSION: u32 = 0x0101_0271;
const TEST_ONLY: u32 = 0x0101_0272;
const REQUIRED: u32 = 0x0101_028e;
const ROUND_ICON: u32 = 0x0101_052c;
const IS_SPLIT_REQUIRED: u32 = 0x0101_0591;
const REQUIRED_SPLIT_TYPES: u32 = 0x0101_064e;

/// Attributes of `<manifest>` that have no resource id.
pub(super) const PLAIN_NAMES: [&str; 2] = ["package", "split"];
/// Names and versions are short; more of a text is never needed.
const MAX_TEXT: u64 = 4096;
/// Far above what real apps list.
const MAX_PERMISSIONS: usize = 1000;
const MAX_FEATURES: usize = 500;

/// What the manifest says; values may refer to the resource table.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) package: Option<String>,
    /// The name of the split that this is a part for.
    pub(super) split: Option<String>,
    is_split_required: Value,
    required_split_types: Value,
    pub(super) version_code: Value,
    pub(super) version_name: Value,
    pub(super) label: Value,
    pub(super) icon: Value,
    pub(super) round_icon: Value,
    pub(super) min_sdk: Value,
    pub(super) target_sdk: Value,
    pub(super) max_sdk: Value,
    pub(super) debuggable: Value,
    pub(super) test_only: Value,
    permissions: Vec<Value>,
    features: Vec<(Value, Value)>,
    has_application: bool,
    has_sdk: bool,
}

/// The elements that are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Manifest,
    Application,
    Sdk,
    Permission,
    Feature,
}

impl Manifest {
    /// Whether the attributes of an element with this name matter; it is one of its kind from now on.
    pub(super) fn open(&mut self, name: &str) -> Option<Element> {
        match name {
            // Of several, Android takes the first.
            "application" if !self.has_application => {
                self.has_application = true;
                Some(Element::Application)
            }
            "uses-sdk" if !self.has_sdk => {
                self.has_sdk = true;
                Some(Element::Sdk)
            }
            "uses-permission" | "uses-permission-sdk-23"
                if self.permissions.len() < MAX_PERMISSIONS =>
            {
                self.permissions.push(Value::Absent);
                Some(Element::Permission)
            }
            "uses-feature" if self.features.len() < MAX_FEATURES => {
                self.features.push((Value::Absent, Value::Absent));
                Some(Element::Feature)
            }
            _ => None,
        }
    }

    /// Where the value of an attribute goes, if anybody wants it.
    pub(super) fn slot(&mut self, element: Element, key: u32) -> Option<&mut Value> {
        Some(match (element, key) {
            (Element::Manifest, VERSION_CODE) => &mut self.version_code,
            (Element::Manifest, VERSION_NAME) => &mut self.version_name,
            (Element::Manifest, IS_SPLIT_REQUIRED) => &mut self.is_split_required,
            (Element::Manifest, REQUIRED_SPLIT_TYPES) => &mut self.required_split_types,
            (Element::Application, LABEL) => &mut self.label,
            (Element::Application, ICON) => &mut self.icon,
            (Element::Application, ROUND_ICON) => &mut self.round_icon,
            (Element::Application, DEBUGGABLE) => &mut self.debuggable,
            (Element::Application, TEST_ONLY) => &mut self.test_only,
            (Element::Sdk, MIN_SDK_VERSION) => &mut self.min_sdk,
            (Element::Sdk, TARGET_SDK_VERSION) => &mut self.target_sdk,
            (Element::Sdk, MAX_SDK_VERSION) => &mut self.max_sdk,
            (Element::Permission, NAME) => self.permissions.last_mut()?,
            (Element::Feature, NAME) => &mut self.features.last_mut()?.0,
            (Element::Feature, REQUIRED) => &mut self.features.last_mut()?.1,
            _ => return None,
        })
    }

    /// Takes one of the attributes with [`PLAIN_NAMES`].
    pub(super) fn set_plain(&mut self, name: &str, value: Value) {
        match (name, value) {
            ("package", Value::Text(package)) => self.package = Some(package),
            ("split", Value::Text(split)) => self.split = Some(split),
            _ => {}
        }
    }

    /// The values that may be references and are wanted as what they refer to.
    pub(super) fn values(&mut self) -> impl Iterator<Item = &mut Value> {
        [
            &mut self.version_code,
            &mut self.version_name,
            &mut self.label,
            &mut self.min_sdk,
            &mut self.target_sdk,
            &mut self.max_sdk,
            &mut self.debuggable,
            &mut self.test_only,
            &mut self.is_split_required,
        ]
        .into_iter()
        .chain(self.features.iter_mut().map(|(_, required)| required))
    }

    pub(super) fn package_name(&self) -> Result<String, Rejection> {
        let name = self.package.clone().filter(|name| !name.is_empty());
        let name = name.ok_or(Rejection::NoPackageName)?;
        if !is_package_name(&name) {
            return Err(Rejection::InvalidPackageName(text::quote(&name)));
        }
        Ok(name)
    }

    /// Whether devices want other parts along with this one.
    pub(super) fn needs_splits(&self) -> bool {
        self.is_split_required.as_bool() == Some(true)
            || matches!(&self.required_split_types, Value::Text(types) if !types.is_empty())
    }

    /// Each once, in the manifest's order.
    pub(super) fn permissions(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let names = self.permissions.iter().filter_map(|name| name.clone().into_text());
        names.filter(|name| seen.insert(name.clone())).collect()
    }

    pub(super) fn features(&self) -> Vec<Feature> {
        let mut seen = HashSet::new();
        let features = self.features.iter().filter_map(|(name, required)| {
            let Value::Text(name) = name else {
                return None;
            };
            Some(Feature { name: text::clean(name)?, required: required.as_bool().unwrap_or(true) })
        });
        features.filter(|feature| seen.insert(feature.name.clone())).collect()
    }
}

/// Reads the manifest of an APK out of its unpacked entry.
pub(super) fn parse(name: &[u8], bytes: Vec<u8>) -> Result<Manifest, InspectError> {
    if bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with(b"\xef\xbb\xbf<") {
        return Err(Rejection::ManifestIsText.into());
    }
    let mut manifest = Manifest::default();
    match read(Blob::in_memory(name, bytes), &mut manifest) {
        Ok(()) => Ok(manifest),
        Err(InspectError::Rejected(_)) => Err(Rejection::ManifestUnreadable.into()),
        Err(error) => Err(error),
    }
}

fn read(blob: Blob<'_, Empty>, manifest: &mut Manifest) -> Result<(), InspectError> {
    let mut document = Document::open(blob, MAX_TEXT)?;
    let mut depth: u32 = 0;
    while let Some(event) = document.next()? {
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth <= 2 {
                    start(&mut document, tag, depth, manifest)?;
                }
            }
            Event::End if depth <= 1 => return Ok(()),
            Event::End => depth -= 1,
        }
    }
    // Without its end the document is cut off.
    document.broken()
}

fn start(
    document: &mut Document<'_, Empty>,
    tag: Tag,
    depth: u32,
    manifest: &mut Manifest,
) -> Result<(), InspectError> {
    let name = document.name(tag)?.unwrap_or_default();
    let element = match (depth, name.as_str()) {
        (1, "manifest") => Some(Element::Manifest),
        (1, _) => return document.broken(),
        (_, name) => manifest.open(name),
    };
    let Some(element) = element else {
        return Ok(());
    };
    document.each_attribute(tag, |document, attribute| {
        if let Some(slot) = attribute.id.and_then(|id| manifest.slot(element, id)) {
            *slot = document.value(attribute)?;
        } else if element == Element::Manifest
            && let Some(name) = document.plain_name(attribute)?
            && PLAIN_NAMES.contains(&name.as_str())
        {
            manifest.set_plain(&name, document.value(attribute)?);
        }
        Ok(())
    })
}

pub(in crate::inspect) fn is_package_name(name: &str) -> bool {
    text::is_identifier(name, b"_")
}
