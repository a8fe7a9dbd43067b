//! Mach-O: the head of an executable or of a dSYM, read from front to back.

use std::io::{self, Read};

use uuid::Uuid;

pub(super) const MAGIC_32: [u8; 4] = [0xce, 0xfa, 0xed, 0xfe];
pub(super) const MAGIC_64: [u8; 4] = [0xcf, 0xfa, 0xed, 0xfe];
pub(super) const MAGIC_FAT: [u8; 4] = [0xca, 0xfe, 0xba, 0xbe];
/// With offsets of 64 bits, for more than 4 GiB.
pub(super) const MAGIC_FAT_64: [u8; 4] = [0xca, 0xfe, 0xba, 0xbf];
pub(super) const MAX_COMMANDS: usize = 1024 * 1024;
pub(super) const MAX_SLICES: u32 = 16;
pub(super) const LC_UUID: u32 = 0x1b;

/// The UUID in an `LC_UUID` command, in lower case.
pub(super) fn uuid(command: &[u8]) -> Option<String> {
    let bytes: [u8; 16] = *command.get(8..)?.first_chunk()?;
    // Some linkers leave it empty.
    (bytes != [0; 16]).then(|| Uuid::from_bytes(bytes).to_string())
}

/// The load commands: kind, and the whole command.
pub(super) struct Commands<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Commands<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let len = usize::try_from(little(self.0, 4)?).ok().filter(|len| *len >= 8)?;
        let (command, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some((little(command, 0)?, command))
    }
}

/// A file that is read in one direction.
pub(super) struct Forward<R> {
    pub(super) reader: R,
    pub(super) at: u64,
}

impl<R: Read> Forward<R> {
    pub(super) fn skip_to(&mut self, target: u64) -> io::Result<()> {
        let len = target.checked_sub(self.at).ok_or(io::ErrorKind::UnexpectedEof)?;
        let skipped = io::copy(&mut self.reader.by_ref().take(len), &mut io::sink())?;
        self.at += skipped;
        if skipped < len { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    pub(super) fn bytes(&mut self, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(len as u64).read_to_end(&mut bytes)?;
        self.at += bytes.len() as u64;
        if bytes.len() < len { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
    }

    pub(super) fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }
}

pub(super) fn little(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

pub(super) fn big(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}
