//! The binary `AndroidManifest.xml`, as Android's own reader takes it.
//!
//! Attributes are known by their resource ids, because names are often stripped or forged. Only
//! `<manifest>` and its direct children are looked at, and only a few of their attributes are
//! decoded: a tree of the whole would let a small file with one long string grow without bounds.

use std::io::{Read, Seek};

use super::super::bytes::Blob;
use super::super::{InspectError, Rejection, text};
use super::chunk::Chunk;
use super::strings::{STRING_POOL, StringPool};

const RESOURCE_MAP: u16 = 0x0180;
const START_ELEMENT: u16 = 0x0102;
const END_ELEMENT: u16 = 0x0103;

const LABEL: u32 = 0x0101_0001;
const MIN_SDK_VERSION: u32 = 0x0101_020c;
const VERSION_CODE: u32 = 0x0101_021b;
const VERSION_NAME: u32 = 0x0101_021c;

const NONE: u32 = u32::MAX;
/// Smaller ones would overlap, and let one element count as thousands.
const MIN_ATTRIBUTE_SIZE: u16 = 20;

/// What the manifest says; values may refer to the resource table.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) package: Option<String>,
    pub(super) version_code: Value,
    pub(super) version_name: Value,
    pub(super) label: Value,
    pub(super) min_sdk: Value,
}

/// A value of an attribute or of a resource.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Value {
    #[default]
    Absent,
    Text(String),
    Number(i32),
    Reference(u32),
}

impl Manifest {
    pub(super) fn values(&mut self) -> impl Iterator<Item = &mut Value> {
        let Self { version_code, version_name, label, min_sdk, package: _ } = self;
        [version_code, version_name, label, min_sdk].into_iter()
    }
}

impl Value {
    const REFERENCE: u8 = 0x01;
    const STRING: u8 = 0x03;
    const FLOAT: u8 = 0x04;
    const DYNAMIC_REFERENCE: u8 = 0x07;
    const FIRST_INT: u8 = 0x10;
    const LAST_INT: u8 = 0x1f;

    /// From a `Res_value`: its type, its data, and the pool that strings are in.
    pub(super) fn read<R: Read + Seek>(
        blob: &mut Blob<'_, R>,
        pool: Option<&StringPool>,
        kind: u8,
        data: u32,
    ) -> Result<Self, InspectError> {
        Ok(match (kind, pool) {
            (Self::STRING, Some(pool)) => pool.get(blob, data)?.map_or(Self::Absent, Self::Text),
            (Self::REFERENCE | Self::DYNAMIC_REFERENCE, _) => Self::Reference(data),
            (Self::FIRST_INT..=Self::LAST_INT, _) => Self::Number(data.cast_signed()),
            // A "1.0" that was compiled as a number: `Debug` keeps its fraction, as Java does.
            (Self::FLOAT, _) => Self::Text(format!("{:?}", f32::from_bits(data))),
            _ => Self::Absent,
        })
    }

    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => text::clean(&text),
            Self::Number(number) => Some(number.to_string()),
            Self::Absent | Self::Reference(_) => None,
        }
    }
}

/// Reads the manifest out of its unpacked entry.
pub(super) fn parse(name: &[u8], bytes: Vec<u8>) -> Result<Manifest, InspectError> {
    if bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with(b"\xef\xbb\xbf<") {
        return Err(Rejection::ManifestIsText.into());
    }
    let mut document = Document::new(Blob::<std::io::Empty>::in_memory(name, bytes));
    match document.read() {
        Ok(()) => Ok(document.manifest),
        Err(InspectError::Rejected(_)) => Err(Rejection::ManifestUnreadable.into()),
        Err(error) => Err(error),
    }
}

struct Document<'a, R> {
    blob: Blob<'a, R>,
    pool: Option<StringPool>,
    /// The chunk that gives attribute names their resource ids.
    ids: Option<Chunk>,
    manifest: Manifest,
    has_application: bool,
    has_sdk: bool,
}

impl<'a, R: Read + Seek> Document<'a, R> {
    fn new(blob: Blob<'a, R>) -> Self {
        let manifest = Manifest::default();
        Self { blob, pool: None, ids: None, manifest, has_application: false, has_sdk: false }
    }

    fn read(&mut self) -> Result<(), InspectError> {
        let len = self.blob.len();
        // Android does not ask for the kind of the outermost chunk, and some packers change it.
        let Some(root) = Chunk::read(&mut self.blob, 0, len)? else {
            return self.blob.broken();
        };
        let mut depth: u32 = 0;
        let mut at = root.content;
        while let Some(chunk) = Chunk::read(&mut self.blob, at, root.end)? {
            at = chunk.end;
            match chunk.kind {
                STRING_POOL if self.pool.is_none() => {
                    self.pool = Some(StringPool::read(&mut self.blob, chunk)?);
                }
                RESOURCE_MAP if self.ids.is_none() => self.ids = Some(chunk),
                START_ELEMENT => {
                    depth += 1;
                    self.start_element(chunk, depth)?;
                }
                END_ELEMENT if depth <= 1 => return Ok(()),
                END_ELEMENT => depth -= 1,
                _ => {}
            }
        }
        // Without its end the document is cut off.
        self.blob.broken()
    }

    fn start_element(&mut self, chunk: Chunk, depth: u32) -> Result<(), InspectError> {
        if depth > 2 {
            return Ok(());
        }
        let name = self.blob.u32(chunk.content + 4)?;
        let name = self.text(name)?;
        match (depth, name.as_deref()) {
            (1, Some("manifest")) => self.each_attribute(chunk, Self::manifest_attribute),
            (1, _) => self.blob.broken(),
            // Of several, Android takes the first.
            (_, Some("application")) if !self.has_application => {
                self.has_application = true;
                self.each_attribute(chunk, Self::application_attribute)
            }
            (_, Some("uses-sdk")) if !self.has_sdk => {
                self.has_sdk = true;
                self.each_attribute(chunk, Self::sdk_attribute)
            }
            _ => Ok(()),
        }
    }

    fn manifest_attribute(&mut self, attribute: &Attribute) -> Result<(), InspectError> {
        match attribute.id {
            Some(VERSION_CODE) => self.manifest.version_code = self.value(attribute)?,
            Some(VERSION_NAME) => self.manifest.version_name = self.value(attribute)?,
            _ if attribute.namespace == NONE
                && self.text(attribute.name)?.as_deref() == Some("package") =>
            {
                if let Value::Text(package) = self.value(attribute)? {
                    self.manifest.package = Some(package);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn application_attribute(&mut self, attribute: &Attribute) -> Result<(), InspectError> {
        if attribute.id == Some(LABEL) {
            self.manifest.label = self.value(attribute)?;
        }
        Ok(())
    }

    fn sdk_attribute(&mut self, attribute: &Attribute) -> Result<(), InspectError> {
        if attribute.id == Some(MIN_SDK_VERSION) {
            self.manifest.min_sdk = self.value(attribute)?;
        }
        Ok(())
    }

    fn each_attribute(
        &mut self,
        chunk: Chunk,
        visit: fn(&mut Self, &Attribute) -> Result<(), InspectError>,
    ) -> Result<(), InspectError> {
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

    fn value(&mut self, attribute: &Attribute) -> Result<Value, InspectError> {
        Value::read(&mut self.blob, self.pool.as_ref(), attribute.kind, attribute.data)
    }
}

struct Attribute {
    namespace: u32,
    name: u32,
    id: Option<u32>,
    kind: u8,
    data: u32,
}
