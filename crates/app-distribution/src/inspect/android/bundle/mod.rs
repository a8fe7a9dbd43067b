//! Manifest and resources of an Android App Bundle, which are protocol buffers.
//!
//! The messages are those of `Resources.proto` of `aapt2`; fields are told by their numbers.

mod table;
mod wire;

pub(super) use self::table::BundleTable;
use self::wire::{Field, Message};
use super::super::{InspectError, Rejection};
use super::drawing::Node;
use super::manifest::{Element, Manifest, PLAIN_NAMES};
use super::value::Value;

/// Of one text; drawings have long ones.
const MAX_TEXT: usize = 64 * 1024;

/// `XmlNode`.
const NODE_ELEMENT: u64 = 1;
/// `XmlElement`.
const ELEMENT_NAME: u64 = 3;
const ELEMENT_ATTRIBUTE: u64 = 4;
const ELEMENT_CHILD: u64 = 5;
/// `XmlAttribute`.
const ATTRIBUTE_NAMESPACE: u64 = 1;
const ATTRIBUTE_NAME: u64 = 2;
const ATTRIBUTE_TEXT: u64 = 3;
const ATTRIBUTE_ID: u64 = 5;
const ATTRIBUTE_ITEM: u64 = 6;

/// Reads `base/manifest/AndroidManifest.xml`.
pub(super) fn manifest(bytes: &[u8]) -> Result<Manifest, InspectError> {
    let mut manifest = Manifest::default();
    let root = Message::of(bytes).message(NODE_ELEMENT);
    let Some(root) = root.filter(|root| root.text(ELEMENT_NAME).as_deref() == Some("manifest"))
    else {
        return Err(Rejection::ManifestUnreadable.into());
    };
    read_attributes(root, Element::Manifest, &mut manifest);
    for child in root.messages(ELEMENT_CHILD).filter_map(|node| node.message(NODE_ELEMENT)) {
        let name = child.text(ELEMENT_NAME).unwrap_or_default();
        if let Some(element) = manifest.open(&name) {
            read_attributes(child, element, &mut manifest);
        }
    }
    Ok(manifest)
}

fn read_attributes(of: Message<'_>, element: Element, manifest: &mut Manifest) {
    for attribute in of.messages(ELEMENT_ATTRIBUTE) {
        let id = attribute.number(ATTRIBUTE_ID);
        if let Some(slot) = manifest.slot(element, id) {
            *slot = value(attribute);
        } else if element == Element::Manifest
            && attribute.get(ATTRIBUTE_NAMESPACE).is_none_or(<[u8]>::is_empty)
            && let Some(name) = attribute.text(ATTRIBUTE_NAME)
            && PLAIN_NAMES.contains(&name.as_str())
        {
            manifest.set_plain(&name, value(attribute));
        }
    }
}

/// The compiled value of an attribute, or its text.
fn value(attribute: Message<'_>) -> Value {
    match attribute.message(ATTRIBUTE_ITEM).map(item) {
        Some(Value::Absent) | None => {
            attribute.text(ATTRIBUTE_TEXT).map_or(Value::Absent, Value::Text)
        }
        Some(value) => value,
    }
}

/// An `Item`: a reference, a text, the path of a file, or a number.
fn item(item: Message<'_>) -> Value {
    for (number, field) in item.fields() {
        let Field::Bytes(bytes) = field else {
            continue;
        };
        let message = Message::of(bytes);
        return match number {
            1 => Value::Reference(message.number(2)),
            // Plain, raw and styled texts, and files, begin with their text or path.
            2..=5 => message.text(1).map_or(Value::Absent, Value::Text),
            7 => primitive(message),
            _ => continue,
        };
    }
    Value::Absent
}

/// A `Primitive`; lengths and parts are written as in the binary format.
fn primitive(primitive: Message<'_>) -> Value {
    const DIMENSION: u8 = 0x05;
    const FRACTION: u8 = 0x06;
    match primitive.fields().next() {
        Some((3, Field::Word(bits))) => Value::Float(f32::from_bits(bits)),
        Some((13, Field::Number(data))) => Value::of(DIMENSION, low(data)),
        Some((14, Field::Number(data))) => Value::of(FRACTION, low(data)),
        Some((6..=12, Field::Number(number))) => Value::Number(low(number).cast_signed()),
        _ => Value::Absent,
    }
}

fn low(number: u64) -> u32 {
    u32::try_from(number & 0xffff_ffff).expect("masked")
}

/// A drawing, at most `budget` elements of it.
pub(super) fn drawing(bytes: &[u8], budget: &mut u32) -> Option<Node> {
    node(Message::of(bytes), budget, 0)
}

fn node(message: Message<'_>, budget: &mut u32, depth: u32) -> Option<Node> {
    *budget = budget.checked_sub(1)?;
    if depth > Node::MAX_DEPTH {
        return None;
    }
    let element = message.message(NODE_ELEMENT)?;
    let mut children = Vec::new();
    for child in element.messages(ELEMENT_CHILD) {
        // Text between elements means nothing here.
        if child.message(NODE_ELEMENT).is_some() {
            children.push(node(child, budget, depth + 1)?);
        }
    }
    let attributes = element.messages(ELEMENT_ATTRIBUTE).take(Node::MAX_ATTRIBUTES);
    Some(Node {
        name: element.text(ELEMENT_NAME)?,
        attributes: attributes.map(|one| (one.number(ATTRIBUTE_ID), value(one))).collect(),
        children,
    })
}
