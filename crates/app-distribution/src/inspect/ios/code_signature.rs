//! What an executable says of its signature and platform.
//!
//! Executables are large, and their signature stands at the end. So one is read once from front to
//! back, without keeping more than the part that is looked at. Nothing is verified: devices do, and
//! here it only tells which of the certificates of a profile was used.

use std::io::{self, Read};

use securevox_protocol::packages::Certificate;

use super::super::macho::{
    Commands, Forward, LC_UUID, MAGIC_32, MAGIC_64, MAGIC_FAT, MAX_COMMANDS, MAX_SLICES, big,
    little, uuid,
};
use crate::cms::{self, SignedData};

/// Beyond the largest apps; what is unpacked to find a signature ends here.
const MAX_EXECUTABLE: u64 = 512 * 1024 * 1024;
const MAX_SIGNATURE: usize = 64 * 1024;
const MAX_BLOBS: u32 = 64;

const CPU_ARM: u32 = 12;
const CPU_FAMILY: u32 = 0x00ff_ffff;

const LC_CODE_SIGNATURE: u32 = 0x1d;
const LC_BUILD_VERSION: u32 = 0x32;
/// The simulators of iOS, tvOS, watchOS and visionOS.
const SIMULATORS: [u32; 4] = [7, 8, 9, 12];

const SUPER_BLOB: u32 = 0xfade_0cc0;
const CMS_SLOT: u32 = 0x1_0000;
const CMS_BLOB: u32 = 0xfade_0b01;

/// What an executable says.
#[derive(Debug, Default)]
pub(super) struct CodeSignature {
    /// Whose certificate signed it.
    pub(super) signer: Option<Certificate>,
    /// Whether it runs in the simulator only.
    pub(super) is_for_simulator: bool,
    /// By which its symbols are found.
    pub(super) uuid: Option<String>,
}

/// Reads as far as an executable makes sense; an error is one of `executable` itself.
pub(super) fn read(executable: impl Read) -> io::Result<CodeSignature> {
    let mut found = CodeSignature::default();
    let mut file = Forward { reader: executable.take(MAX_EXECUTABLE), at: 0 };
    match find(&mut file, &mut found) {
        // Cut off, or lying about where things are: nothing is known then.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(found),
        result => result.map(|_| found),
    }
}

/// Nothing where the format is another one.
fn find<R: Read>(file: &mut Forward<R>, found: &mut CodeSignature) -> io::Result<Option<()>> {
    let mut start = 0;
    let mut magic: [u8; 4] = file.array()?;
    if magic == MAGIC_FAT {
        let Some(slice) = device_slice(file)? else { return Ok(None) };
        start = slice;
        file.skip_to(start)?;
        magic = file.array()?;
    }
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
    found.is_for_simulator = little(&header, 0).is_some_and(|cpu| cpu & CPU_FAMILY != CPU_ARM);
    let mut signature = None;
    for (kind, body) in Commands(&commands) {
        match kind {
            LC_CODE_SIGNATURE => signature = little(body, 8),
            LC_UUID => found.uuid = uuid(body),
            LC_BUILD_VERSION => {
                found.is_for_simulator |=
                    little(body, 8).is_some_and(|platform| SIMULATORS.contains(&platform));
            }
            _ => {}
        }
    }
    let Some(signature) = signature else { return Ok(None) };
    file.skip_to(start + u64::from(signature))?;
    found.signer = message(file)?.and_then(|message| signer(&message));
    Ok(Some(()))
}

/// Where the part for devices begins in an executable for several processors; the first if none is.
fn device_slice<R: Read>(file: &mut Forward<R>) -> io::Result<Option<u64>> {
    let count = u32::from_be_bytes(file.array()?);
    if count > MAX_SLICES {
        return Ok(None);
    }
    let mut slices = Vec::new();
    for _ in 0..count {
        let slice = file.bytes(20)?;
        slices.push((big(&slice, 0), big(&slice, 8)));
    }
    let is_arm = |cpu: Option<u32>| cpu.is_some_and(|cpu| cpu & CPU_FAMILY == CPU_ARM);
    let slice = slices.iter().find(|(cpu, _)| is_arm(*cpu)).or(slices.first());
    Ok(slice.and_then(|(_, offset)| *offset).map(u64::from))
}

/// The CMS message in the signature that begins here.
fn message<R: Read>(file: &mut Forward<R>) -> io::Result<Option<Vec<u8>>> {
    let start = file.at;
    let head = file.bytes(12)?;
    let (Some(SUPER_BLOB), Some(count @ 0..=MAX_BLOBS)) = (big(&head, 0), big(&head, 8)) else {
        return Ok(None);
    };
    let mut offset = None;
    for _ in 0..count {
        let index = file.bytes(8)?;
        if big(&index, 0) == Some(CMS_SLOT) {
            offset = big(&index, 4);
        }
    }
    let Some(offset) = offset else { return Ok(None) };
    file.skip_to(start + u64::from(offset))?;
    let head = file.bytes(8)?;
    let len = big(&head, 4).and_then(|len| usize::try_from(len).ok()?.checked_sub(8));
    match (big(&head, 0), len) {
        (Some(CMS_BLOB), Some(len @ 0..=MAX_SIGNATURE)) => file.bytes(len).map(Some),
        _ => Ok(None),
    }
}

fn signer(message: &[u8]) -> Option<Certificate> {
    let der = cms::to_der(message)?;
    Some(SignedData::parse(&der)?.signer()?.facts())
}
