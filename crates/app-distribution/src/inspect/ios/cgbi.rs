//! Apple's variant of PNG ("`CgBI`"): made for the memory of a phone, read by nothing else.
//!
//! It has a chunk in front of the header, its data is deflated without the frame of zlib, blue
//! stands before red, and colours are multiplied by their opacity. The filters of rows are those of
//! PNG and work on bytes. So the file is framed anew, decoded like any other, and its pixels are
//! put right afterwards.

use flate2::Crc;
use image::RgbaImage;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// What has to be read to know the dimensions.
pub(super) const HEAD: u64 = 64;
/// Any deflate data may follow this header of zlib.
const ZLIB_HEADER: &[u8] = &[0x78, 0x01];
/// Decoders pass over the sum at the end.
const ZLIB_TRAILER: &[u8] = &[0; 4];
const RGB: u8 = 2;
const RGBA: u8 = 6;
/// In the flags of the first chunk, as `CGImageAlphaInfo` numbers them.
const ALPHA: u8 = 0x1f;
const ALPHA_IS_PADDING: [u8; 2] = [5, 6];

/// An image in Apple's variant.
pub(super) struct Apples {
    /// The same data as an ordinary PNG.
    pub(super) ordinary: Vec<u8>,
    has_blue_first: bool,
    is_opaque: bool,
}

/// Width and height, of ordinary images too.
pub(super) fn dimensions(head: &[u8]) -> Option<(u32, u32)> {
    let header = Chunks::of(head)?.find(|(kind, _)| *kind == b"IHDR")?.1;
    let number = |at: usize| header.get(at..)?.first_chunk().copied().map(u32::from_be_bytes);
    Some((number(0)?, number(4)?))
}

impl Apples {
    /// Nothing if the file is an ordinary one, or none.
    pub(super) fn read(file: &[u8]) -> Option<Self> {
        let mut chunks = Chunks::of(file)?;
        let (b"CgBI", flags) = chunks.next()? else { return None };
        let (b"IHDR", header) = chunks.next()? else { return None };
        let colour = *header.get(9)?;
        let mut ordinary = SIGNATURE.to_vec();
        write(&mut ordinary, *b"IHDR", header);
        let mut data = ZLIB_HEADER.to_vec();
        for (kind, content) in chunks {
            match kind {
                b"IDAT" => data.extend(content),
                b"PLTE" | b"tRNS" => write(&mut ordinary, *kind, content),
                _ => {}
            }
        }
        data.extend(ZLIB_TRAILER);
        write(&mut ordinary, *b"IDAT", &data);
        write(&mut ordinary, *b"IEND", &[]);
        let alpha = flags.last().map_or(0, |flags| flags & ALPHA);
        let has_blue_first = matches!(colour, RGB | RGBA);
        let is_opaque = colour != RGBA || ALPHA_IS_PADDING.contains(&alpha);
        Some(Self { ordinary, has_blue_first, is_opaque })
    }

    /// Red first, and every colour as if it were opaque.
    pub(super) fn restore(&self, image: &mut RgbaImage) {
        if !self.has_blue_first {
            return;
        }
        for pixel in image.pixels_mut() {
            let [blue, green, red, alpha] = pixel.0;
            pixel.0 = if self.is_opaque {
                [red, green, blue, u8::MAX]
            } else {
                let [red, green, blue] = [red, green, blue].map(|colour| divide(colour, alpha));
                [red, green, blue, alpha]
            };
        }
    }
}

/// The colour that was multiplied by `alpha`.
fn divide(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    let whole = (colour * 255 + alpha / 2).checked_div(alpha).unwrap_or(0);
    u8::try_from(whole).unwrap_or(u8::MAX)
}

/// Kind and content of each chunk; sums are not looked at.
struct Chunks<'a>(&'a [u8]);

impl<'a> Chunks<'a> {
    fn of(file: &'a [u8]) -> Option<Self> {
        file.strip_prefix(SIGNATURE).map(Self)
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (len, rest) = self.0.split_first_chunk()?;
        let (kind, rest) = rest.split_first_chunk()?;
        let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
        let (content, rest) = rest.split_at_checked(len)?;
        self.0 = rest.get(4..)?;
        Some((kind, content))
    }
}

fn write(png: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let len = u32::try_from(content.len()).expect("files are limited");
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(content);
    png.extend(len.to_be_bytes());
    png.extend(kind);
    png.extend(content);
    png.extend(sum.sum().to_be_bytes());
}
