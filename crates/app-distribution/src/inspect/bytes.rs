//! Random access to the bytes of a file or of one entry in it.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use super::{InspectError, Rejection, text};

/// The uploaded file with its length.
pub(super) struct Source<R> {
    reader: R,
    len: u64,
}

impl<R: Read + Seek> Source<R> {
    pub(super) fn new(mut reader: R) -> Result<Self, InspectError> {
        let len = reader.seek(SeekFrom::End(0)).map_err(InspectError::Disk)?;
        Ok(Self { reader, len })
    }

    pub(super) fn into_inner(self) -> R {
        self.reader
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Reads from `offset` on, at most `len` bytes.
    pub(super) fn range(&mut self, offset: u64, len: u64) -> io::Result<io::Take<&mut R>> {
        self.reader.seek(SeekFrom::Start(offset))?;
        Ok(Read::take(&mut self.reader, len))
    }

    /// Fills `buffer` from `offset` on; `broken` is the answer if the file ends before.
    pub(super) fn read(
        &mut self,
        offset: u64,
        buffer: &mut [u8],
        broken: &Rejection,
    ) -> Result<(), InspectError> {
        self.range(offset, buffer.len() as u64)
            .and_then(|mut range| range.read_exact(buffer))
            .map_err(|error| blame(error, broken))
    }
}

/// Tells bad data, which is the package's fault, from a failing disk.
pub(super) fn blame(error: io::Error, broken: &Rejection) -> InspectError {
    match error.kind() {
        // flate2 says InvalidInput for a corrupt stream.
        ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData => {
            broken.clone().into()
        }
        _ => InspectError::Disk(error),
    }
}

/// The content of one entry: unpacked in memory, or where it lies in the file if it is not compressed.
pub(super) struct Blob<'a, R> {
    place: Place<'a, R>,
    broken: Rejection,
}

enum Place<'a, R> {
    Memory(Cow<'a, [u8]>),
    File { source: &'a mut Source<R>, start: u64, len: u64 },
}

impl<'a, R: Read + Seek> Blob<'a, R> {
    pub(super) fn in_memory(name: &[u8], bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        let broken = Rejection::DamagedEntry(text::quote(name));
        Self { place: Place::Memory(bytes.into()), broken }
    }

    pub(super) fn in_file(name: &[u8], source: &'a mut Source<R>, start: u64, len: u64) -> Self {
        let broken = Rejection::DamagedEntry(text::quote(name));
        Self { place: Place::File { source, start, len }, broken }
    }

    pub(super) fn len(&self) -> u64 {
        match &self.place {
            Place::Memory(bytes) => bytes.len() as u64,
            Place::File { len, .. } => *len,
        }
    }

    /// The answer to give when the content makes no sense.
    pub(super) fn broken<T>(&self) -> Result<T, InspectError> {
        Err(self.broken.clone().into())
    }

    /// Up to `limit` bytes from `at` on, fewer at the end.
    pub(super) fn prefix(&mut self, at: u64, limit: u64) -> Result<Vec<u8>, InspectError> {
        let len = self.len().saturating_sub(at).min(limit);
        let mut bytes = vec![0; usize::try_from(len).expect("limits are small constants")];
        self.fill(at, &mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self, at: u64) -> Result<[u8; N], InspectError> {
        let mut bytes = [0; N];
        self.fill(at, &mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn u16(&mut self, at: u64) -> Result<u16, InspectError> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self, at: u64) -> Result<u32, InspectError> {
        self.array(at).map(u32::from_le_bytes)
    }

    fn fill(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), InspectError> {
        let wanted = buffer.len() as u64;
        if at.checked_add(wanted).is_none_or(|end| end > self.len()) {
            return self.broken();
        }
        match &mut self.place {
            Place::Memory(bytes) => {
                let at = usize::try_from(at).expect("a position inside a Vec");
                buffer.copy_from_slice(&bytes[at..at + buffer.len()]);
                Ok(())
            }
            Place::File { source, start, .. } => source.read(*start + at, buffer, &self.broken),
        }
    }
}
