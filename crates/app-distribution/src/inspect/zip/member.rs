//! Reading one entry, within a limit.

use std::io::{BufReader, Read, Seek};

use flate2::read::DeflateDecoder;
use flate2::{Crc, bufread};

use super::super::bytes::{Blob, blame};
use super::super::{InspectError, Rejection, text};
use super::Archive;
use super::end::u16_at;

pub(super) const HEADER: &[u8] = b"PK\x03\x04";
pub(super) const HEADER_LEN: usize = 30;
const DEFLATED: u16 = 8;
const BUFFER: u64 = 64 * 1024;

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
    /// How large it is unpacked, as its record says.
    pub(in super::super) fn size(&self) -> u64 {
        self.size
    }

    pub(in super::super) fn is_compressed(&self) -> bool {
        self.method == DEFLATED
    }

    /// The same entry, by this name.
    pub(in super::super) fn named(self, name: Vec<u8>) -> Self {
        Self { name, ..self }
    }

    /// How long it is in the file.
    pub(super) fn data_len(&self) -> u64 {
        // Android takes every method but "deflated" for "stored", and there the real size counts.
        if self.is_compressed() { self.compressed } else { self.size }
    }

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

    /// Shows the content, unpacked, piece by piece; refused if its size is not what its record says.
    pub(in super::super) fn stream(
        &mut self,
        member: &Member,
        mut visit: impl FnMut(&[u8]),
    ) -> Result<(), InspectError> {
        let damaged = |error| blame(error, &member.damaged());
        let (start, len) = self.locate(member)?;
        let capacity = |len: u64| usize::try_from(len.clamp(1, BUFFER)).expect("64 KiB at most");
        let packed = self.source.range(start, len).map_err(damaged)?;
        let packed = BufReader::with_capacity(capacity(len), packed);
        let mut content: Box<dyn Read + '_> = match member.method {
            DEFLATED => Box::new(bufread::DeflateDecoder::new(packed)),
            _ => Box::new(packed),
        };
        let mut buffer = vec![0; capacity(member.size)];
        let mut left = member.size;
        loop {
            match content.read(&mut buffer).map_err(damaged)? {
                0 if left == 0 => return Ok(()),
                0 => return Err(member.damaged().into()),
                read => {
                    left = left.checked_sub(read as u64).ok_or_else(|| member.damaged())?;
                    visit(&buffer[..read]);
                }
            }
        }
    }

    /// The content for random access, in place; only for what is not compressed.
    pub(in super::super) fn in_place(
        &mut self,
        member: &Member,
    ) -> Result<Blob<'_, R>, InspectError> {
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
        let len = member.data_len();
        let fits = start.checked_add(len).is_some_and(|stop| stop <= self.directory.start);
        if name != member.name || !fits {
            return Err(damaged.into());
        }
        Ok((start, len))
    }
}
