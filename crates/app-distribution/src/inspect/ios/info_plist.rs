//! What an `Info.plist` says.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Rejection, text};
use crate::property_list::{self, Dictionary, Value, Wanted};

/// Of anything that comes as a list, such as URL schemes.
const MAX_ITEMS: usize = 200;
const KEYS: [&str; 20] = [
    "CFBundleIdentifier",
    "CFBundleShortVersionString",
    "CFBundleVersion",
    "CFBundleDisplayName",
    "CFBundleName",
    "MinimumOSVersion",
    "CFBundleExecutable",
    "CFBundleSupportedPlatforms",
    "DTPlatformName",
    "DTSDKName",
    "UIDeviceFamily",
    "UIRequiredDeviceCapabilities",
    "UIBackgroundModes",
    "CFBundleURLTypes",
    "CFBundleIcons",
    "CFBundleIcons~ipad",
    "CFBundleIconFiles",
    "CFBundleIconFiles~ipad",
    "CFBundleIconFile",
    "CFBundleIconFile~ipad",
];

/// The values of an `Info.plist` that anybody here asks for.
pub(super) struct InfoPlist(Dictionary);

impl Wanted for InfoPlist {
    fn wants(key: &str) -> bool {
        KEYS.contains(&key) || is_usage_description(key)
    }
}

impl InfoPlist {
    /// Reads the binary or the XML form.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Rejection> {
        property_list::parse::<Self>(bytes).map(Self).map_err(|_| Rejection::InfoPlistUnreadable)
    }

    /// The text or number under this key, as it stands there.
    pub(super) fn raw(&self, key: &str) -> Option<String> {
        self.0.get(key)?.to_text()
    }

    /// The text under this key, fit to be kept; nothing if it is empty.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        text::clean(&self.raw(key)?)
    }

    /// The texts under this key: a list, or a dictionary of what is true.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        match self.0.get(key) {
            Some(Value::Dictionary(answers)) => {
                let told = answers.iter().filter(|(_, answer)| answer.is_true());
                tidy(told.map(|(name, _)| name.as_str()))
            }
            Some(value) => tidy(value.list().iter().filter_map(Value::text)),
            None => Vec::new(),
        }
    }

    pub(super) fn device_families(&self) -> Vec<String> {
        let family = |value: &Value| {
            Some(match value.to_text()?.as_str() {
                "1" => "iphone",
                "2" => "ipad",
                "3" => "tv",
                "4" => "watch",
                "7" => "vision",
                _ => return None,
            })
        };
        let Some(value) = self.0.get("UIDeviceFamily") else { return Vec::new() };
        // Old apps have a single number.
        tidy(value.list().iter().chain([value]).filter_map(family))
    }

    pub(super) fn url_schemes(&self) -> Vec<String> {
        let types = self.0.get("CFBundleURLTypes").map_or(&[][..], Value::list);
        let schemes = types
            .iter()
            .filter_map(|kind| kind.dictionary()?.get("CFBundleURLSchemes"))
            .flat_map(Value::list);
        tidy(schemes.filter_map(Value::text))
    }

    pub(super) fn usage_descriptions(&self) -> BTreeMap<String, String> {
        self.0
            .iter()
            .filter(|(key, _)| is_usage_description(key))
            .filter_map(|(key, value)| Some((text::clean(key)?, text::clean(value.text()?)?)))
            .take(MAX_ITEMS)
            .collect()
    }

    /// Whether it says that the app runs in the simulator only.
    pub(super) fn is_for_simulator(&self) -> bool {
        let platforms = self.texts("CFBundleSupportedPlatforms");
        let names = ["DTPlatformName", "DTSDKName"].into_iter().filter_map(|key| self.text(key));
        let is_simulator = |name: &str| name.to_ascii_lowercase().contains("simulator");
        if platforms.is_empty() {
            return names.into_iter().any(|name| is_simulator(&name));
        }
        platforms.iter().all(|name| is_simulator(name))
    }

    /// Whether it says for what it is, and that is neither iPhone nor iPad.
    pub(super) fn is_for_other_systems(&self) -> bool {
        let platforms = self.texts("CFBundleSupportedPlatforms");
        !platforms.is_empty() && !platforms.iter().any(|name| name.eq_ignore_ascii_case("iPhoneOS"))
    }

    /// The names of icons, without what comes behind them (`@2x~ipad.png`).
    pub(super) fn icon_names(&self) -> BTreeSet<String> {
        let mut names = Vec::new();
        for suffix in ["", "~ipad"] {
            let get = |key: &str| self.0.get(&format!("{key}{suffix}"));
            let icons = get("CFBundleIcons").and_then(Value::dictionary);
            let primary = icons.and_then(|icons| icons.get("CFBundlePrimaryIcon")?.dictionary());
            names.extend(primary.and_then(|primary| primary.get("CFBundleIconFiles")));
            names.extend(get("CFBundleIconFiles"));
            names.extend(get("CFBundleIconFile"));
        }
        names
            .into_iter()
            .flat_map(|value| value.list().iter().chain([value]))
            .filter_map(Value::text)
            .map(|name| icon_stem(name).to_owned())
            .filter(|name| !name.is_empty())
            .take(MAX_ITEMS)
            .collect()
    }
}

/// The name of an icon without its extension, density and device.
pub(super) fn icon_stem(name: &str) -> &str {
    let mut stem = name;
    for suffix in [".png", ".PNG", "~ipad", "~iphone", "@2x", "@3x"] {
        stem = stem.strip_suffix(suffix).unwrap_or(stem);
    }
    stem
}

fn is_usage_description(key: &str) -> bool {
    key.starts_with("NS") && key.ends_with("UsageDescription")
}

/// Clean texts, each once, in their order.
fn tidy<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut known = BTreeSet::new();
    texts
        .filter_map(text::clean)
        .filter(|text| known.insert(text.clone()))
        .take(MAX_ITEMS)
        .collect()
}
