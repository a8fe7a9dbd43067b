//! Pictures: PNG and WebP, decoded within limits.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Resampling};
use image::{ImageEncoder as _, ImageFormat, ImageReader, Limits, RgbaImage};
use tiny_skia::{IntRect, IntSize, Pixmap};

/// A picture of 192 px is usual, one of 512 large.
const MAX_SIDE: u32 = 2048;
const MAX_ALLOC: u64 = 32 * 1024 * 1024;

/// Whether the file is of a kind that is read here.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    format(bytes).is_some()
}

fn format(bytes: &[u8]) -> Option<ImageFormat> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some(ImageFormat::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// The picture in the file; nothing if it is broken or too large.
pub(super) fn decode(bytes: &[u8]) -> Option<RgbaImage> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format(bytes)?);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let image = reader.decode().ok()?.into_rgba8();
    (image.width() > 0 && image.height() > 0).then_some(image)
}

/// The picture, scaled to fill a square.
pub(super) fn stretched(image: &RgbaImage, side: u32) -> Option<Pixmap> {
    let resized = imageops::resize(image, side, side, Resampling::CatmullRom);
    let mut bytes = resized.into_raw();
    for [red, green, blue, alpha] in bytes.as_chunks_mut().0 {
        let pixel = tiny_skia::ColorU8::from_rgba(*red, *green, *blue, *alpha).premultiply();
        (*red, *green, *blue) = (pixel.red(), pixel.green(), pixel.blue());
    }
    Pixmap::from_vec(bytes, IntSize::from_wh(side, side)?)
}

/// The picture as it is if it is small, in the middle of a square.
pub(super) fn squared(image: RgbaImage, max_side: u32) -> RgbaImage {
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    let image = if longest > max_side {
        let scaled = |side: u32| (side * max_side / longest).max(1);
        imageops::resize(&image, scaled(width), scaled(height), Resampling::CatmullRom)
    } else {
        image
    };
    let (width, height) = image.dimensions();
    if width == height {
        return image;
    }
    let side = width.max(height);
    let mut square = RgbaImage::new(side, side);
    let middle = |len: u32| i64::from((side - len) / 2);
    imageops::overlay(&mut square, &image, middle(width), middle(height));
    square
}

/// The middle of a drawing.
pub(super) fn cropped(pixmap: &Pixmap, side: u32) -> Option<RgbaImage> {
    let before = |whole: u32| i32::try_from(whole.checked_sub(side)? / 2).ok();
    let (x, y) = (before(pixmap.width())?, before(pixmap.height())?);
    let middle = pixmap.clone_rect(IntRect::from_xywh(x, y, side, side)?)?;
    RgbaImage::from_raw(side, side, middle.take_demultiplied())
}

pub(super) fn encode(image: &RgbaImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    let (width, height) = image.dimensions();
    encoder.write_image(image, width, height, image::ExtendedColorType::Rgba8).ok()?;
    Some(bytes)
}
