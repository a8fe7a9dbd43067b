//! Reading one entry, within a limit.

use std::io::{Read, Seek};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::super::bytes::{Blob, blame};
use super::super::{InspectError, Rejection, text};
use super::Archive;
use super::end::u16_at;

const HEADER: &[u8] = b"PK\x03\x04";
const HEADER_LEN: usize = 30;
const DEFLATED: u16 = 8;

/// An entry to read later: its record without what nobody asks for.
#[derive(Debug, Clone)]
pub(in super::super) struct Member {
    pub(in super::super) name: Vec<u8>,
    pub(in super::super) encrypted: bool,
    pub(super) method: u16,
    pub(super) checksum: u32,
    pub(super) size: u64,
    pub(super) compressed: u64,
    pub(super) header: u64,
}

impl Member {
    fn damaged(&self) -> Rejection {
        Rejection::DamagedEntry(text::quote(&self.name))
    }
}

impl<R: Read + Seek> Archive<R> {
    /// The content, unpacked; refused if it is larger than `limit`, whatever its record says.
    pub(in super::super) fn read(
        &mut self,
        member: &Member,
        limit: u64,
    ) -> Result<Vec<u8>, InspectError> {
        if member.size > limit {
            let name = text::quote(&member.name);
            return Err(Rejection::TooLarge { name, limit_kib: limit / 1024 }.into());
        }
        let damaged = |error| blame(error, &member.damaged());
        let (start, len) = self.locate(member)?;
        let packed = self.source.range(start, len).map_err(damaged)?;
        let mut content = Vec::with_capacity(usize::try_from(member.size).expect("below limit"));
        // One byte more than promised, to notice an entry that goes on.
        let read = match member.method {
            DEFLATED => DeflateDecoder::new(packed).take(member.size + 1).read_to_end(&mut content),
            _ => packed.take(member.size + 1).read_to_end(&mut content),
        };
        read.map_err(damaged)?;
        let mut checksum = Crc::new();
        checksum.update(&content);
        if content.len() as u64 != member.size || checksum.sum() != member.checksum {
            return Err(member.damaged().into());
        }
        Ok(content)
    }

    /// The content from its beginning on, unpacked as it is read; nobody looks at its checksum.
    pub(in super::super) fn reader(
        &mut self,
        member: &Member,
    ) -> Result<Box<dyn Read + '_>, InspectError> {
        let (start, len) = self.locate(member)?;
        let damaged = |error| blame(error, &member.damaged());
        let packed = self.source.range(start, len).map_err(damaged)?;
        Ok(match member.method {
            DEFLATED => Box::new(DeflateDecoder::new(packed).take(member.size)),
            _ => Box::new(packed),
        })
    }

    /// The content for random access: in place if it is not compressed, else unpacked.
    pub(in super::super) fn blob(
        &mut self,
        member: &Member,
        limit: u64,
    ) -> Result<Blob<'_, R>, InspectError> {
        if member.method == DEFLATED {
            return Ok(Blob::in_memory(&member.name, self.read(member, limit)?));
        }
        let (start, len) = self.locate(member)?;
        Ok(Blob::in_file(&member.name, &mut self.source, start, len))
    }

    /// Where the data begins and how long it is.
    fn locate(&mut self, member: &Member) -> Result<(u64, u64), InspectError> {
        let damaged = member.damaged();
        let mut header = [0; HEADER_LEN];
        self.source.read(member.header, &mut header, &damaged)?;
        if !header.starts_with(HEADER) {
            return Err(damaged.into());
        }
        let mut name = vec![0; usize::from(u16_at(&header, 26))];
        self.source.read(member.header + HEADER_LEN as u64, &mut name, &damaged)?;
        let start =
            member.header + (HEADER_LEN + name.len()) as u64 + u64::from(u16_at(&header, 28));
        // Android takes every method but "deflated" for "stored", and there the real size counts.
        let len = if member.method == DEFLATED { member.compressed } else { member.size };
        let fits = start.checked_add(len).is_some_and(|stop| stop <= self.directory.start);
        if name != member.name || !fits {
            return Err(damaged.into());
        }
        Ok((start, len))
    }
}
