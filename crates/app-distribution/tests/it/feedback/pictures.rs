//! Files that pretend, and what they pretend to be.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

/// A picture that is one.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 0x80])
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

/// The same with a text in it, and a page of HTML behind its end.
pub(super) fn polyglot() -> Vec<u8> {
    let plain = png(40, 30);
    let (head, tail) = plain.split_at(8 + 25);
    let text = b"Comment\0taken at 45.4642 N 9.1900 E";
    let mut check = flate2::Crc::new();
    check.update(b"tEXt");
    check.update(text);
    let length = u32::try_from(text.len()).unwrap().to_be_bytes();
    let chunk = [&length[..], b"tEXt", text, &check.sum().to_be_bytes()].concat();
    [head, &chunk, tail, b"<!doctype html><script>alert(1)</script>"].concat()
}

/// A header that says 60,000 by 60,000, with nothing in it.
pub(super) fn bomb() -> Vec<u8> {
    let mut bytes = png(40, 30);
    bytes[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let mut check = flate2::Crc::new();
    check.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&check.sum().to_be_bytes());
    bytes
}
