//! Reading and writing the little of ASN.1 that signatures are made of: tags of one byte.
//!
//! DER is written. What is read may have BER's open lengths, in place: the bytes of a certificate
//! are its identity. Nothing is copied, nothing recurses, and whatever is malformed is `None`.

pub(crate) const CONSTRUCTED: u8 = 0x20;

const END_OF_CONTENTS: &[u8] = &[0, 0];
/// Values of an open length inside of each other.
const MAX_OPEN: u32 = 32;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The constructed form of the context's tag `number`.
pub(crate) const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// One value.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    /// With tag and length.
    pub(crate) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The values inside.
    pub(crate) fn inside(self) -> Reader<'a> {
        Reader(self.content)
    }
}

/// Values one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next value, if it is one of this tag; nothing is consumed if it is not.
    pub(crate) fn take(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() != Some(&tag) {
            return None;
        }
        self.any()
    }

    /// The values up to the first that is malformed.
    pub(crate) fn all(mut self) -> impl Iterator<Item = Element<'a>> {
        std::iter::from_fn(move || self.any())
    }

    /// The next value, whatever it is.
    pub(crate) fn any(&mut self) -> Option<Element<'a>> {
        let all = self.0;
        let mut rest = all;
        let (tag, len) = header(&mut rest)?;
        let (len, mark) = match len {
            Some(len) => (len, 0),
            None if tag & CONSTRUCTED != 0 => (open_len(rest)?, END_OF_CONTENTS.len()),
            None => return None,
        };
        let (content, rest) = rest.split_at_checked(len)?;
        let rest = rest.get(mark..)?;
        self.0 = rest;
        Some(Element { tag, content, whole: &all[..all.len() - rest.len()] })
    }
}

/// Tag and length; no length where it is not known in advance, which only BER has.
pub(crate) fn header(rest: &mut &[u8]) -> Option<(u8, Option<usize>)> {
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

/// How long the content of a value of open length is, before its end mark.
fn open_len(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    let mut open: u32 = 1;
    loop {
        if let Some(after) = rest.strip_prefix(END_OF_CONTENTS) {
            open -= 1;
            if open == 0 {
                return Some(bytes.len() - rest.len());
            }
            rest = after;
            continue;
        }
        let (tag, len) = header(&mut rest)?;
        match len {
            Some(len) => rest = rest.get(len..)?,
            None if tag & CONSTRUCTED != 0 && open < MAX_OPEN => open += 1,
            None => return None,
        }
    }
}

/// Appends one value.
pub(crate) fn write(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
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
pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, tag, &parts.concat());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_open_lengths_are_read() {
        let closed = [0x30, 0x03, 0x02, 0x01, 0x05, 0xff];
        let sequence = Reader(&closed).any().unwrap();
        assert_eq!((sequence.whole, sequence.content), (&closed[..5], &closed[2..5]));
        let open = [0x30, 0x80, 0x30, 0x80, 0x02, 0x01, 0x05, 0, 0, 0, 0, 0x04, 0x00];
        let mut values = Reader(&open);
        let sequence = values.take(SEQUENCE).unwrap();
        assert_eq!((sequence.whole, sequence.content), (&open[..11], &open[2..9]));
        assert!(values.take(INTEGER).is_none() && values.take(OCTET_STRING).is_some());
        assert!(values.is_empty() && values.any().is_none());
        assert_eq!(Reader(&open).all().count(), 2);
    }

    #[test]
    fn malformed_values_are_nothing() {
        let deep = [0x30, 0x80].repeat(1_000_000);
        for bytes in [&[0x30][..], &[0x30, 2, 0], &[0x30, 0x85, 1, 1, 1, 1, 1], &[0x1f, 0], &deep] {
            assert!(Reader(bytes).any().is_none());
        }
        assert!(Reader(&[0x04, 0x80, 0, 0]).any().is_none());
        assert!(Reader(&[0x30, 0x80, 0x04, 0x80, 0, 0, 0, 0]).any().is_none());
        assert!(Reader(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).any().is_none());
        assert!(Reader(&[0x30, 0x80, 2, 0x84, 0xff, 0xff, 0xff, 0xff]).any().is_none());
    }
}
