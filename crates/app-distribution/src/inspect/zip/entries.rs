//! Whether every entry is what the table of contents says, in a place of its own.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Seek};

use super::super::{InspectError, Rejection, text};
use super::Archive;
use super::end::{u16_at, u32_at};
use super::member::{HEADER, HEADER_LEN, Member};

/// The sizes stand behind the data, not before it.
const FLAG_SIZES_FOLLOW: u16 = 8;

/// The names that have been seen, in a few bytes each however long they are.
///
/// A hash with random keys stands for a name: that two of 200,000 share one happens once in a
/// billion archives, and nobody can bring it about.
#[derive(Default)]
pub(in super::super) struct Names {
    seen: HashSet<u64>,
    keys: RandomState,
}

/// What is remembered of an entry until all are known.
struct Place {
    header: u64,
    data_len: u64,
    name_len: u16,
    name: u64,
    /// Checksum, compressed and real size, as far as they have 32 bits.
    numbers: [u64; 3],
}

impl Names {
    /// Whether this name is new.
    pub(in super::super) fn note(&mut self, name: &[u8]) -> bool {
        self.seen.insert(self.keys.hash_one(name))
    }
}

impl Place {
    fn of(member: &Member, name: u64) -> Self {
        Self {
            header: member.header,
            data_len: member.data_len(),
            name_len: u16::try_from(member.name.len()).unwrap_or(u16::MAX),
            name,
            numbers: [u64::from(member.checksum), member.compressed, member.size],
        }
    }

    /// The end of the data, if nothing but the name stands before it.
    fn end(&self) -> u64 {
        let before = HEADER_LEN as u64 + u64::from(self.name_len);
        self.header.saturating_add(before).saturating_add(self.data_len)
    }
}

impl<R: Read + Seek> Archive<R> {
    /// Refuses entries that share bytes, by which a small file unpacks to a huge one.
    pub(in super::super) fn check_overlaps(&mut self) -> Result<(), InspectError> {
        self.places(&RandomState::new()).map(drop)
    }

    /// Refuses besides what two readers may take for two things: headers of entries that are not
    /// as the table of contents has them. Android looks when it opens the entry.
    pub(in super::super) fn check_entries(&mut self) -> Result<(), InspectError> {
        let keys = RandomState::new();
        for place in self.places(&keys)? {
            self.check_header(&place, &keys)?;
        }
        Ok(())
    }

    /// All entries in the order in which they lie in the file.
    fn places(&mut self, keys: &RandomState) -> Result<Vec<Place>, InspectError> {
        let mut places = Vec::new();
        self.walk(|entry| {
            places.push(Place::of(&entry.keep(), keys.hash_one(entry.name)));
            Ok(())
        })?;
        places.sort_unstable_by_key(|place| place.header);
        if places.windows(2).all(|two| two[0].end() <= two[1].header) {
            return Ok(places);
        }
        Err(Rejection::OverlappingEntries.into())
    }

    fn check_header(&mut self, place: &Place, keys: &RandomState) -> Result<(), InspectError> {
        let mut header = [0; HEADER_LEN];
        self.source.read(place.header, &mut header, &Rejection::DamagedDirectory)?;
        let mut name = vec![0; usize::from(u16_at(&header, 26))];
        let name_at = place.header.saturating_add(HEADER_LEN as u64);
        self.source.read(name_at, &mut name, &Rejection::DamagedDirectory)?;
        let same_name = keys.hash_one(name.as_slice()) == place.name;
        if !header.starts_with(HEADER) || !same_name || !has_numbers(&header, place) {
            return Err(Rejection::Contradiction(text::quote(&name)).into());
        }
        let rest = u64::from(u16_at(&header, 28));
        if place.end().saturating_add(rest) > self.directory.start {
            return Err(Rejection::DamagedEntry(text::quote(&name)).into());
        }
        Ok(())
    }
}

fn has_numbers(header: &[u8; HEADER_LEN], place: &Place) -> bool {
    let follow = u16_at(header, 6) & FLAG_SIZES_FOLLOW != 0;
    let numbers = [14, 18, 22].map(|at| u32_at(header, at));
    // A full number says that an extra field has it.
    let same = |(&own, &listed): (&u32, &u64)| own == u32::MAX || u64::from(own) == listed;
    follow || numbers.iter().zip(&place.numbers).all(same)
}
