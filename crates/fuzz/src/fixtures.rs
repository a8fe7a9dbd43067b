//! Good files, and what is made of them.

use plist::{Dictionary, Value};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../app-distribution/tests/fixtures/", $name))
    };
}

pub(crate) const ANSWER: &[u8] = fixture!("ios/answer.der");
pub(crate) const PROFILE: &[u8] = fixture!("ios/profile.ber");
pub(crate) const DRAWN: &[u8] = fixture!("drawn-icon.apk");
pub(crate) const BUNDLE: &[u8] = fixture!("drawn-icon.aab");
pub(crate) const SIGNED_V1: &[u8] = fixture!("signed/v1-only-with-rsa-2048.apk");
pub(crate) const SIGNED_V2: &[u8] = fixture!("signed/v2-only-with-rsa-pkcs1-sha256-2048.apk");

pub(crate) const PROFILES: [&[u8]; 5] = [
    PROFILE,
    fixture!("ios/profile.der"),
    fixture!("ios/profile-ec.der"),
    fixture!("ios/profile-noattr.der"),
    fixture!("ios/profile-sha1.der"),
];
pub(crate) const SIGNED: [&[u8]; 8] = [
    SIGNED_V2,
    SIGNED_V1,
    fixture!("signed/v3-only-with-rsa-pkcs1-sha256-2048.apk"),
    fixture!("signed/v31-tgt-33-no-v3-attr.apk"),
    fixture!("signed/rotated.apk"),
    fixture!("signed/two-signers.apk"),
    fixture!("signed/golden-rsa-verity-out.apk"),
    fixture!("signed/dsa.apk"),
];
pub(crate) const CGBI: &[u8] = fixture!("ios/cgbi.png");
pub(crate) const SIMULATOR: &[u8] = fixture!("detox-simulator-cut.ipa");
pub(crate) const SERVICE: &[u8] = fixture!("stf-service-cut.apk");
pub(crate) const LOOPED: &[u8] = fixture!("looped-icon.apk");

pub(crate) fn info() -> Dictionary {
    let texts = [
        ("CFBundleIdentifier", "com.example.app"),
        ("CFBundleExecutable", "A"),
        ("CFBundleShortVersionString", "1.0"),
        ("CFBundleIconFile", "Icon"),
        ("MinimumOSVersion", "15.0"),
        ("NSCameraUsageDescription", "To scan"),
    ];
    let mut info: Dictionary =
        texts.into_iter().map(|(key, text)| (key.to_owned(), Value::from(text))).collect();
    let families = Value::Array(vec![1.into(), 2.into()]);
    info.insert("UIDeviceFamily".to_owned(), families);
    let scheme = Value::Array(vec!["example".into()]);
    let url: Dictionary = [("CFBundleURLSchemes".to_owned(), scheme)].into_iter().collect();
    info.insert("CFBundleURLTypes".to_owned(), Value::Array(vec![Value::Dictionary(url)]));
    info
}

pub(crate) fn info_plist() -> Vec<u8> {
    let mut bytes = Vec::new();
    plist::to_writer_binary(&mut bytes, &info()).expect("memory");
    bytes
}

/// An executable for ARM, with this CMS message as its signature.
pub(crate) fn executable(message: &[u8]) -> Vec<u8> {
    const SIGNATURE_AT: u32 = 128;
    let header = [0xfeed_facf, 0x0100_000c, 0, 2, 2, 40, 0, 0];
    let commands = [0x32, 24, 2, 0, 0, 0, 0x1d, 16, SIGNATURE_AT, 0];
    let mut bytes: Vec<u8> =
        header.into_iter().chain(commands).flat_map(u32::to_le_bytes).collect();
    bytes.resize(128, 0);
    let len = u32::try_from(message.len()).expect("a fixture") + 8;
    let blobs = [0xfade_0cc0, 36 + len, 2, 0, 28, 0x1_0000, 36, 0xfade_0c02, 8, 0xfade_0b01, len];
    bytes.extend(blobs.into_iter().flat_map(u32::to_be_bytes));
    bytes.extend(message);
    bytes
}

/// One pixel in Apple's PNG: smaller inputs are changed more often.
pub(crate) fn small_icon() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let deflated = [0x01, 5, 0, 0xfa, 0xff, 0, 1, 2, 3, 4];
    let chunks: [(&[u8; 4], &[u8], u32); 4] = [
        (b"CgBI", &[0x50, 0, 0x20, 2], 0x2bd5_b37f),
        (b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0], 0x1f15_c489),
        (b"IDAT", &deflated, 0),
        (b"IEND", &[], 0xae42_6082),
    ];
    for (name, content, checksum) in chunks {
        bytes.extend(u32::try_from(content.len()).expect("few bytes").to_be_bytes());
        bytes.extend(name);
        bytes.extend(content);
        bytes.extend(checksum.to_be_bytes());
    }
    bytes
}
