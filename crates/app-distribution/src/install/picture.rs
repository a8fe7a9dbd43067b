//! The icon of a build in a size that is asked for, or made of a picture that came beside it.

use std::io::Cursor;

use image::{
    ImageFormat, ImageReader, Limits, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
    imageops::{self, FilterType as Resampling},
};
use securevox_protocol::feedback::ImageType;

/// Icons are stored with 1024 px at most, of Android with 2048.
const MAX_SIDE: u32 = 2048;
const MAX_ALLOC: u64 = 64 * 1024 * 1024;
/// Of the icons that are read from packages.
const LARGEST_ICON: u32 = 1024;

/// The picture in `png`, whole and in the middle of a square with sides of `side`. Nothing if it
/// is broken.
pub(crate) fn scaled(png: &[u8], side: u32) -> Option<Vec<u8>> {
    within_square(&decode(png, ImageFormat::Png)?, side)
}

/// The icon that a picture makes, a square PNG. Nothing if it is broken or too large.
pub(crate) fn icon_of(picture: &[u8], media_type: ImageType) -> Option<Vec<u8>> {
    let format = match media_type {
        ImageType::Png => ImageFormat::Png,
        ImageType::Jpeg => ImageFormat::Jpeg,
        ImageType::Webp => ImageFormat::WebP,
    };
    let image = decode(picture, format)?;
    let longest = image.width().max(image.height());
    within_square(&image, longest.min(LARGEST_ICON))
}

fn decode(bytes: &[u8], format: ImageFormat) -> Option<RgbaImage> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let image = reader.decode().ok()?.into_rgba8();
    (image.width().min(image.height()) > 0).then_some(image)
}

fn within_square(image: &RgbaImage, side: u32) -> Option<Vec<u8>> {
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    let within = |length: u32| ((length * side + longest / 2) / longest).clamp(1, side);
    let (width, height) = (within(width), within(height));
    let fitted = imageops::resize(image, width, height, Resampling::CatmullRom);
    let mut square = RgbaImage::new(side, side);
    let middle = |length: u32| i64::from((side - length) / 2);
    imageops::overlay(&mut square, &fitted, middle(width), middle(height));
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    square.write_with_encoder(encoder).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let image = RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 40, 255]));
        image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn icons_of_any_shape_become_squares_of_the_size() {
        for (width, height) in [(1, 1), (57, 57), (100, 200), (3, 200), (192, 192), (1024, 1024)] {
            for side in [57, 512] {
                let scaled = scaled(&png(width, height), side).unwrap();
                let image = image::load_from_memory(&scaled).unwrap().into_rgba8();
                assert_eq!(image.dimensions(), (side, side), "{width} x {height}");
                assert_eq!(image.get_pixel(side / 2, side / 2).0, [200, 30, 40, 255]);
                let is_empty = image.get_pixel(0, 0).0[3] == 0;
                assert_eq!(is_empty, width != height, "{width} x {height}");
            }
        }
    }

    #[test]
    fn what_is_broken_or_too_large_is_none() {
        let good = png(64, 64);
        for bad in [&b""[..], b"GIF89a", &good[..40]] {
            assert_eq!(scaled(bad, 57), None);
        }
        assert_eq!(scaled(&png(2049, 1), 57), None);
    }

    #[test]
    fn pictures_of_each_kind_become_icons_that_are_not_too_large() {
        let image = RgbaImage::from_pixel(1200, 600, image::Rgba([200, 30, 40, 255]));
        for (media_type, format) in [
            (ImageType::Png, ImageFormat::Png),
            (ImageType::Jpeg, ImageFormat::Jpeg),
            (ImageType::Webp, ImageFormat::WebP),
        ] {
            let mut bytes = Cursor::new(Vec::new());
            let image = image::DynamicImage::from(image.clone());
            // JPEG knows no transparency.
            image.into_rgb8().write_to(&mut bytes, format).unwrap();
            let icon = icon_of(bytes.get_ref(), media_type).unwrap();
            let icon = image::load_from_memory(&icon).unwrap().into_rgba8();
            assert_eq!(icon.dimensions(), (1024, 1024), "{media_type:?}");
        }
        assert_eq!(icon_of(&png(64, 64), ImageType::Jpeg), None);
    }
}
