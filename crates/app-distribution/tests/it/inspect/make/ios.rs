//! Parts of iOS apps: profiles, executables, Apple's PNG.

use std::io::Write as _;

use flate2::{Compression, write::DeflateEncoder};
use plist::{Dictionary, Value};
use securevox_app_distribution::enrolment::Signer;

use super::binary_plist;
use super::zip;

const KEY: &[u8] = include_bytes!("../../../fixtures/ios/rsa.key");
pub(in super::super) const CERTIFICATE: &[u8] = include_bytes!("../../../fixtures/ios/rsa.pem");

/// The app whose bundle holds these files besides.
pub(in super::super) fn ipa_with(files: &[(&str, &[u8])]) -> Vec<u8> {
    let info =
        binary_plist(&[("CFBundleIdentifier", "com.example.app"), ("CFBundleExecutable", "A")]);
    let named: Vec<(String, &[u8])> =
        files.iter().map(|(name, content)| (format!("Payload/A.app/{name}"), *content)).collect();
    let mut entries = vec![("Payload/A.app/Info.plist", &info[..])];
    entries.extend(named.iter().map(|(name, content)| (name.as_str(), *content)));
    zip(&entries)
}

/// A profile with these values besides a name, signed.
pub(in super::super) fn profile(values: &[(&str, Value)]) -> Vec<u8> {
    let mut dictionary = Dictionary::new();
    dictionary.insert("Name".to_owned(), "Made".into());
    for (key, value) in values {
        dictionary.insert((*key).to_owned(), value.clone());
    }
    let mut xml = Vec::new();
    plist::to_writer_xml(&mut xml, &dictionary).unwrap();
    let signer = Signer::from_pem(CERTIFICATE, KEY).unwrap();
    signer.sign(&xml, "2026-11-23T12:00:00Z".parse().unwrap())
}

/// An executable for ARM with a platform, and with this CMS message as its signature.
pub(in super::super) fn executable(platform: u32, message: &[u8]) -> Vec<u8> {
    let mut commands = Vec::new();
    for word in [0x32, 24, platform, 0, 0, 0, 0x1d, 16, 4096, 0] {
        commands.extend(u32::to_le_bytes(word));
    }
    let mut bytes = Vec::new();
    for word in [0xfeed_facf, 0x0100_000c, 0, 2, 2, 40, 0, 0] {
        bytes.extend(u32::to_le_bytes(word));
    }
    bytes.extend(commands);
    bytes.resize(4096, 0);
    let len = u32::try_from(message.len()).unwrap() + 8;
    for word in [0xfade_0cc0, 36 + len, 2, 0, 28, 0x1_0000, 36, 0xfade_0c02, 8, 0xfade_0b01, len] {
        bytes.extend(u32::to_be_bytes(word));
    }
    bytes.extend(message);
    bytes
}

/// A picture in Apple's PNG: premultiplied, blue first, deflated without a frame.
pub(in super::super) fn apples_png(side: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..side {
        rows.push(0);
        for x in 0..side {
            let [red, green, blue, alpha] = pixel(x, y);
            let times = |colour: u8| {
                u8::try_from((u32::from(colour) * u32::from(alpha) + 127) / 255).unwrap()
            };
            rows.extend([times(blue), times(green), times(red), alpha]);
        }
    }
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
    deflate.write_all(&rows).unwrap();
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    framed(&[
        (b"CgBI", &[0x50, 0, 0x20, 2]),
        (b"IHDR", &header),
        (b"IDAT", &deflate.finish().unwrap()),
        (b"IEND", &[]),
    ])
}

/// A PNG of these chunks.
pub(in super::super) fn framed(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in chunks {
        let mut sum = flate2::Crc::new();
        sum.update(*kind);
        sum.update(content);
        png.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        png.extend(*kind);
        png.extend(*content);
        png.extend(sum.sum().to_be_bytes());
    }
    png
}
