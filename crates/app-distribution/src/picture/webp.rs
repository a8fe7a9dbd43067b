//! WebP (RFC 9649): chunks in a RIFF container.

use super::{ANIMATED, BROKEN, Cleaned, Front, Refusal, little};

/// Of the extended header: there is EXIF, there is XMP.
const TOLD_MORE: u8 = 0x08 | 0x04;
const MOVES: u8 = 0x02;

pub(super) fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, Refusal> {
    let length = little(&bytes[4..8]) as usize;
    let body = bytes.get(12..length.checked_add(8).ok_or(BROKEN)?).ok_or(BROKEN)?;
    let mut front = Front(body);
    let mut kept = b"WEBP".to_vec();
    let (mut canvas, mut picture) = (None, None);
    while !front.0.is_empty() {
        let head = front.take(8)?;
        let length = little(&head[4..]) as usize;
        let data = front.take(length)?;
        let padding = front.take(length % 2)?;
        let mut data = data.to_vec();
        match &head[..4] {
            b"VP8X" if kept.len() == 4 => canvas = Some(extended(&mut data)?),
            b"VP8 " if picture.is_none() => picture = Some(lossy(&data)?),
            b"VP8L" if picture.is_none() => picture = Some(lossless(&data)?),
            b"ALPH" | b"ICCP" => {}
            b"ANIM" | b"ANMF" => return Err(ANIMATED),
            b"VP8X" | b"VP8 " | b"VP8L" => return Err(BROKEN),
            _ => continue,
        }
        for part in [head, &data, padding] {
            kept.extend_from_slice(part);
        }
    }
    let size = picture.ok_or(BROKEN)?;
    if canvas.is_some_and(|canvas| canvas != size) {
        return Err(BROKEN);
    }
    let length = u32::try_from(kept.len()).map_err(|_| BROKEN)?;
    let bytes = [&b"RIFF"[..], &length.to_le_bytes(), &kept].concat();
    Ok(Cleaned { size, bytes })
}

/// The size in an extended header, which no longer says that there is more.
fn extended(data: &mut [u8]) -> Result<(u32, u32), Refusal> {
    if data.len() != 10 {
        return Err(BROKEN);
    }
    if data[0] & MOVES != 0 {
        return Err(ANIMATED);
    }
    data[0] &= !TOLD_MORE;
    Ok((little(&data[4..7]) + 1, little(&data[7..10]) + 1))
}

fn lossy(data: &[u8]) -> Result<(u32, u32), Refusal> {
    match data.get(3..10) {
        Some([0x9d, 0x01, 0x2a, sides @ ..]) => {
            Ok((little(&sides[..2]) & 0x3fff, little(&sides[2..]) & 0x3fff))
        }
        _ => Err(BROKEN),
    }
}

fn lossless(data: &[u8]) -> Result<(u32, u32), Refusal> {
    match data.get(..5) {
        Some([0x2f, sides @ ..]) => {
            let sides = little(sides);
            Ok(((sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1))
        }
        _ => Err(BROKEN),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{super::clean, *};

    fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let padding = vec![0; data.len() % 2];
        [&name[..], &length, data, &padding].concat()
    }

    fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
        let body = [b"WEBP".to_vec(), chunks.concat()].concat();
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        [&b"RIFF"[..], &length, &body].concat()
    }

    fn header(flags: u8) -> Vec<u8> {
        chunk(*b"VP8X", &[flags, 0, 0, 0, 6, 0, 0, 4, 0, 0])
    }

    fn lines() -> Vec<u8> {
        chunk(*b"VP8 ", b"\0\0\0\x9d\x01\x2a\x07\x00\x05\x00.")
    }

    pub(in super::super) fn picture() -> Vec<u8> {
        file(&[header(0x10), chunk(*b"ALPH", b"alpha"), lines()])
    }

    #[test]
    fn where_it_was_taken_and_what_hides_in_it_goes() {
        let full = file(&[
            header(0x10 | TOLD_MORE),
            chunk(*b"ALPH", b"alpha"),
            lines(),
            chunk(*b"EXIF", b"45.4642 N 9.1900 E"),
            chunk(*b"XMP ", b"<x:xmpmeta/>"),
            chunk(*b"HTML", b"<script>"),
        ]);
        let kept = clean(&[&full[..], b"<html>"].concat()).unwrap();
        assert_eq!((kept.width, kept.height), (7, 5));
        assert_eq!(kept.bytes, picture());
        let lossless = clean(&file(&[chunk(*b"VP8L", b"\x2f\x06\x00\x01\x00")])).unwrap();
        assert_eq!((lossless.width, lossless.height), (7, 5));
    }

    #[test]
    fn what_moves_or_contradicts_itself_is_refused() {
        assert_eq!(clean(&file(&[header(MOVES), lines()])), Err(ANIMATED));
        assert_eq!(clean(&file(&[lines(), lines()])), Err(BROKEN));
        let other = chunk(*b"VP8 ", b"\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f.");
        assert_eq!(clean(&file(&[header(0), other])), Err(BROKEN));
    }
}
