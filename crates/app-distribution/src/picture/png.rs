//! PNG (<https://www.w3.org/TR/png-3/>): chunks, each with a name, a length and a checksum.

use super::{BROKEN, Cleaned, Front, Refusal, big};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Those that make the picture. Texts, times, EXIF, further frames and what is unknown go.
const KEPT: [&[u8; 4]; 12] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"cICP", b"pHYs",
];

pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, Refusal> {
    let mut front = Front(&bytes[SIGNATURE.len()..]);
    let mut kept = SIGNATURE.to_vec();
    let (mut size, mut has_data) = (None, false);
    loop {
        let head = front.take(8)?;
        let (length, name) = (big(&head[..4]), &head[4..]);
        let data = front.take(usize::try_from(length).map_err(|_| BROKEN)?)?;
        let sum = front.take(4)?;
        if size.is_none() != (name == b"IHDR") {
            return Err(BROKEN);
        }
        if name == b"IHDR" {
            let (width, height) = data.split_at_checked(8).ok_or(BROKEN)?.0.split_at(4);
            size = Some((big(width), big(height)));
        }
        has_data |= name == b"IDAT";
        if KEPT.iter().any(|kept| *kept == name) {
            let mut check = flate2::Crc::new();
            check.update(name);
            check.update(data);
            if check.sum() != big(sum) {
                return Err(BROKEN);
            }
            for part in [head, data, sum] {
                kept.extend_from_slice(part);
            }
        }
        if name == b"IEND" {
            break;
        }
    }
    match size {
        Some(size) if has_data => Ok(Cleaned { size, bytes: kept }),
        _ => Err(BROKEN),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{super::clean, *};

    fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
        let mut check = flate2::Crc::new();
        check.update(&name);
        check.update(data);
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], &name, data, &check.sum().to_be_bytes()].concat()
    }

    /// With a header that says so, and no lines.
    pub(in super::super) fn picture(width: u32, height: u32) -> Vec<u8> {
        let header =
            [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0][..]].concat();
        [
            SIGNATURE.to_vec(),
            chunk(*b"IHDR", &header),
            chunk(*b"IDAT", b"lines"),
            chunk(*b"IEND", b""),
        ]
        .concat()
    }

    #[test]
    fn where_it_was_taken_and_what_hides_in_it_goes() {
        let plain = picture(7, 5);
        let (head, tail) = plain.split_at(SIGNATURE.len() + 25);
        let secret = [
            chunk(*b"eXIf", b"MM\0* 45.4642 N 9.1900 E"),
            chunk(*b"tEXt", b"Comment\0<script>alert(1)</script>"),
            chunk(*b"acTL", &[0; 8]),
        ];
        let full = [head, &secret.concat(), tail, b"<html><script>alert(1)</script>"].concat();
        assert_eq!(clean(&full).unwrap().bytes, plain);
    }

    #[test]
    fn a_wrong_checksum_is_told() {
        let mut broken = picture(7, 5);
        broken[20] ^= 1;
        assert_eq!(clean(&broken), Err(BROKEN));
    }
}
