//! The frame that all of Android's binary resource formats share: typed chunks inside chunks.

use std::io::{Read, Seek};

use super::super::InspectError;
use super::super::bytes::Blob;

/// A chunk whose bounds have been checked against what is around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk {
    pub(super) kind: u16,
    pub(super) start: u64,
    /// Where the header ends and the content begins.
    pub(super) content: u64,
    pub(super) end: u64,
}

impl Chunk {
    /// Kind, header size and size.
    const FRAME: u64 = 8;

    /// The chunk at `start`; nothing if there is no room for one before `end`.
    pub(super) fn read<R: Read + Seek>(
        blob: &mut Blob<'_, R>,
        start: u64,
        end: u64,
    ) -> Result<Option<Self>, InspectError> {
        if end.saturating_sub(start) < Self::FRAME {
            return Ok(None);
        }
        let [k0, k1, h0, h1, size @ ..] = blob.array::<8>(start)?;
        let kind = u16::from_le_bytes([k0, k1]);
        let header_size = u64::from(u16::from_le_bytes([h0, h1]));
        let size = u64::from(u32::from_le_bytes(size));
        if header_size < Self::FRAME || size < header_size || size > end - start {
            return blob.broken();
        }
        Ok(Some(Self { kind, start, content: start + header_size, end: start + size }))
    }
}
