//! JPEG (ITU-T T.81): segments, each with a marker and a length, and the scans between them.

use super::{BROKEN, Cleaned, Front, Refusal, big, little};

pub(super) const START: &[u8] = b"\xff\xd8\xff";

const SCAN: u8 = 0xda;
const END: u8 = 0xd9;

pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, Refusal> {
    let mut front = Front(&bytes[2..]);
    let mut kept = bytes[..2].to_vec();
    let (mut size, mut turn, mut has_scan) = (None, None, false);
    loop {
        let marker = marker(&mut front)?;
        if marker == END {
            kept.extend([0xff, END]);
            break;
        }
        let length = front.take(2)?;
        let data = front.take((big(length) as usize).checked_sub(2).ok_or(BROKEN)?)?;
        if is_frame(marker) {
            let sides = data.get(1..5).filter(|_| size.is_none()).ok_or(BROKEN)?;
            size = Some((big(&sides[2..]), big(&sides[..2])));
        }
        if marker == 0xe1 && turn.is_none() {
            turn = orientation(data);
        }
        if is_kept(marker, data) {
            for part in [&[0xff, marker][..], length, data] {
                kept.extend_from_slice(part);
            }
        }
        if marker == SCAN {
            has_scan = true;
            kept.extend_from_slice(front.take(scan_length(front.0)?)?);
        }
    }
    // How to hold it is all that is told of how it was taken.
    if let Some(turn) = turn.filter(|turn| (2..=8).contains(turn)) {
        kept.splice(2..2, exif(turn));
    }
    match size {
        Some(size) if has_scan => Ok(Cleaned { size, bytes: kept }),
        _ => Err(BROKEN),
    }
}

/// The next marker; any number of 0xff may come before it.
fn marker(front: &mut Front<'_>) -> Result<u8, Refusal> {
    if front.byte()? != 0xff {
        return Err(BROKEN);
    }
    loop {
        match front.byte()? {
            0xff => {}
            // Those without a length are at home in scans alone.
            0x00..=0x01 | 0xd0..=0xd8 => return Err(BROKEN),
            marker => return Ok(marker),
        }
    }
}

fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Tables, frames and scans, and what says how to read the colours.
fn is_kept(marker: u8, data: &[u8]) -> bool {
    match marker {
        0xc0..=0xcf | SCAN..=0xdd => true,
        // A preview may follow, which may show what was cut off.
        0xe0 => data.starts_with(b"JFIF\0") && data.len() == 14,
        0xe2 => data.starts_with(b"ICC_PROFILE\0"),
        0xee => data.starts_with(b"Adobe"),
        _ => marker == 0xdb,
    }
}

/// Bytes until the marker that ends a scan.
fn scan_length(rest: &[u8]) -> Result<usize, Refusal> {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    rest.windows(2).position(ends).ok_or(BROKEN)
}

/// How to hold it, as EXIF says.
fn orientation(data: &[u8]) -> Option<u8> {
    let tiff = data.strip_prefix(b"Exif\0\0")?;
    let number: fn(&[u8]) -> u32 = match tiff.get(..4)? {
        b"MM\0*" => big,
        b"II*\0" => little,
        _ => return None,
    };
    let start = number(tiff.get(4..8)?) as usize;
    let count = number(tiff.get(start..start.checked_add(2)?)?) as usize;
    let mut entries = tiff.get(start + 2..)?.chunks_exact(12).take(count);
    let entry = entries.find(|entry| number(&entry[..2]) == 0x0112)?;
    u8::try_from(number(&entry[8..10])).ok()
}

/// The segment that says how to hold it, and nothing else.
fn exif(turn: u8) -> Vec<u8> {
    let mut segment = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    segment.extend(b"\x01\x12\0\x03\0\0\0\x01\0");
    segment.extend([turn, 0, 0, 0, 0, 0, 0]);
    segment
}

#[cfg(test)]
pub(super) mod tests {
    use super::{super::clean, *};

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, data].concat()
    }

    fn parts() -> [Vec<u8>; 4] {
        [
            segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            [segment(0xdb, &[1; 65]), segment(0xc0, &[8, 0, 5, 0, 7, 1, 1, 0x11, 0])].concat(),
            segment(SCAN, &[1, 1, 0, 0, 63, 0]),
            b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9".to_vec(),
        ]
    }

    pub(in super::super) fn picture() -> Vec<u8> {
        [b"\xff\xd8".to_vec(), parts().concat()].concat()
    }

    #[test]
    fn where_it_was_taken_and_what_hides_in_it_goes() {
        let [jfif, tables, scan, end] = parts();
        let secret = [
            segment(0xe1, b"Exif\0\0II*\0\x08\0\0\0\0\0 45.4642 N 9.1900 E"),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
            segment(0xe2, b"MPF\0"),
            segment(0xed, b"Photoshop 3.0\0"),
            segment(0xfe, b"<script>alert(1)</script>"),
        ];
        let parts = [b"\xff\xd8".to_vec(), jfif, secret.concat(), tables, scan, end];
        let full = [parts.concat(), b"<html>".to_vec()].concat();
        let kept = clean(&full).unwrap();
        assert_eq!((kept.width, kept.height), (7, 5));
        assert_eq!(kept.bytes, picture());
    }

    #[test]
    fn how_to_hold_it_stays() {
        for (order, entry) in [
            (&b"II*\0\x08\0\0\0\x01\0"[..], &b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"[..]),
            (b"MM\0*\0\0\0\x08\0\x01", b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"),
        ] {
            let told = [b"Exif\0\0", order, entry, b"\0\0\0\0Canon"].concat();
            let full = [&b"\xff\xd8"[..], &segment(0xe1, &told), &picture()[2..]].concat();
            let kept = clean(&full).unwrap().bytes;
            assert_eq!(kept[2..38], exif(6));
            assert_eq!(kept[38..], picture()[2..]);
        }
    }
}
