//! Looking up single values in `resources.arsc`, without reading the rest of it.
//!
//! A table holds one value per configuration (language, screen, Android version). Mostly the one of
//! the default configuration is wanted: what `aapt dump badging` prints as `application-label`.

use std::io::{Read, Seek};

use super::super::InspectError;
use super::super::bytes::Blob;
use super::super::zip::{Archive, Member};
use super::chunk::Chunk;
use super::config::Config;
use super::strings::{STRING_POOL, StringPool};
use super::value::Value;

const PACKAGE: u16 = 0x0200;
const TYPE: u16 = 0x0201;

const FLAG_SPARSE: u8 = 1;
const FLAG_OFFSET16: u8 = 2;
const NO_ENTRY: u32 = u32::MAX;
const ENTRY_COMPLEX: u16 = 1;
const ENTRY_COMPACT: u16 = 8;

/// Counts only where the table is compressed; apps for Android 11 and later store it, and then it
/// can be read in place.
const MAX_RESOURCES: u64 = 32 * 1024 * 1024;
/// Smaller ones are faster to look through in memory.
const MAX_IN_MEMORY: u64 = 16 * 1024 * 1024;
/// More languages and screens than there are.
const MAX_VALUES: usize = 1000;
/// Steps through the table for all values; large real ones take a few thousand each.
const MAX_STEPS: u32 = 200_000;

/// An open resource table.
struct Table<'a, R> {
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

/// A resource table that may be opened again and again.
pub(super) struct Resources<'m> {
    member: &'m Member,
    /// The table, unless it is read in place.
    unpacked: Option<Vec<u8>>,
    steps: u32,
}

impl<'m> Resources<'m> {
    pub(super) fn of<R: Read + Seek>(
        archive: &mut Archive<R>,
        member: &'m Member,
    ) -> Result<Self, InspectError> {
        let in_memory = member.is_compressed() || member.size() <= MAX_IN_MEMORY;
        let unpacked = if in_memory { Some(archive.read(member, MAX_RESOURCES)?) } else { None };
        Ok(Self { member, unpacked, steps: MAX_STEPS })
    }

    /// The values of an id, in all configurations.
    pub(super) fn all<R: Read + Seek>(
        &mut self,
        archive: &mut Archive<R>,
        id: u32,
    ) -> Result<Vec<(Config, Value)>, InspectError> {
        self.with_table(archive, |table| table.all(id))
    }

    fn with_table<R: Read + Seek, T>(
        &mut self,
        archive: &mut Archive<R>,
        ask: impl FnOnce(&mut Table<'_, R>) -> Result<T, InspectError>,
    ) -> Result<T, InspectError> {
        let blob = match &self.unpacked {
            Some(bytes) => Blob::in_memory(&self.member.name, bytes),
            None => archive.in_place(self.member)?,
        };
        let mut table = Table { blob, steps: self.steps };
        let answer = ask(&mut table);
        self.steps = table.steps;
        answer
    }
}

impl<R: Read + Seek> Table<'_, R> {
    fn all(&mut self, id: u32) -> Result<Vec<(Config, Value)>, InspectError> {
        let id = Id::from(id);
        let len = self.blob.len();
        let Some(table) = self.chunk(0, len)? else {
            return self.blob.broken();
        };
        let mut pool = None;
        let mut found = Vec::new();
        let mut at = table.content;
        while let Some(chunk) = self.chunk(at, table.end)? {
            at = chunk.end;
            match chunk.kind {
                STRING_POOL if pool.is_none() => {
                    pool = Some(StringPool::read(&mut self.blob, chunk)?);
                }
                PACKAGE if self.blob.u32(chunk.start + 8)? == id.package => {
                    self.find_in_package(chunk, id, &mut found)?;
                }
                _ => {}
            }
        }
        let value = |(config, raw): (Config, Raw)| {
            let value = Value::read(&mut self.blob, pool.as_ref(), raw.kind, raw.data)?;
            Ok((config, value))
        };
        found.into_iter().map(value).collect()
    }

    fn find_in_package(
        &mut self,
        package: Chunk,
        id: Id,
        found: &mut Vec<(Config, Raw)>,
    ) -> Result<(), InspectError> {
        let mut at = package.content;
        while let Some(chunk) = self.chunk(at, package.end)? {
            at = chunk.end;
            if chunk.kind != TYPE || self.blob.array::<1>(chunk.start + 8)? != [id.kind] {
                continue;
            }
            if found.len() < MAX_VALUES
                && let Some(raw) = self.entry(chunk, id.entry)?
            {
                found.push((self.config(chunk)?, raw));
            }
        }
        Ok(())
    }

    fn config(&mut self, chunk: Chunk) -> Result<Config, InspectError> {
        let at = chunk.start + 20;
        let size = u64::from(self.blob.u32(at)?).min(64);
        let mut bytes = self.blob.prefix(at, size)?;
        bytes.resize(64, 0);
        Ok(Config::read(bytes.first_chunk().expect("64 bytes")))
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
