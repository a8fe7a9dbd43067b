//! Reading whose symbols a file holds: dSYMs, and the mappings of R8 and `ProGuard`.
//!
//! As with packages, only what is needed is read, within limits, and nothing is unpacked to a disk.

mod dsym;
mod mapping;

use std::io::{Read, Seek};

use securevox_protocol::symbols::{SymbolId, SymbolKind};

use super::bytes::Source;
use super::zip::Archive;
use super::{InspectError, Rejection};

pub(crate) use self::mapping::normal_id;

/// What a file with symbols says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbols {
    /// What it is.
    pub kind: SymbolKind,
    /// What its symbols are found by; at least one.
    pub ids: Vec<SymbolId>,
}

/// Says whose symbols are in `file`, or why there are none; `given` is the id that its sender
/// says, for a mapping.
pub fn inspect_symbols<R: Read + Seek>(
    file: R,
    given: Option<&str>,
) -> Result<Symbols, InspectError> {
    let mut source = Source::new(file)?;
    let mut magic = [0; 4];
    match source.len() {
        0 => return Err(Rejection::EmptyFile.into()),
        1..4 => {}
        _ => source.read(0, &mut magic, &Rejection::NotSymbols)?,
    }
    if magic.starts_with(b"PK") {
        let mut archive = Archive::open(source.into_inner())?;
        let ids = dsym::read(&mut archive)?;
        return Ok(Symbols { kind: SymbolKind::Dsym, ids });
    }
    let len = source.len();
    let content = source.range(0, len).map_err(InspectError::Disk)?;
    let ids = mapping::read(content, given)?;
    Ok(Symbols { kind: SymbolKind::Mapping, ids })
}
