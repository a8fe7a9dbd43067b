//! Pictures that people send, screenshots and icons, are read part by part, without unpacking it, and only the parts that make the
//! picture are kept: where and when it was taken is nobody's business, and what stands behind
//! its end is no picture.

mod jpeg;
mod png;
mod webp;

use securevox_protocol::feedback::ImageType;

/// Longer sides are no screenshots.
const LONGEST_SIDE: u32 = 16_384;
/// More pixels would take a browser too much memory to show.
const MOST_PIXELS: u64 = 50_000_000;

/// A picture without what it does not need.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) media_type: ImageType,
    pub(crate) width: i32,
    pub(crate) height: i32,
    /// Of what is kept, in bytes.
    pub(crate) size: i64,
    pub(crate) bytes: Vec<u8>,
}

/// Why a file is not kept, in words that follow the name of the field.
pub(crate) type Refusal = &'static str;

const NO_PICTURE: Refusal = "must be a PNG, JPEG or WebP image";
const BROKEN: Refusal = "is a broken image";
const ANIMATED: Refusal = "must be a still image";
const TOO_MANY_PIXELS: Refusal = "has too many pixels";

/// What is kept of `bytes`, decided by its content.
pub(crate) fn clean(bytes: &[u8]) -> Result<Picture, Refusal> {
    let (media_type, cleaned) = if bytes.starts_with(png::SIGNATURE) {
        (ImageType::Png, png::clean(bytes))
    } else if bytes.starts_with(jpeg::START) {
        (ImageType::Jpeg, jpeg::clean(bytes))
    } else if webp::is_webp(bytes) {
        (ImageType::Webp, webp::clean(bytes))
    } else {
        return Err(NO_PICTURE);
    };
    let Cleaned { size: (width, height), bytes } = cleaned?;
    let fits = |side: u32| (1..=LONGEST_SIDE).contains(&side);
    if !fits(width) || !fits(height) || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(TOO_MANY_PIXELS);
    }
    let side = |side: u32| i32::try_from(side).map_err(|_| TOO_MANY_PIXELS);
    let kept = i64::try_from(bytes.len()).map_err(|_| TOO_MANY_PIXELS)?;
    Ok(Picture { media_type, width: side(width)?, height: side(height)?, size: kept, bytes })
}

/// What one of the formats gives.
struct Cleaned {
    size: (u32, u32),
    bytes: Vec<u8>,
}

/// Takes a file from its front.
struct Front<'a>(&'a [u8]);

impl<'a> Front<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(BROKEN)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Refusal> {
        self.take(1).map(|taken| taken[0])
    }
}

/// A number, the most significant byte first.
fn big(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// A number, the least significant byte first.
fn little(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_is_refused_by_its_content() {
        for bytes in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<!doctype html><script>alert(1)</script>",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
            b"RIFF\x04\x00\x00\x00WAVE",
            b"%PDF-1.7",
        ] {
            assert_eq!(clean(bytes), Err(NO_PICTURE));
        }
    }

    #[test]
    fn any_cut_of_a_picture_is_told_without_a_panic() {
        for whole in [png::tests::picture(7, 5), jpeg::tests::picture(), webp::tests::picture()] {
            let kept = clean(&whole).unwrap();
            assert_eq!(clean(&kept.bytes).as_ref(), Ok(&kept), "what was cleaned stays as it is");
            for end in 0..whole.len() {
                assert!(clean(&whole[..end]).is_err(), "{:?} cut at {end}", kept.media_type);
            }
            for at in 0..whole.len() {
                let mut changed = whole.clone();
                changed[at] ^= 0x55;
                let _any = clean(&changed);
            }
        }
    }

    #[test]
    fn a_bomb_is_known_by_its_header() {
        for (width, height) in [(0, 1), (1, 0), (16_385, 1), (10_000, 10_000), (u32::MAX, u32::MAX)]
        {
            assert_eq!(clean(&png::tests::picture(width, height)), Err(TOO_MANY_PIXELS));
        }
        assert!(clean(&png::tests::picture(1290, 2796)).is_ok());
    }
}
