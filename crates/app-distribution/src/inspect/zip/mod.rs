//! A reader of ZIP archives for hostile files: it walks the table of contents and keeps nothing of it.
//!
//! The `zip` crate is not used here: it indexes every entry in memory, looks through the whole file
//! for a table of contents that is not in its place (a 50 MB file cost 195 MB and 3 s), and refuses
//! what Android reads (malformed extra fields, unknown compression methods). Here a record is a
//! place in the file, and the rules are those of Android's `libziparchive`, which decides what a
//! device will see: the archive begins at byte 0, names in both headers agree, data ends before
//! the table of contents.

mod directory;
mod end;
mod entries;
mod member;

use std::io::{Read, Seek};

pub(super) use self::directory::Entry;
use self::end::Directory;
pub(super) use self::entries::Names;
pub(super) use self::member::Member;
use super::bytes::Source;
use super::{InspectError, Rejection};

/// An open archive.
pub(super) struct Archive<R> {
    source: Source<R>,
    directory: Directory,
}

/// Where the table of contents lies, and the record that ends the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) directory: u64,
    pub(super) directory_end: u64,
    pub(super) end_record: u64,
}

impl<R: Read + Seek> Archive<R> {
    pub(super) fn open(reader: R) -> Result<Self, InspectError> {
        let mut source = Source::new(reader)?;
        let mut magic = [0; 4];
        match source.len() {
            0 => return Err(Rejection::EmptyFile.into()),
            1..4 => return Err(Rejection::NotAnArchive.into()),
            _ => source.read(0, &mut magic, &Rejection::NotAnArchive)?,
        }
        let directory = end::find(&mut source)?;
        match (&magic, directory) {
            (b"PK\x03\x04", Some(directory)) => Ok(Self { source, directory }),
            (b"PK\x03\x04", None) => Err(Rejection::Incomplete.into()),
            (b"PK\x05\x06", Some(directory)) if directory.size == 0 => {
                Err(Rejection::EmptyArchive.into())
            }
            (_, None) => Err(Rejection::NotAnArchive.into()),
            (b"dex\n" | b"dey\n", Some(_)) => Err(Rejection::Janus.into()),
            (_, Some(_)) => Err(Rejection::PrefixedArchive.into()),
        }
    }

    /// The whole file, for what lies between the entries and their table.
    pub(super) fn source(&mut self) -> &mut Source<R> {
        &mut self.source
    }

    pub(super) fn layout(&self) -> Layout {
        let Directory { start, size, end, .. } = self.directory;
        Layout { directory: start, directory_end: start + size, end_record: end }
    }
}
