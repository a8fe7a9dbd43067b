//! Walking the table of contents, one record at a time.

use std::io::{BufRead, BufReader, Read, Seek};

use super::super::bytes::blame;
use super::super::{InspectError, Rejection};
use super::end::{u16_at, u32_at, u64_at};
use super::{Archive, Member};

const RECORD: &[u8] = b"PK\x01\x02";
const RECORD_LEN: usize = 46;
/// Far above the largest apps, and read in a tenth of a second.
const MAX_ENTRIES: u64 = 200_000;
const MAX_DIRECTORY: u64 = 32 * 1024 * 1024;
/// Systems (the upper byte of "made by") whose attributes hold a Unix mode.
const UNIX_SYSTEMS: [u8; 2] = [3, 19];
const MODE_TYPE: u32 = 0o170_000;
const MODE_SYMLINK: u32 = 0o120_000;
const FLAG_ENCRYPTED: u16 = 1;

/// One record, valid during the visit.
pub(in super::super) struct Entry<'a> {
    pub(in super::super) name: &'a [u8],
    record: &'a [u8; RECORD_LEN],
    extra: &'a [u8],
}

impl<R: Read + Seek> Archive<R> {
    /// Shows every entry to `visit`, in order, duplicates included.
    pub(in super::super) fn walk(
        &mut self,
        mut visit: impl FnMut(&Entry<'_>) -> Result<(), Rejection>,
    ) -> Result<(), InspectError> {
        let directory = self.directory;
        if directory.entries > MAX_ENTRIES || directory.size > MAX_DIRECTORY {
            return Err(Rejection::TooManyEntries(MAX_ENTRIES).into());
        }
        let damaged = |error| blame(error, &Rejection::DamagedDirectory);
        let range = self.source.range(directory.start, directory.size).map_err(damaged)?;
        let mut reader = BufReader::with_capacity(64 * 1024, range);
        let mut names = Vec::new();
        let mut seen: u64 = 0;
        // The size decides, not the count: tools without ZIP64 let the count wrap.
        while !reader.fill_buf().map_err(damaged)?.is_empty() {
            let mut record = [0; RECORD_LEN];
            reader.read_exact(&mut record).map_err(damaged)?;
            if !record.starts_with(RECORD) {
                return Err(Rejection::DamagedDirectory.into());
            }
            let name_len = usize::from(u16_at(&record, 28));
            let extra_len = usize::from(u16_at(&record, 30));
            names.resize(name_len + extra_len + usize::from(u16_at(&record, 32)), 0);
            reader.read_exact(&mut names).map_err(damaged)?;
            seen += 1;
            if seen > MAX_ENTRIES {
                return Err(Rejection::TooManyEntries(MAX_ENTRIES).into());
            }
            let (name, rest) = names.split_at(name_len);
            visit(&Entry { name, record: &record, extra: &rest[..extra_len] })?;
        }
        if seen < directory.entries {
            return Err(Rejection::DamagedDirectory.into());
        }
        Ok(())
    }
}

impl<R: Read + Seek> Archive<R> {
    /// The first entry with this name.
    pub(in super::super) fn find(&mut self, name: &[u8]) -> Result<Option<Member>, InspectError> {
        let mut found = None;
        self.walk(|entry| {
            if found.is_none() && entry.name == name {
                found = Some(entry.keep());
            }
            Ok(())
        })?;
        Ok(found)
    }
}

impl Entry<'_> {
    pub(in super::super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }

    pub(in super::super) fn is_symlink(&self) -> bool {
        let mode = u32_at(self.record, 38) >> 16;
        UNIX_SYSTEMS.contains(&self.record[5]) && mode & MODE_TYPE == MODE_SYMLINK
    }

    /// What is needed to read the content later.
    pub(in super::super) fn keep(&self) -> Member {
        let mut large = LargeNumbers(self.extra_field(1));
        // The order is the format's: a 64-bit number is there for each 32-bit one that is full.
        let size = large.instead_of(u32_at(self.record, 24));
        let compressed = large.instead_of(u32_at(self.record, 20));
        let header = large.instead_of(u32_at(self.record, 42));
        Member {
            name: self.name.to_vec(),
            encrypted: u16_at(self.record, 8) & FLAG_ENCRYPTED != 0,
            method: u16_at(self.record, 10),
            checksum: u32_at(self.record, 16),
            size,
            compressed,
            header,
        }
    }

    /// The extra field with this id; malformed ones end the search, as Android has it.
    fn extra_field(&self, id: u16) -> &[u8] {
        let mut rest = self.extra;
        while rest.len() >= 4 {
            let len = usize::from(u16_at(rest, 2));
            let Some(field) = rest.get(4..4 + len) else {
                break;
            };
            if u16_at(rest, 0) == id {
                return field;
            }
            rest = &rest[4 + len..];
        }
        &[]
    }
}

/// The ZIP64 extra field, consumed number by number.
struct LargeNumbers<'a>(&'a [u8]);

impl LargeNumbers<'_> {
    fn instead_of(&mut self, small: u32) -> u64 {
        if small != u32::MAX || self.0.len() < 8 {
            return u64::from(small);
        }
        let (number, rest) = self.0.split_at(8);
        self.0 = rest;
        u64_at(number, 0)
    }
}
