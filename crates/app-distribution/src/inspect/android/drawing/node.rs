//! A drawing as a tree of elements.

use std::io::Empty;

use super::super::super::InspectError;
use super::super::super::bytes::Blob;
use super::super::value::Value;
use super::super::xml::{Document, Event, Tag};

/// Paths are long; Android's own limit for a text is half of this.
const MAX_TEXT: u64 = 64 * 1024;
/// Of a whole drawing: the same text can be in it again and again.
const MAX_TEXTS: usize = 2 * 1024 * 1024;

/// An element with what it contains.
#[derive(Debug, Default)]
pub(in super::super) struct Node {
    pub(in super::super) name: String,
    /// By resource id.
    pub(in super::super) attributes: Vec<(u32, Value)>,
    pub(in super::super) children: Vec<Node>,
}

impl Node {
    pub(in super::super) const MAX_DEPTH: u32 = 32;
    pub(in super::super) const MAX_ATTRIBUTES: usize = 64;

    /// A drawing in binary XML, at most `budget` elements of it.
    pub(in super::super) fn parse(
        bytes: &[u8],
        budget: &mut u32,
    ) -> Result<Option<Self>, InspectError> {
        let mut document = Document::<Empty>::open(Blob::in_memory(b"drawing", bytes), MAX_TEXT)?;
        let mut open: Vec<Self> = Vec::new();
        let mut texts: usize = 0;
        while let Some(event) = document.next()? {
            match event {
                Event::Start(tag) => {
                    let Some(left) = budget.checked_sub(1) else {
                        return Ok(None);
                    };
                    *budget = left;
                    if open.len() > Self::MAX_DEPTH as usize {
                        return Ok(None);
                    }
                    let node = Self::start(&mut document, tag)?;
                    texts += node.text_len();
                    if texts > MAX_TEXTS {
                        return Ok(None);
                    }
                    open.push(node);
                }
                Event::End => {
                    let closed = open.pop();
                    match (open.last_mut(), closed) {
                        (Some(parent), Some(child)) => parent.children.push(child),
                        (None, root) => return Ok(root),
                        (Some(_), None) => return Ok(None),
                    }
                }
            }
        }
        Ok(None)
    }

    fn start(document: &mut Document<'_, Empty>, tag: Tag) -> Result<Self, InspectError> {
        let name = document.name(tag)?.unwrap_or_default();
        let mut attributes = Vec::new();
        document.each_attribute(tag, |document, attribute| {
            if let Some(id) = attribute.id
                && attributes.len() < Self::MAX_ATTRIBUTES
            {
                attributes.push((id, document.value(attribute)?));
            }
            Ok(())
        })?;
        Ok(Self { name, attributes, children: Vec::new() })
    }

    fn text_len(&self) -> usize {
        let lens = self.attributes.iter().map(|(_, value)| match value {
            Value::Text(text) => text.len(),
            _ => 0,
        });
        self.name.len() + lens.sum::<usize>()
    }

    pub(super) fn get(&self, id: u32) -> Option<&Value> {
        self.attributes.iter().find(|(known, _)| *known == id).map(|(_, value)| value)
    }

    pub(super) fn number(&self, id: u32) -> Option<f32> {
        self.get(id)?.as_number()
    }

    /// The first child of this kind.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}
