//! Reading and writing DER: tags of one byte, lengths that are known.

pub(super) const CONSTRUCTED: u8 = 0x20;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The constructed form of the context's tag `number`.
pub(super) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One value.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// With tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The values inside.
    pub(super) fn inside(self) -> Reader<'a> {
        Reader(self.content)
    }
}

/// Values one after the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next value, if it is one of this tag; nothing is consumed if it is not.
    pub(super) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() != Some(&tag) {
            return None;
        }
        self.any()
    }

    /// The next value, whatever it is.
    pub(super) fn any(&mut self) -> Option<Element<'a>> {
        let all = self.0;
        let mut rest = all;
        let (tag, len) = header(&mut rest)?;
        let (content, rest) = rest.split_at_checked(len?)?;
        self.0 = rest;
        Some(Element { tag, content, whole: &all[..all.len() - rest.len()] })
    }
}

/// Tag and length; no length where it is not known in advance, which only BER has.
pub(super) fn header(rest: &mut &[u8]) -> Option<(u8, Option<usize>)> {
    let (&tag, &first, after) = match **rest {
        // Tags of several bytes occur in no format that is read here.
        [tag, ..] if tag & 0x1f == 0x1f => return None,
        [ref tag, ref first, ref after @ ..] => (tag, first, after),
        _ => return None,
    };
    *rest = after;
    let bytes = match first {
        0x80 => return Some((tag, None)),
        0..0x80 => return Some((tag, Some(usize::from(first)))),
        0x81..=0x84 => usize::from(first & 0x7f),
        _ => return None,
    };
    let (length, after) = after.split_at_checked(bytes)?;
    *rest = after;
    let length = length.iter().fold(0, |length, &byte| length << 8 | u32::from(byte));
    Some((tag, Some(usize::try_from(length).ok()?)))
}

/// Appends one value.
pub(super) fn write(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    let len = content.len();
    if len < 0x80 {
        out.push(len.to_le_bytes()[0]);
    } else {
        let bytes = len.to_be_bytes();
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        out.push(0x80 | (bytes.len() - zeros).to_le_bytes()[0]);
        out.extend(&bytes[zeros..]);
    }
    out.extend(content);
}

/// One value of these parts.
pub(super) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, tag, &parts.concat());
    out
}
