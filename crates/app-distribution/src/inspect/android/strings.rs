//! String pools: the texts of a manifest or of a resource table.

use std::io::{Read, Seek};

use super::super::InspectError;
use super::super::bytes::Blob;
use super::chunk::Chunk;

pub(super) const STRING_POOL: u16 = 0x0001;
const FLAG_UTF8: u32 = 1 << 8;
/// Names and versions are short; more of a text is rarely needed.
const MAX_BYTES: u64 = 4096;

/// Where a pool lies and how its texts are encoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct StringPool {
    chunk: Chunk,
    count: u32,
    utf8: bool,
    texts: u64,
    limit: u64,
}

impl StringPool {
    pub(super) fn read<R: Read + Seek>(
        blob: &mut Blob<'_, R>,
        chunk: Chunk,
    ) -> Result<Self, InspectError> {
        Ok(Self {
            chunk,
            count: blob.u32(chunk.start + 8)?,
            utf8: blob.u32(chunk.start + 16)? & FLAG_UTF8 != 0,
            texts: chunk.start + u64::from(blob.u32(chunk.start + 20)?),
            limit: MAX_BYTES,
        })
    }

    /// The same pool, with texts cut after this many bytes.
    pub(super) fn with_limit(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    /// The text with this number, cut after a few thousand characters.
    pub(super) fn get<R: Read + Seek>(
        &self,
        blob: &mut Blob<'_, R>,
        index: u32,
    ) -> Result<Option<String>, InspectError> {
        if index >= self.count {
            return Ok(None);
        }
        let offset = blob.u32(self.chunk.content + u64::from(index) * 4)?;
        let at = self.texts + u64::from(offset);
        let room = self.chunk.end.saturating_sub(at);
        let bytes = blob.prefix(at, room.min(self.limit))?;
        Ok(if self.utf8 { utf8(&bytes) } else { utf16(&bytes) })
    }
}

/// Two lengths (in characters and in bytes), then the text.
fn utf8(bytes: &[u8]) -> Option<String> {
    let (_, rest) = utf8_length(bytes)?;
    let (len, rest) = utf8_length(rest)?;
    let text = &rest[..len.min(rest.len())];
    Some(String::from_utf8_lossy(text).into_owned())
}

/// A length of one byte, or of two if the upper bit of the first is set.
fn utf8_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [high, low, rest @ ..] if high & 0x80 != 0 => {
            Some((usize::from(high & 0x7f) << 8 | usize::from(*low), rest))
        }
        [len, rest @ ..] => Some((usize::from(*len), rest)),
        [] => None,
    }
}

/// One length in units of 16 bits, in two of them if the upper bit of the first is set; then the text.
fn utf16(bytes: &[u8]) -> Option<String> {
    let mut units = bytes.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let first = usize::from(units.next()?);
    let len = match first & 0x8000 {
        0 => first,
        _ => (first & 0x7fff) << 16 | usize::from(units.next()?),
    };
    let text: Vec<u16> = units.take(len).collect();
    Some(String::from_utf16_lossy(&text))
}
