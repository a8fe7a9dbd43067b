//! The largest icon of an app as an ordinary PNG.
//!
//! Xcode puts icons into the bundle as PNG, in Apple's own variant unless told otherwise. Those in
//! `Assets.car` are not read: the format is Apple's secret, and what a phone shows is in the bundle
//! too.

use std::io::{self, Cursor, Read, Seek};

use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::{ImageDecoder as _, Limits, RgbaImage};

use super::super::InspectError;
use super::super::zip::{Archive, Member};
use super::cgbi;

/// Real ones have 1024 pixels and less than 2 MiB.
const MAX_FILE: u64 = 8 * 1024 * 1024;
const MAX_SIDE: u32 = 4096;
const MAX_DECODED: u64 = 4 * 4096 * 4096;
/// What is given out.
const MAX_ICON: u32 = 1024;
/// How many files are looked into, the largest first, before there is no icon.
const MAX_ATTEMPTS: usize = 3;

/// The largest of these that is a square image; `None` where there is none.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    icons: &[Member],
) -> Result<Option<Vec<u8>>, InspectError> {
    let mut sized = Vec::new();
    for (order, icon) in icons.iter().enumerate() {
        let mut head = Vec::new();
        let read = match archive.reader(icon) {
            Ok(reader) => reader.take(cgbi::HEAD).read_to_end(&mut head),
            Err(InspectError::Rejected(_)) => continue,
            Err(error) => return Err(error),
        };
        match read {
            Err(error) if !is_damage(&error) => return Err(InspectError::Disk(error)),
            _ => {}
        }
        if let Some(side) = side(&head) {
            sized.push((std::cmp::Reverse(side), order, icon));
        }
    }
    sized.sort_by_key(|(side, order, _)| (*side, *order));
    for (.., icon) in sized.into_iter().take(MAX_ATTEMPTS) {
        match archive.read(icon, MAX_FILE) {
            Ok(file) => {
                if let Some(png) = convert(&file) {
                    return Ok(Some(png));
                }
            }
            Err(InspectError::Rejected(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Whether the package is at fault and not the disk.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

/// How large a square image is whose file begins like this.
fn side(head: &[u8]) -> Option<u32> {
    let (width, height) = cgbi::dimensions(head)?;
    (width == height && (1..=MAX_SIDE).contains(&width)).then_some(width)
}

/// An ordinary PNG of the image in `file`, with nothing else in it.
fn convert(file: &[u8]) -> Option<Vec<u8>> {
    let apples = cgbi::Apples::read(file);
    let ordinary = apples.as_ref().map_or(file, |apples| &apples.ordinary);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    let decoder = PngDecoder::with_limits(Cursor::new(ordinary), limits).ok()?;
    if decoder.total_bytes() > MAX_DECODED {
        return None;
    }
    let mut image = image::DynamicImage::from_decoder(decoder).ok()?.into_rgba8();
    if image.width() != image.height() {
        return None;
    }
    if let Some(apples) = apples {
        apples.restore(&mut image);
    }
    if image.width() > MAX_ICON {
        image = image::imageops::thumbnail(&image, MAX_ICON, MAX_ICON);
    }
    encode(&image)
}

fn encode(image: &RgbaImage) -> Option<Vec<u8>> {
    let mut png = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive);
    image.write_with_encoder(encoder).ok()?;
    Some(png)
}
