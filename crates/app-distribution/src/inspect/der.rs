//! Reading the little of ASN.1 that signatures are made of: DER, and BER's open lengths.
//!
//! Nothing is copied and nothing recurses. Whatever is malformed is `None`.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
const OPEN_LENGTH: u8 = 0x80;
/// Elements of an open length inside of each other.
const MAX_OPEN: u32 = 32;

/// The elements that follow each other in some bytes.
pub(super) struct Elements<'a>(&'a [u8]);

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    /// With tag and length.
    pub(super) whole: &'a [u8],
    pub(super) content: &'a [u8],
}

impl<'a> Elements<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next element, which must have this tag.
    pub(super) fn want(&mut self, tag: u8) -> Option<Element<'a>> {
        self.next().filter(|element| element.tag == tag)
    }

    /// The next element, if it has this tag; otherwise it stays.
    pub(super) fn take_if(&mut self, tag: u8) -> Option<Element<'a>> {
        if self.0.first() == Some(&tag) { self.next() } else { None }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (tag, header, len) = header(self.0)?;
        let (content, whole) = match len {
            Some(len) => (len, header + len),
            None => open_lengths(&self.0[header..]).map(|(len, all)| (len, header + all))?,
        };
        let (element, rest) = self.0.split_at_checked(whole)?;
        self.0 = rest;
        Some(Element { tag, whole: element, content: &element[header..header + content] })
    }
}

impl<'a> Element<'a> {
    pub(super) fn elements(self) -> Elements<'a> {
        Elements(self.content)
    }
}

/// Tag, length of the header, and length of the content unless it is open.
fn header(bytes: &[u8]) -> Option<(u8, usize, Option<usize>)> {
    let (&[tag, first], rest) = bytes.split_first_chunk()?;
    // Tags of more than a byte are not used by anything that is read here.
    if tag & 0x1f == 0x1f {
        return None;
    }
    match first {
        OPEN_LENGTH => Some((tag, 2, (tag & 0x20 == 0).then_some(0))),
        0..OPEN_LENGTH => Some((tag, 2, Some(usize::from(first)))),
        _ => {
            let count = usize::from(first & 0x7f);
            let digits = rest.get(..count).filter(|_| count <= 4)?;
            let len = digits.iter().fold(0, |len, &digit| len << 8 | usize::from(digit));
            Some((tag, 2 + count, Some(len)))
        }
    }
}

/// How long the content of an open element is, and how long with its end mark.
fn open_lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut at: usize = 0;
    let mut open: u32 = 1;
    loop {
        let rest = bytes.get(at..)?;
        if rest.starts_with(&[0, 0]) {
            open -= 1;
            if open == 0 {
                return Some((at, at + 2));
            }
            at += 2;
            continue;
        }
        let (_, header, len) = header(rest)?;
        at = at.checked_add(header)?.checked_add(len.unwrap_or_default())?;
        open += u32::from(len.is_none());
        if open > MAX_OPEN {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definite_and_open_lengths_are_read() {
        let closed = [0x30, 0x03, 0x02, 0x01, 0x05, 0xff];
        let sequence = Elements::of(&closed).next().unwrap();
        assert_eq!((sequence.whole, sequence.content), (&closed[..5], &closed[2..5]));
        let open = [0x30, 0x80, 0x30, 0x80, 0x02, 0x01, 0x05, 0, 0, 0, 0, 0x04, 0x00];
        let mut elements = Elements::of(&open);
        let sequence = elements.want(SEQUENCE).unwrap();
        assert_eq!((sequence.whole, sequence.content), (&open[..11], &open[2..9]));
        assert!(elements.take_if(INTEGER).is_none() && elements.want(OCTET_STRING).is_some());
        assert!(elements.next().is_none());
    }

    #[test]
    fn malformed_elements_are_nothing() {
        let deep = [0x30, 0x80].repeat(1_000_000);
        for bytes in [&[0x30][..], &[0x30, 2, 0], &[0x30, 0x85, 1, 1, 1, 1, 1], &[0x1f, 0], &deep] {
            assert!(Elements::of(bytes).next().is_none());
        }
        assert!(Elements::of(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]).next().is_none());
        assert!(Elements::of(&[0x30, 0x80, 2, 0x84, 0xff, 0xff, 0xff, 0xff]).next().is_none());
    }
}
