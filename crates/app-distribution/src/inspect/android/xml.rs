//! Android's binary XML: the manifest, and drawings among the resources.
//!
//! Attributes are known by their resource ids, because names are often stripped or forged.

use std::io::{Read, Seek};

use super::super::InspectError;
use super::super::bytes::Blob;
use super::chunk::Chunk;
use super::strings::{STRING_POOL, StringPool};
use super::value::Value;

const RESOURCE_MAP: u16 = 0x0180;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;

const NONE: u32 = u32::MAX;
/// Smaller ones would overlap, and let one element count as thousands.
const MIN_ATTRIBUTE_SIZE: u16 = 20;

/// A document that is read element by element.
pub(super) struct Document<'a, R> {
    blob: Blob<'a, R>,
    pool: Option<StringPool>,
    /// The chunk that gives attribute names their resource ids.
    ids: Option<Chunk>,
    text_limit: u64,
    at: u64,
    end: u64,
}

pub(super) enum Event {
    Start(Tag),
    End,
}

/// The beginning of an element; nothing of it has been decoded.
#[derive(Clone, Copy)]
pub(super) struct Tag(Chunk);

/// An attribute, its value not decoded yet.
pub(super) struct Attribute {
    namespace: u32,
    name: u32,
    pub(super) id: Option<u32>,
    kind: u8,
    data: u32,
}

impl<'a, R: Read + Seek> Document<'a, R> {
    /// Texts are cut after `text_limit` bytes.
    pub(super) fn open(mut blob: Blob<'a, R>, text_limit: u64) -> Result<Self, InspectError> {
        let len = blob.len();
        // Android does not ask for the kind of the outermost chunk, and some packers change it.
        let Some(root) = Chunk::read(&mut blob, 0, len)? else {
            return blob.broken();
        };
        let (at, end) = (root.content, root.end);
        Ok(Self { blob, pool: None, ids: None, text_limit, at, end })
    }

    pub(super) fn broken<T>(&self) -> Result<T, InspectError> {
        self.blob.broken()
    }

    /// The next beginning or end of an element.
    pub(super) fn next(&mut self) -> Result<Option<Event>, InspectError> {
        while let Some(chunk) = Chunk::read(&mut self.blob, self.at, self.end)? {
            self.at = chunk.end;
            match chunk.kind {
                STRING_POOL if self.pool.is_none() => {
                    let pool = StringPool::read(&mut self.blob, chunk)?;
                    self.pool = Some(pool.with_limit(self.text_limit));
                }
                RESOURCE_MAP if self.ids.is_none() => self.ids = Some(chunk),
                START_ELEMENT => return Ok(Some(Event::Start(Tag(chunk)))),
                END_ELEMENT => return Ok(Some(Event::End)),
                _ => {}
            }
        }
        Ok(None)
    }

    pub(super) fn name(&mut self, tag: Tag) -> Result<Option<String>, InspectError> {
        let name = self.blob.u32(tag.0.content + 4)?;
        self.text(name)
    }

    pub(super) fn each_attribute(
        &mut self,
        tag: Tag,
        mut visit: impl FnMut(&mut Self, &Attribute) -> Result<(), InspectError>,
    ) -> Result<(), InspectError> {
        let chunk = tag.0;
        let first = chunk.content + u64::from(self.blob.u16(chunk.content + 8)?);
        let size = self.blob.u16(chunk.content + 10)?;
        let count = self.blob.u16(chunk.content + 12)?;
        if first + u64::from(size) * u64::from(count) > chunk.end
            || (count > 0 && size < MIN_ATTRIBUTE_SIZE)
        {
            return self.blob.broken();
        }
        for index in 0..u64::from(count) {
            let attribute = self.attribute(first + index * u64::from(size))?;
            visit(self, &attribute)?;
        }
        Ok(())
    }

    /// The name of an attribute that is in no namespace.
    pub(super) fn plain_name(
        &mut self,
        attribute: &Attribute,
    ) -> Result<Option<String>, InspectError> {
        if attribute.namespace == NONE { self.text(attribute.name) } else { Ok(None) }
    }

    pub(super) fn value(&mut self, attribute: &Attribute) -> Result<Value, InspectError> {
        Value::read(&mut self.blob, self.pool.as_ref(), attribute.kind, attribute.data)
    }

    fn attribute(&mut self, at: u64) -> Result<Attribute, InspectError> {
        let name = self.blob.u32(at + 4)?;
        Ok(Attribute {
            namespace: self.blob.u32(at)?,
            name,
            id: self.id(name)?,
            kind: self.blob.array::<1>(at + 15)?[0],
            data: self.blob.u32(at + 16)?,
        })
    }

    /// The resource id of an attribute, by the number of its name.
    fn id(&mut self, name: u32) -> Result<Option<u32>, InspectError> {
        let Some(ids) = self.ids else {
            return Ok(None);
        };
        let at = ids.content + u64::from(name) * 4;
        if at + 4 > ids.end {
            return Ok(None);
        }
        self.blob.u32(at).map(Some)
    }

    fn text(&mut self, index: u32) -> Result<Option<String>, InspectError> {
        match self.pool {
            Some(pool) => pool.get(&mut self.blob, index),
            None => Ok(None),
        }
    }
}
