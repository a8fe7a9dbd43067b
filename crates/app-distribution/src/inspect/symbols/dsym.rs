//! The executables of which an archive holds the DWARF, by the UUIDs in their heads.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek};

use securevox_protocol::symbols::SymbolId;

use super::super::bytes::blame;
use super::super::macho::{
    Commands, Forward, LC_UUID, MAGIC_32, MAGIC_64, MAGIC_FAT, MAGIC_FAT_64, MAX_COMMANDS,
    MAX_SLICES, big, little, uuid,
};
use super::super::zip::{Archive, Entry, Member};
use super::super::{InspectError, Rejection, text};

/// Apps with everything have a hundred.
const MAX_EXECUTABLES: usize = 500;
/// What is unpacked to reach the last slice of each.
const MAX_UNPACKED_GIB: u64 = 4;

/// The UUIDs of all DWARF files, each once.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
) -> Result<Vec<SymbolId>, InspectError> {
    let mut members = Vec::new();
    let mut names = BTreeSet::new();
    archive.walk(|entry| note(&mut members, &mut names, entry))?;
    if members.is_empty() {
        return Err(Rejection::NoDsym.into());
    }
    let mut left = MAX_UNPACKED_GIB << 30;
    let mut ids: Vec<SymbolId> = Vec::new();
    for member in &members {
        for id in executable(archive, member, &mut left)? {
            if ids.iter().all(|known| known.uuid != id.uuid) {
                ids.push(id);
            }
        }
    }
    Ok(ids)
}

/// Whoever downloads the archive unpacks it: nothing in it may lead out.
fn note(
    members: &mut Vec<Member>,
    names: &mut BTreeSet<Vec<u8>>,
    entry: &Entry<'_>,
) -> Result<(), Rejection> {
    let name = entry.name;
    let parts = || name.split(|&byte| byte == b'/');
    if name.starts_with(b"/") || name.contains(&b'\\') || parts().any(|part| part == b"..") {
        return Err(Rejection::UnsafePath(text::quote(name)));
    }
    if entry.is_symlink() {
        return Err(Rejection::SymbolicLink(text::quote(name)));
    }
    // What Finder adds beside each file.
    if entry.is_folder() || name.starts_with(b"__MACOSX/") || !is_dwarf(name) {
        return Ok(());
    }
    let member = entry.keep();
    if member.encrypted {
        return Err(Rejection::Encrypted(text::quote(name)));
    }
    if members.len() == MAX_EXECUTABLES {
        return Err(Rejection::TooManyExecutables(MAX_EXECUTABLES));
    }
    if !names.insert(name.to_vec()) {
        return Err(Rejection::DuplicateEntry(text::quote(name)));
    }
    members.push(member);
    Ok(())
}

/// `…/Contents/Resources/DWARF/Name`.
fn is_dwarf(name: &[u8]) -> bool {
    let mut parts = name.rsplit(|&byte| byte == b'/');
    let file = parts.next().unwrap_or_default();
    let is_hidden = file.starts_with(b".");
    !is_hidden && parts.take(3).eq([&b"DWARF"[..], b"Resources", b"Contents"])
}

fn executable<R: Read + Seek>(
    archive: &mut Archive<R>,
    member: &Member,
    left: &mut u64,
) -> Result<Vec<SymbolId>, InspectError> {
    let quoted = text::quote(&member.name);
    let name = member.name.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let name = text::clean(&text::quote(name));
    let reader = archive.reader(member)?;
    let mut file = Forward { reader: reader.take(*left), at: 0 };
    let found = slices(&mut file);
    let is_used_up = file.reader.limit() == 0;
    *left = file.reader.limit();
    let found = match found {
        Err(_) if is_used_up => return Err(Rejection::SymbolsTooLarge(MAX_UNPACKED_GIB).into()),
        found => found.map_err(|error| blame(error, &Rejection::DamagedEntry(quoted.clone())))?,
    };
    if found.is_empty() {
        return Err(Rejection::NotMachO(quoted).into());
    }
    let ids = found.into_iter().map(|(uuid, processor)| SymbolId {
        uuid,
        name: name.clone(),
        architecture: Some(processor),
    });
    Ok(ids.collect())
}

/// UUID and processor of each part of an executable.
fn slices<R: Read>(file: &mut Forward<R>) -> io::Result<Vec<(String, String)>> {
    let magic: [u8; 4] = file.array()?;
    let mut starts = vec![0];
    let is_fat = [MAGIC_FAT, MAGIC_FAT_64].contains(&magic);
    if is_fat {
        let count = u32::from_be_bytes(file.array()?);
        if count > MAX_SLICES {
            return Ok(Vec::new());
        }
        starts.clear();
        for _ in 0..count {
            let wide = magic == MAGIC_FAT_64;
            let slice = file.bytes(if wide { 32 } else { 20 })?;
            let upper = if wide { big(&slice, 8) } else { Some(0) };
            let lower = big(&slice, if wide { 12 } else { 8 });
            let (Some(upper), Some(lower)) = (upper, lower) else { return Ok(Vec::new()) };
            starts.push(u64::from(upper) << 32 | u64::from(lower));
        }
        // A file that is read in one direction.
        starts.sort_unstable();
        starts.dedup();
    }
    let mut found = Vec::new();
    for start in starts {
        let magic = if is_fat {
            file.skip_to(start)?;
            file.array()?
        } else {
            magic
        };
        found.extend(slice(file, magic)?);
    }
    Ok(found)
}

fn slice<R: Read>(file: &mut Forward<R>, magic: [u8; 4]) -> io::Result<Option<(String, String)>> {
    let rest_of_header = match magic {
        MAGIC_64 => 28,
        MAGIC_32 => 24,
        _ => return Ok(None),
    };
    let header = file.bytes(rest_of_header)?;
    let len = little(&header, 16).and_then(|len| usize::try_from(len).ok()).unwrap_or(usize::MAX);
    if len > MAX_COMMANDS {
        return Ok(None);
    }
    let commands = file.bytes(len)?;
    let command = Commands(&commands).find(|(kind, _)| *kind == LC_UUID);
    let id = command.and_then(|(_, body)| uuid(body));
    let processor = (little(&header, 0).unwrap_or(0), little(&header, 4).unwrap_or(0));
    Ok(id.map(|id| (id, processor_name(processor))))
}

/// As Apple's tools call it.
fn processor_name((kind, subkind): (u32, u32)) -> String {
    // The upper byte has flags, of signed pointers for example.
    let name = match (kind, subkind & 0x00ff_ffff) {
        (0x0100_000c, 2) => "arm64e",
        (0x0100_000c, _) => "arm64",
        (0x0200_000c, _) => "arm64_32",
        (12, 9) => "armv7",
        (12, 11) => "armv7s",
        (12, 12) => "armv7k",
        (12, _) => "arm",
        (0x0100_0007, _) => "x86_64",
        (7, _) => "i386",
        (kind, subkind) => return format!("{kind:#x}/{subkind}"),
    };
    name.to_owned()
}
