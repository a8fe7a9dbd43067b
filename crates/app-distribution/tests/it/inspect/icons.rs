//! Icons of iOS apps, in Apple's PNG and in the ordinary one.

use std::io::Cursor;

use super::make::{apples_png, framed, ipa_with};
use super::whole;

fn icon(files: &[(&str, &[u8])]) -> Option<image::RgbaImage> {
    let png = whole(&ipa_with(files)).icon?;
    Some(image::load_from_memory_with_format(&png, image::ImageFormat::Png).unwrap().into_rgba8())
}

fn ordinary(side: u32) -> Vec<u8> {
    let mut png = Cursor::new(Vec::new());
    let image = image::RgbaImage::from_pixel(side, side, image::Rgba([1, 2, 3, 255]));
    image.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn apples_png_becomes_an_ordinary_one() {
    let pixel = |x: u32, y: u32| {
        let [x, y] = [x, y].map(|n| u8::try_from(n * 8).unwrap());
        [x, 255 - y, y, if x < 32 { 0 } else { y }]
    };
    let image = icon(&[("Icon@2x.png", &apples_png(32, pixel))]).unwrap();
    for (x, y, found) in image.enumerate_pixels() {
        let [red, green, blue, alpha] = pixel(x, y);
        assert_eq!(found[3], alpha);
        let off = |found: u8, wanted: u8| u32::from(found.abs_diff(wanted)) * u32::from(alpha);
        // A colour comes back as exactly as its opacity left it.
        for (found, wanted) in found.0.into_iter().zip([red, green, blue]) {
            assert!(off(found, wanted) <= 255, "{x} {y}");
        }
    }
}

#[test]
fn a_real_one_looks_as_another_converter_shows_it() {
    let ours = icon(&[("Icon.png", include_bytes!("../../fixtures/ios/cgbi.png"))]).unwrap();
    let theirs = include_bytes!("../../fixtures/ios/cgbi-reverted.png");
    let theirs = image::load_from_memory(theirs).unwrap().into_rgba8();
    assert_eq!(ours.dimensions(), (180, 180));
    // The other one leaves what is transparent multiplied by its opacity.
    let opaque = ours.pixels().zip(theirs.pixels()).filter(|(ours, _)| ours[3] == 255);
    let pairs: Vec<_> = opaque.collect();
    assert!(pairs.len() > 10_000, "{}", pairs.len());
    for (ours, theirs) in pairs {
        assert_eq!(ours, theirs);
    }
}

#[test]
fn the_largest_square_is_taken_and_made_smaller() {
    let (small, large, huge) = (ordinary(60), ordinary(120), ordinary(1500));
    let files = [("Icon.png", &small[..]), ("Icon@2x.png", &large), ("Icon@3x.png", b"no image")];
    assert_eq!(icon(&files).unwrap().width(), 120);
    assert_eq!(icon(&[("AppIcon60x60@2x.png", &huge)]).unwrap().dimensions(), (1024, 1024));
    assert_eq!(icon(&[("Other.png", &large)]), None);
}

#[test]
fn images_without_measure_cost_the_icon_only() {
    let header = |width: u32, height: u32| {
        [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat()
    };
    let zeros = vec![0; 1 << 20];
    for (width, height) in [(0, 0), (u32::MAX, u32::MAX), (5000, 5000), (4096, 4096), (10, 20)] {
        let header = header(width, height);
        let image = framed(&[(b"IHDR", &header), (b"IDAT", &zeros), (b"IEND", b"")]);
        assert_eq!(icon(&[("Icon.png", &image)]), None);
        let image = framed(&[(b"CgBI", &[0; 4]), (b"IHDR", &header), (b"IDAT", b"\x00")]);
        assert_eq!(icon(&[("Icon.png", &image)]), None);
    }
    let whole = apples_png(16, |_, _| [9, 9, 9, 255]);
    for len in 0..whole.len() - 40 {
        icon(&[("Icon.png", &whole[..len])]);
    }
}
