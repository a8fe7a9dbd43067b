//! Parsing an `Info.plist` without trusting it.
//!
//! A binary property list is a graph: a few bytes can stand for a tree without end, or repeat one
//! long string at every leaf. So it is read as a stream through `serde`, which keeps only the
//! values asked for, and every value visited is paid for out of a budget.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::super::Rejection;

/// Nested deeper than any real one (icons are at 4), shallow enough for the stack.
const MAX_DEPTH: u32 = 32;
/// Bytes of text, plus [`VALUE_COST`] for each value.
const BUDGET: usize = 16 * 1024 * 1024;
const VALUE_COST: usize = 64;

/// The top-level values that are kept.
#[derive(Default)]
pub(super) struct InfoPlist {
    pub(super) bundle_id: Option<String>,
    pub(super) short_version: Option<String>,
    pub(super) version: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) name: Option<String>,
    pub(super) min_os_version: Option<String>,
    pub(super) executable: Option<String>,
}

/// Reads the binary or the XML form.
pub(super) fn parse(bytes: &[u8]) -> Result<InfoPlist, Rejection> {
    // Not left to `plist`, which would also try the old ASCII form: iOS apps do not have it.
    let parsed = if bytes.starts_with(b"bplist00") {
        plist::from_bytes(bytes)
    } else {
        plist::from_reader_xml(bytes)
    };
    parsed.map_err(|_| Rejection::InfoPlistUnreadable)
}

impl<'de> Deserialize<'de> for InfoPlist {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Root)
    }
}

struct Root;

impl<'de> Visitor<'de> for Root {
    type Value = InfoPlist;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a dictionary")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InfoPlist, A::Error> {
        let budget = Cell::new(BUDGET);
        let any = || Any { budget: &budget, depth: 0 };
        let mut info = InfoPlist::default();
        while let Some(key) = map.next_key_seed(any())? {
            let value = map.next_value_seed(any())?;
            if let Some(field) = key.and_then(|key| info.field(&key)) {
                *field = value;
            }
        }
        Ok(info)
    }
}

impl InfoPlist {
    fn field(&mut self, key: &str) -> Option<&mut Option<String>> {
        Some(match key {
            "CFBundleIdentifier" => &mut self.bundle_id,
            "CFBundleShortVersionString" => &mut self.short_version,
            "CFBundleVersion" => &mut self.version,
            "CFBundleDisplayName" => &mut self.display_name,
            "CFBundleName" => &mut self.name,
            "MinimumOSVersion" => &mut self.min_os_version,
            "CFBundleExecutable" => &mut self.executable,
            _ => return None,
        })
    }
}

/// Any value: text and numbers as text, the rest as nothing.
#[derive(Clone, Copy)]
struct Any<'b> {
    budget: &'b Cell<usize>,
    depth: u32,
}

impl Any<'_> {
    fn pay<E: Error>(&self, len: usize) -> Result<(), E> {
        let price = len.saturating_add(VALUE_COST);
        let rest = self.budget.get().checked_sub(price).ok_or_else(|| E::custom("too complex"))?;
        self.budget.set(rest);
        Ok(())
    }

    /// Goes one level down. `children` is what the reader has already made room for.
    fn enter<E: Error>(self, children: Option<usize>) -> Result<Self, E> {
        self.pay(children.unwrap_or_default().saturating_mul(VALUE_COST))?;
        if self.depth == MAX_DEPTH {
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property list value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.pay(text.len())?;
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        self.pay(text.len())?;
        Ok(Some(text))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.pay(0)?;
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.pay(0)?;
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        self.pay(0)?;
        // `Debug` keeps the ".0" of a version given as a real.
        Ok(Some(format!("{number:?}")))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        self.pay(0)?;
        Ok(None)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        self.pay(bytes.len())?;
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let child = self.enter(seq.size_hint())?;
        while seq.next_element_seed(child)?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let child = self.enter(map.size_hint())?;
        while map.next_key_seed(child)?.is_some() {
            map.next_value_seed(child)?;
        }
        Ok(None)
    }
}
