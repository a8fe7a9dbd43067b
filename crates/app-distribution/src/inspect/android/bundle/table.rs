//! Looking up values in `resources.pb`.

use super::super::config::Config;
use super::super::value::Value;
use super::wire::Message;

/// `ResourceTable`, `Package`, `Type`, `Entry`, `ConfigValue`, `Value`.
const TABLE_PACKAGE: u64 = 2;
const PACKAGE_ID: u64 = 1;
const PACKAGE_TYPE: u64 = 3;
const TYPE_ID: u64 = 1;
const TYPE_ENTRY: u64 = 3;
const ENTRY_ID: u64 = 1;
const ENTRY_VALUE: u64 = 6;
const VALUE_CONFIG: u64 = 1;
const VALUE_VALUE: u64 = 2;
const VALUE_ITEM: u64 = 4;

/// Bytes gone through for all values: fifty times the table of a large app.
const MAX_SCANNED: usize = 1 << 30;

/// A table in memory.
pub(in super::super) struct BundleTable {
    bytes: Vec<u8>,
    left: usize,
}

impl BundleTable {
    pub(in super::super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, left: MAX_SCANNED }
    }

    /// The values of an id, in all configurations.
    pub(in super::super) fn all(&mut self, id: u32) -> Vec<(Config, Value)> {
        let Some(left) = self.left.checked_sub(self.bytes.len()) else {
            return Vec::new();
        };
        self.left = left;
        let [package, kind, high, low] = id.to_be_bytes();
        let has = |message: Message<'_>, field, id: u32| {
            message.message(field).is_some_and(|found| found.number(1) == id)
        };
        let mut found = Vec::new();
        let packages = Message::of(&self.bytes).messages(TABLE_PACKAGE);
        let packages = packages.filter(|one| has(*one, PACKAGE_ID, package.into()));
        let types = packages.flat_map(|package| package.messages(PACKAGE_TYPE));
        for kind in types.filter(|one| has(*one, TYPE_ID, kind.into())) {
            for entry in kind.messages(TYPE_ENTRY) {
                if has(entry, ENTRY_ID, u16::from_be_bytes([high, low]).into()) {
                    found.extend(entry.messages(ENTRY_VALUE).take(1000).map(config_value));
                }
            }
        }
        found.truncate(1000);
        found
    }
}

fn config_value(message: Message<'_>) -> (Config, Value) {
    let value = message.message(VALUE_VALUE).and_then(|value| value.message(VALUE_ITEM));
    let config = message.message(VALUE_CONFIG).map_or_else(Config::default, config);
    (config, value.map_or(Value::Absent, super::item))
}

/// A `Configuration`.
fn config(message: Message<'_>) -> Config {
    const LOCALE: u64 = 3;
    const DENSITY: u64 = 18;
    const VERSION: u64 = 24;
    let known = [LOCALE, DENSITY, VERSION];
    let is_special = message.fields().any(|(number, _)| !known.contains(&number));
    let half = |number| u16::try_from(message.number(number)).unwrap_or_default();
    let locale = message.text(LOCALE).unwrap_or_default();
    Config::named(&locale, half(DENSITY), half(VERSION), is_special)
}
