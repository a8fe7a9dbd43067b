//! The end of an archive, which says where its table of contents is.

use std::io::{Read, Seek};

use super::super::bytes::Source;
use super::super::{InspectError, Rejection};

const END: &[u8] = b"PK\x05\x06";
const END_LEN: usize = 22;
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LEN: usize = 20;
const END64: &[u8] = b"PK\x06\x06";
/// The comment behind the end record has 16 bits of length.
const MAX_COMMENT: u64 = 0xffff;

/// Where the table of contents lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) start: u64,
    pub(super) size: u64,
    /// As declared; writers without ZIP64 let it wrap at 65,536.
    pub(super) entries: u64,
    /// Where the end record stands.
    pub(super) end: u64,
}

/// Finds the end record; nothing if the file has none, so is not an archive or not whole.
pub(super) fn find<R: Read + Seek>(
    source: &mut Source<R>,
) -> Result<Option<Directory>, InspectError> {
    let tail_len = source.len().min(END_LEN as u64 + MAX_COMMENT);
    let tail_start = source.len() - tail_len;
    let mut tail = vec![0; usize::try_from(tail_len).expect("at most 64 KiB")];
    source.read(tail_start, &mut tail, &Rejection::Incomplete)?;
    let Some(at) = last_end(&tail) else {
        return Ok(None);
    };
    let end = tail_start + at as u64;
    let directory = match from_end64(source, end, &tail[at..])? {
        Some(directory) => directory,
        None => Directory {
            end,
            entries: u64::from(u16_at(&tail, at + 10)),
            size: u64::from(u32_at(&tail, at + 12)),
            start: u64::from(u32_at(&tail, at + 16)),
        },
    };
    if directory.start.checked_add(directory.size).is_none_or(|stop| stop > end) {
        return Err(Rejection::DamagedDirectory.into());
    }
    Ok(Some(directory))
}

/// The last end record whose comment reaches exactly to the end of the file, else the last that fits.
fn last_end(tail: &[u8]) -> Option<usize> {
    let reach = |at: usize| at + END_LEN + usize::from(u16_at(tail, at + 20));
    let mut candidates = (0..=tail.len().checked_sub(END_LEN)?)
        .rev()
        .filter(|&at| tail[at..].starts_with(END) && reach(at) <= tail.len());
    let last = candidates.next()?;
    if reach(last) == tail.len() {
        return Some(last);
    }
    Some(candidates.find(|&at| reach(at) == tail.len()).unwrap_or(last))
}

/// The 64-bit record, where the 32-bit one says that its numbers do not suffice.
fn from_end64<R: Read + Seek>(
    source: &mut Source<R>,
    end: u64,
    record: &[u8],
) -> Result<Option<Directory>, InspectError> {
    let overflown = u16_at(record, 10) == u16::MAX
        || u32_at(record, 12) == u32::MAX
        || u32_at(record, 16) == u32::MAX;
    let Some(locator_at) = end.checked_sub(LOCATOR_LEN as u64).filter(|_| overflown) else {
        return Ok(None);
    };
    let mut locator = [0; LOCATOR_LEN];
    source.read(locator_at, &mut locator, &Rejection::DamagedDirectory)?;
    if !locator.starts_with(LOCATOR) {
        return Ok(None);
    }
    let mut end64 = [0; 56];
    source.read(u64_at(&locator, 8), &mut end64, &Rejection::DamagedDirectory)?;
    if !end64.starts_with(END64) {
        return Err(Rejection::DamagedDirectory.into());
    }
    Ok(Some(Directory {
        end,
        entries: u64_at(&end64, 32),
        size: u64_at(&end64, 40),
        start: u64_at(&end64, 48),
    }))
}

/// Little-endian numbers out of records whose length has been checked.
pub(super) fn u16_at(record: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(*record[at..].first_chunk().expect("the record was read whole"))
}

pub(super) fn u32_at(record: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(*record[at..].first_chunk().expect("the record was read whole"))
}

pub(super) fn u64_at(record: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(*record[at..].first_chunk().expect("the record was read whole"))
}
