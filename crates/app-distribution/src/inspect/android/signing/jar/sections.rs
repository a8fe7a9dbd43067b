//! The text format of `MANIFEST.MF` and `.SF` files: sections of attributes, folded lines.

use std::borrow::Cow;
use std::ops::Range;

/// A section with its last blank line, as it is hashed.
#[derive(Clone, Copy)]
pub(super) struct Section<'a>(pub(super) &'a [u8]);

/// All sections of a file, with where they are.
pub(super) fn sections(bytes: &[u8]) -> impl Iterator<Item = (Range<usize>, Section<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut start = at;
        let mut is_begun = false;
        while at < bytes.len() {
            let (line, len) = line(&bytes[at..]);
            at += len;
            match (line.is_empty(), is_begun) {
                (true, false) => start = at,
                (true, true) => break,
                (false, _) => is_begun = true,
            }
        }
        is_begun.then(|| (start..at, Section(&bytes[start..at])))
    })
}

impl<'a> Section<'a> {
    /// The value of an attribute, whose name is told apart without regard to case.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'a, [u8]>> {
        let mut attributes = self.attributes();
        attributes
            .find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// Names and values; lines without a colon are passed over.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a [u8], Cow<'a, [u8]>)> + use<'a> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            while !rest.is_empty() {
                let (first, len) = line(rest);
                rest = &rest[len..];
                let mut whole = Cow::Borrowed(first);
                while let [b' ', ..] = rest {
                    let (more, len) = line(rest);
                    whole.to_mut().extend_from_slice(&more[1..]);
                    rest = &rest[len..];
                }
                if let Some(attribute) = split(first, whole) {
                    return Some(attribute);
                }
            }
            None
        })
    }
}

/// Takes an unfolded line apart; a name is never folded.
fn split<'a>(first: &'a [u8], whole: Cow<'a, [u8]>) -> Option<(&'a [u8], Cow<'a, [u8]>)> {
    let colon = first.windows(2).position(|two| two == b": ")?;
    let value = match whole {
        Cow::Borrowed(line) => Cow::Borrowed(&line[colon + 2..]),
        Cow::Owned(line) => Cow::Owned(line[colon + 2..].to_vec()),
    };
    Some((&first[..colon], value))
}

/// The first line without its end, and its length with it: CR, LF or both.
fn line(bytes: &[u8]) -> (&[u8], usize) {
    let len = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    let end = match bytes[len..] {
        [b'\r', b'\n', ..] => 2,
        [] => 0,
        _ => 1,
    };
    (&bytes[..len], len + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_end_with_a_blank_line_and_lines_are_unfolded() {
        let text = b"\nA: 1\r\n\r\nName: long\r\n er\r\nb:no\nB: 2\n\n\nName: x";
        let all: Vec<_> = sections(text).collect();
        assert_eq!(all.len(), 3);
        assert_eq!(all[0].1.0, b"A: 1\r\n\r\n");
        assert_eq!(all[1].1.get("name").as_deref(), Some(&b"longer"[..]));
        assert_eq!(all[1].1.get("b").as_deref(), Some(&b"2"[..]));
        assert_eq!((all[2].0.clone(), all[2].1.0), (text.len() - 7..text.len(), &b"Name: x"[..]));
    }
}
