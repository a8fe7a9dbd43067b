//! Looking up single values in `resources.arsc`, without reading the rest of it.
//!
//! A table holds one value per configuration (language, screen, Android version). The default
//! configuration is wanted: what `aapt dump badging` prints as `application-label`.

use std::cmp::Reverse;
use std::io::{Read, Seek};

use super::super::InspectError;
use super::super::bytes::Blob;
use super::chunk::Chunk;
use super::manifest::Value;
use super::strings::{STRING_POOL, StringPool};

const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;

const FLAG_SPARSE: u8 = 1;
const FLAG_OFFSET16: u8 = 2;
const NO_ENTRY: u32 = u32::MAX;
const ENTRY_COMPLEX: u16 = 1;
const ENTRY_COMPACT: u16 = 8;

/// A string that refers to a string that refers…
const MAX_REFERENCES: u32 = 16;
/// Steps through the table for all values; large real ones take a few thousand each.
const MAX_STEPS: u32 = 100_000;

/// An open resource table.
pub(super) struct Table<'a, R> {
    blob: Blob<'a, R>,
    steps: u32,
}

/// A resource id, taken apart.
#[derive(Clone, Copy)]
struct Id {
    package: u32,
    kind: u8,
    entry: u16,
}

impl From<u32> for Id {
    fn from(id: u32) -> Self {
        let [_, kind, high, low] = id.to_be_bytes();
        Self { package: id >> 24, kind, entry: u16::from_be_bytes([high, low]) }
    }
}

/// A `Res_value`: type and data.
#[derive(Clone, Copy)]
struct Raw {
    kind: u8,
    data: u32,
}

/// How far a configuration is from the default one; the smallest is best.
///
/// No language before English before any other; nothing but an Android version before screen
/// sizes and the like; the newest Android version first.
type Distance = (u8, bool, Reverse<u16>);

impl<'a, R: Read + Seek> Table<'a, R> {
    pub(super) fn new(blob: Blob<'a, R>) -> Self {
        Self { blob, steps: MAX_STEPS }
    }

    /// The value behind a reference; absent if the table does not have it (the system's own, for example).
    pub(super) fn resolve(&mut self, id: u32) -> Result<Value, InspectError> {
        let mut id = id;
        for _ in 0..MAX_REFERENCES {
            let (pool, raw) = self.find(id.into())?;
            let Some(raw) = raw else {
                break;
            };
            match Value::read(&mut self.blob, pool.as_ref(), raw.kind, raw.data)? {
                Value::Reference(next) => id = next,
                value => return Ok(value),
            }
        }
        Ok(Value::Absent)
    }

    /// The global strings, and the best value for an id.
    fn find(&mut self, id: Id) -> Result<(Option<StringPool>, Option<Raw>), InspectError> {
        let len = self.blob.len();
        let Some(table) = self.chunk(0, len)? else {
            return self.blob.broken();
        };
        let mut pool = None;
        let mut best = None;
        let mut at = table.content;
        while let Some(chunk) = self.chunk(at, table.end)? {
            at = chunk.end;
            match chunk.kind {
                STRING_POOL if pool.is_none() => {
                    pool = Some(StringPool::read(&mut self.blob, chunk)?);
                }
                PACKAGE if self.blob.u32(chunk.start + 8)? == id.package => {
                    self.find_in_package(chunk, id, &mut best)?;
                }
                _ => {}
            }
        }
        Ok((pool, best.map(|(_, raw)| raw)))
    }

    fn find_in_package(
        &mut self,
        package: Chunk,
        id: Id,
        best: &mut Option<(Distance, Raw)>,
    ) -> Result<(), InspectError> {
        let mut at = package.content;
        while let Some(chunk) = self.chunk(at, package.end)? {
            at = chunk.end;
            if chunk.kind != TYPE || self.blob.array::<1>(chunk.start + 8)? != [id.kind] {
                continue;
            }
            let distance = self.distance(chunk)?;
            if best.is_none_or(|(known, _)| distance < known)
                && let Some(raw) = self.entry(chunk, id.entry)?
            {
                *best = Some((distance, raw));
            }
        }
        Ok(())
    }

    fn distance(&mut self, chunk: Chunk) -> Result<Distance, InspectError> {
        let at = chunk.start + 20;
        let size = u64::from(self.blob.u32(at)?).min(64);
        let mut config = self.blob.prefix(at, size)?;
        config.resize(64, 0);
        let language = match [config[8], config[9]] {
            [0, 0] => 0,
            [b'e', b'n'] => 1,
            _ => 2,
        };
        let version = u16::from_le_bytes([config[24], config[25]]);
        // What remains after size, locale (with script and variant) and version is a qualifier.
        for known in [0..4, 8..12, 24..28, 36..48] {
            config[known].fill(0);
        }
        Ok((language, config.iter().any(|&byte| byte != 0), Reverse(version)))
    }

    /// The value of one entry in one configuration.
    fn entry(&mut self, chunk: Chunk, entry: u16) -> Result<Option<Raw>, InspectError> {
        let Some(offset) = self.entry_offset(chunk, entry)? else {
            return Ok(None);
        };
        let at = chunk.start + u64::from(self.blob.u32(chunk.start + 16)?) + offset;
        if at + 8 > chunk.end {
            return self.blob.broken();
        }
        let size = self.blob.u16(at)?;
        let flags = self.blob.u16(at + 2)?;
        if flags & ENTRY_COMPACT != 0 {
            let [_, kind] = flags.to_le_bytes();
            return Ok(Some(Raw { kind, data: self.blob.u32(at + 4)? }));
        }
        if flags & ENTRY_COMPLEX != 0 {
            return Ok(None);
        }
        let value = at + u64::from(size);
        Ok(Some(Raw { kind: self.blob.array::<1>(value + 3)?[0], data: self.blob.u32(value + 4)? }))
    }

    fn entry_offset(&mut self, chunk: Chunk, entry: u16) -> Result<Option<u64>, InspectError> {
        let [flags] = self.blob.array(chunk.start + 9)?;
        let count = self.blob.u32(chunk.start + 12)?;
        if flags & FLAG_SPARSE != 0 {
            return self.sparse_offset(chunk, count, entry);
        }
        if u32::from(entry) >= count {
            return Ok(None);
        }
        let index = u64::from(entry);
        let offset = if flags & FLAG_OFFSET16 != 0 {
            match self.blob.u16(chunk.content + index * 2)? {
                u16::MAX => NO_ENTRY,
                offset => u32::from(offset) * 4,
            }
        } else {
            self.blob.u32(chunk.content + index * 4)?
        };
        Ok((offset != NO_ENTRY).then(|| u64::from(offset)))
    }

    /// Sparse types list pairs of entry number and offset, in order.
    fn sparse_offset(
        &mut self,
        chunk: Chunk,
        count: u32,
        entry: u16,
    ) -> Result<Option<u64>, InspectError> {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            let [a, b, c, d] = self.blob.array(chunk.content + u64::from(middle) * 4)?;
            match u16::from_le_bytes([a, b]).cmp(&entry) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return Ok(Some(u64::from(u16::from_le_bytes([c, d])) * 4));
                }
            }
        }
        Ok(None)
    }

    /// The chunk at `start`, as long as the table keeps to a sensible number of them.
    fn chunk(&mut self, start: u64, end: u64) -> Result<Option<Chunk>, InspectError> {
        let Some(steps) = self.steps.checked_sub(1) else {
            return self.blob.broken();
        };
        self.steps = steps;
        Chunk::read(&mut self.blob, start, end)
    }
}
