//! Turning BER into DER, so that nothing else here needs to know of BER.
//!
//! Apple's own profiles are DER; what other tools sign in a stream is BER: lengths that were not
//! known in advance, and strings in pieces. What comes out has the same values with known lengths,
//! and strings in one piece. It takes one pass, and is never much larger than what went in.

use crate::der::{self, CONSTRUCTED, OCTET_STRING, Reader};

/// Certificates inside of time stamps inside of attributes are at 24.
const MAX_DEPTH: u32 = 40;
const END_OF_CONTENTS: &[u8] = &[0, 0];

/// The first value in `bytes`; nothing if it is broken, cut off or nested without measure.
pub(crate) fn to_der(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    element(&mut &*bytes, MAX_DEPTH, &mut out)?;
    Some(out)
}

fn element(rest: &mut &[u8], depth: u32, out: &mut Vec<u8>) -> Option<()> {
    let (tag, len) = der::header(rest)?;
    if tag & CONSTRUCTED == 0 {
        let (content, after) = rest.split_at_checked(len?)?;
        *rest = after;
        der::write(out, tag, content);
        return Some(());
    }
    let depth = depth.checked_sub(1)?;
    let mut content = Vec::new();
    if let Some(len) = len {
        let (mut inside, after) = rest.split_at_checked(len)?;
        *rest = after;
        while !inside.is_empty() {
            element(&mut inside, depth, &mut content)?;
        }
    } else {
        while !rest.starts_with(END_OF_CONTENTS) {
            element(rest, depth, &mut content)?;
        }
        *rest = &rest[END_OF_CONTENTS.len()..];
    }
    if tag == OCTET_STRING | CONSTRUCTED {
        der::write(out, OCTET_STRING, &join(&content)?);
    } else {
        der::write(out, tag, &content);
    }
    Some(())
}

/// The pieces of a string.
fn join(pieces: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(pieces.len());
    let mut pieces = Reader(pieces);
    while !pieces.is_empty() {
        whole.extend(pieces.take(OCTET_STRING)?.content);
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn der_stays_as_it_is() {
        let der = [0x30, 0x07, 0x02, 0x01, 0x05, 0x04, 0x02, 0xab, 0xcd];
        assert_eq!(to_der(&der).unwrap(), der);
        let long = der::value(OCTET_STRING, &[&vec![7; 70_000]]);
        assert_eq!(to_der(&long).unwrap(), long);
    }

    #[test]
    fn unknown_lengths_and_pieces_are_resolved() {
        let ber = [
            0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 0x61, 0x24, 0x03, 0x04, 0x01, 0x62, 0, 0, 0x02,
            0x81, 0x01, 0x05, 0, 0, 0xff,
        ];
        let der = [0x30, 0x07, 0x04, 0x02, 0x61, 0x62, 0x02, 0x01, 0x05];
        assert_eq!(to_der(&ber).unwrap(), der);
        for len in 0..ber.len() - 1 {
            assert_eq!(to_der(&ber[..len]), None, "{len} bytes");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let bad: [&[u8]; 7] = [
            &[],
            &[0x1f, 0x81, 0x01, 0x00],
            // A primitive value of unknown length; lengths beyond the end, beyond 32 bits.
            &[0x04, 0x80, 0, 0],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x88, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x30, 0xff, 0],
            // Something else among the pieces of a string.
            &[0x24, 0x80, 0x02, 0x01, 0x01, 0, 0],
        ];
        for bytes in bad {
            assert_eq!(to_der(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn nesting_has_an_end_and_width_takes_one_pass() {
        let nested = |depth: usize| [[0x30, 0x80].repeat(depth), [0; 2].repeat(depth)].concat();
        assert!(to_der(&nested(40)).is_some());
        assert_eq!(to_der(&nested(41)), None);
        assert_eq!(to_der(&nested(1 << 20)), None);

        let started = Instant::now();
        let wide = [0x05, 0x00].repeat(1 << 20);
        let mut deep = wide;
        for _ in 0..39 {
            deep = der::value(der::SEQUENCE, &[&deep]);
        }
        assert_eq!(to_der(&deep).unwrap(), deep);
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}
