//! Little-endian numbers and length-prefixed parts, as signing blocks nest them.

/// What is left to read of some bytes; whatever does not fit is `None`.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    pub(super) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number))
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    /// Bytes with their length in front.
    pub(super) fn prefixed(&mut self) -> Option<&'a [u8]> {
        let len = self.u32()?;
        self.bytes(usize::try_from(len).ok()?)
    }

    /// All parts of a prefixed list of prefixed parts, at most `limit`.
    pub(super) fn list(&mut self, limit: usize) -> Option<Vec<&'a [u8]>> {
        let mut list = Self(self.prefixed()?);
        let mut parts = Vec::new();
        while !list.is_empty() {
            if parts.len() == limit {
                return None;
            }
            parts.push(list.prefixed()?);
        }
        Some(parts)
    }
}
