//! The APK Signing Block, which stands right before the table of contents.

use std::io::{Read, Seek};

use super::super::super::InspectError;
use super::super::super::zip::Archive;
use super::{BadSignature, parts::Parts};

const MAGIC: &[u8; 16] = b"APK Sig Block 42";
/// The size at the end, and the magic.
const FOOTER: usize = 24;
/// Two sizes and the magic.
const FRAME: u64 = 32;
/// Signatures take a few kilobytes; stores add up to a megabyte of their own.
const MAX_BLOCK: u64 = 8 * 1024 * 1024;

const V2: u32 = 0x7109_871a;
const V3: u32 = 0xf053_68c0;
const V31: u32 = 0x1b93_ad61;

/// The block, with the signatures in it.
pub(super) struct Block {
    /// Where it begins, so where the content of the archive ends.
    pub(super) start: u64,
    pub(super) v2: Option<Vec<u8>>,
    pub(super) v3: Option<Vec<u8>>,
    pub(super) v31: Option<Vec<u8>>,
}

/// The block of this archive, if it has one.
pub(super) fn find<R: Read + Seek>(
    archive: &mut Archive<R>,
) -> Result<Option<Block>, InspectError> {
    let layout = archive.layout();
    let Some(footer_at) = layout.directory.checked_sub(FOOTER as u64) else {
        return Ok(None);
    };
    let broken = BadSignature::Block.rejection();
    let mut footer = [0; FOOTER];
    archive.source().read(footer_at, &mut footer, &broken)?;
    let (size, magic) = footer.split_first_chunk().expect("8 of 24 bytes");
    if magic != MAGIC {
        return Ok(None);
    }
    let size = u64::from_le_bytes(*size);
    let whole = size.checked_add(8).filter(|whole| (FRAME..MAX_BLOCK).contains(whole));
    let start = whole.and_then(|whole| layout.directory.checked_sub(whole));
    let start = start.ok_or(BadSignature::Block)?;
    // Neither Android nor anybody who hashes the file knows what else might stand there.
    if layout.directory_end != layout.end_record {
        return Err(BadSignature::Gap.into());
    }
    let mut bytes = vec![0; usize::try_from(size - FOOTER as u64 + 8).expect("below the limit")];
    archive.source().read(start, &mut bytes, &broken)?;
    let (front, pairs) = bytes.split_first_chunk().ok_or(BadSignature::Block)?;
    if u64::from_le_bytes(*front) != size {
        return Err(BadSignature::Block.into());
    }
    let block = Block { start, v2: None, v3: None, v31: None };
    Ok(Some(block.with(pairs).ok_or(BadSignature::Block)?))
}

impl Block {
    /// Takes the signatures out of numbered pairs; of several, devices take the first.
    fn with(mut self, pairs: &[u8]) -> Option<Self> {
        let mut parts = Parts::of(pairs);
        while !parts.is_empty() {
            let len = parts.u64()?;
            let mut pair = Parts::of(parts.bytes(usize::try_from(len).ok()?)?);
            let slot = match pair.u32()? {
                V2 => &mut self.v2,
                V3 => &mut self.v3,
                V31 => &mut self.v31,
                _ => continue,
            };
            slot.get_or_insert_with(|| pair.rest().to_vec());
        }
        Some(self)
    }
}
