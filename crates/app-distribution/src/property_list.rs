//! Parsing a property list without trusting it.
//!
//! A binary property list is a graph: a few bytes can stand for a tree without end, or repeat one
//! long string at every leaf. So it is read as a stream through `serde`, which keeps only the
//! values asked for, and every value visited is paid for out of a budget.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Datelike as _, Utc};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Nested deeper than any real one (icons are at 4), shallow enough for the stack.
const MAX_DEPTH: u32 = 32;
/// Bytes of text, plus [`VALUE_COST`] for each value.
const BUDGET: usize = 16 * 1024 * 1024;
const VALUE_COST: usize = 64;

/// Which keys of the outermost dictionary are kept.
pub(crate) trait Wanted {
    fn wants(key: &str) -> bool;
}

/// The values that were kept.
pub(crate) type Dictionary = BTreeMap<String, Value>;

/// A value that was kept.
#[derive(Debug, PartialEq)]
pub(crate) enum Value {
    /// Also a date, as XML has it.
    Text(String),
    Integer(i128),
    Real(f64),
    Bool(bool),
    Data(Vec<u8>),
    List(Vec<Value>),
    Dictionary(Dictionary),
}

/// A property list that is damaged, or without measure.
#[derive(Debug)]
pub(crate) struct Unreadable;

/// Reads a dictionary in the binary or the XML form.
pub(crate) fn parse<W: Wanted>(bytes: &[u8]) -> Result<Dictionary, Unreadable> {
    // Not left to `plist`, which would also try the old ASCII form: iOS does not have it.
    let parsed: Result<Root<W>, plist::Error> = if bytes.starts_with(b"bplist00") {
        plist::from_bytes(bytes)
    } else {
        plist::from_reader_xml(bytes)
    };
    parsed.map(|root| root.kept).map_err(|_| Unreadable)
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Text, or a number as text: versions are given as either.
    pub(crate) fn to_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Integer(number) => Some(number.to_string()),
            // `Debug` keeps the ".0" of a version given as a real.
            Self::Real(number) => Some(format!("{number:?}")),
            _ => None,
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    /// None of a year that nobody means, and Postgres may not know.
    pub(crate) fn date(&self) -> Option<DateTime<Utc>> {
        self.text()?
            .parse()
            .ok()
            .filter(|date: &DateTime<Utc>| (1970..=9999).contains(&date.year()))
    }

    pub(crate) fn data(&self) -> Option<&[u8]> {
        match self {
            Self::Data(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The values of a list; of anything else none.
    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }

    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(values) => Some(values),
            _ => None,
        }
    }
}

struct Root<W> {
    kept: Dictionary,
    wanted: PhantomData<W>,
}

impl<'de, W: Wanted> Deserialize<'de> for Root<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RootVisitor(PhantomData))
    }
}

struct RootVisitor<W>(PhantomData<W>);

impl<'de, W: Wanted> Visitor<'de> for RootVisitor<W> {
    type Value = Root<W>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a dictionary")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Root<W>, A::Error> {
        let budget = Cell::new(BUDGET);
        let any = |keep| Any { budget: &budget, depth: 0, keep };
        let mut kept = Dictionary::new();
        while let Some(key) = map.next_key_seed(any(true))? {
            let key = key.and_then(|key| key.to_text()).filter(|key| W::wants(key));
            let value = map.next_value_seed(any(key.is_some()))?;
            kept.extend(key.zip(value));
        }
        Ok(Root { kept, wanted: self.0 })
    }
}

/// Any value: visited in any case, and kept where somebody asks for it.
#[derive(Clone, Copy)]
struct Any<'b> {
    budget: &'b Cell<usize>,
    depth: u32,
    keep: bool,
}

impl Any<'_> {
    fn pay<E: Error>(&self, len: usize) -> Result<(), E> {
        let price = len.saturating_add(VALUE_COST);
        let rest = self.budget.get().checked_sub(price).ok_or_else(|| E::custom("too complex"))?;
        self.budget.set(rest);
        Ok(())
    }

    fn leaf<E: Error>(self, len: usize, value: impl FnOnce() -> Value) -> Result<Option<Value>, E> {
        self.pay(len)?;
        Ok(self.keep.then(value))
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
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property list value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.leaf(text.len(), || Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        self.leaf(text.len(), || Value::Text(text))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.leaf(0, || Value::Integer(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.leaf(0, || Value::Integer(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        self.leaf(0, || Value::Real(number))
    }

    fn visit_bool<E: Error>(self, answer: bool) -> Result<Self::Value, E> {
        self.leaf(0, || Value::Bool(answer))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        self.leaf(bytes.len(), || Value::Data(bytes.to_vec()))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Self::Value, E> {
        self.leaf(bytes.len(), || Value::Data(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let child = self.enter(seq.size_hint())?;
        let mut kept = Vec::new();
        while let Some(value) = seq.next_element_seed(child)? {
            kept.extend(value);
        }
        Ok(self.keep.then_some(Value::List(kept)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let child = self.enter(map.size_hint())?;
        let mut kept = Dictionary::new();
        while let Some(key) = map.next_key_seed(child)? {
            let value = map.next_value_seed(child)?;
            kept.extend(key.and_then(|key| key.to_text()).zip(value));
        }
        Ok(self.keep.then_some(Value::Dictionary(kept)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_in_a_year_that_somebody_means() {
        let date = |text: &str| Value::Text(text.to_owned()).date();
        assert!(date("2027-01-31T00:00:00Z").is_some());
        for strange in ["1969-12-31T00:00:00Z", "-5000-01-01T00:00:00Z", "+99999-01-01T00:00:00Z"] {
            assert_eq!(date(strange), None, "{strange}");
        }
    }
}
