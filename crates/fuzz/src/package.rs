//! Good packages around one part that is not.

use std::{
    collections::HashMap,
    io::{Cursor, Read as _, Write as _},
    sync::LazyLock,
};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::fixtures::{self, BUNDLE, DRAWN, PROFILE, SIGNED_V1, SIGNED_V2};

/// The file of a package that the input takes the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Frame {
    Profile,
    Executable,
    InfoPlist,
    Icon,
    Manifest,
    Resources,
    Drawing,
    BundleManifest,
    BundleResources,
    SigningBlock,
    JarManifest,
    JarBlock,
}

/// Name and content.
pub(crate) type Entry = (String, Vec<u8>);

const MAGIC: &[u8] = b"APK Sig Block 42";
const END_LEN: usize = 22;

impl Frame {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Profile => "Payload/A.app/embedded.mobileprovision",
            Self::Executable => "Payload/A.app/A",
            Self::InfoPlist => "Payload/A.app/Info.plist",
            Self::Icon => "Payload/A.app/Icon.png",
            Self::Manifest => "AndroidManifest.xml",
            Self::Resources => "resources.arsc",
            Self::Drawing => "res/drawable-v22/fore.xml",
            Self::BundleManifest => "base/manifest/AndroidManifest.xml",
            Self::BundleResources => "base/resources.pb",
            Self::SigningBlock => "",
            Self::JarManifest => "META-INF/MANIFEST.MF",
            Self::JarBlock => "META-INF/RSA-2048.RSA",
        }
    }

    /// The package that the part belongs to.
    pub(crate) fn package(self) -> Vec<Entry> {
        match self {
            Self::Profile | Self::Executable | Self::InfoPlist | Self::Icon => vec![
                (Self::InfoPlist.name().to_owned(), fixtures::info_plist()),
                (Self::Executable.name().to_owned(), fixtures::executable(PROFILE)),
                (Self::Profile.name().to_owned(), PROFILE.to_vec()),
                (Self::Icon.name().to_owned(), Vec::new()),
            ],
            Self::Manifest | Self::Resources | Self::Drawing => unpack(DRAWN),
            Self::BundleManifest | Self::BundleResources => unpack(BUNDLE),
            Self::JarManifest | Self::JarBlock => unpack(SIGNED_V1),
            Self::SigningBlock => Vec::new(),
        }
    }
}

static PACKAGES: LazyLock<HashMap<Frame, Vec<Entry>>> = LazyLock::new(|| {
    let frames = [Frame::Profile, Frame::Executable, Frame::InfoPlist, Frame::Icon]
        .into_iter()
        .chain([Frame::Manifest, Frame::Resources, Frame::Drawing, Frame::BundleManifest])
        .chain([Frame::BundleResources, Frame::JarManifest, Frame::JarBlock]);
    frames.map(|frame| (frame, frame.package())).collect()
});

/// A package with `part` in its place.
pub(crate) fn frame(frame: Frame, part: &[u8]) -> Vec<u8> {
    if frame == Frame::SigningBlock {
        return with_block(part);
    }
    let replaced = |(name, content): &'static Entry| {
        (name.as_str(), if name == frame.name() { part } else { content.as_slice() })
    };
    pack(PACKAGES[&frame].iter().map(replaced))
}

/// An archive in which nothing is compressed.
pub(crate) fn pack<'a>(entries: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(name, stored).expect("names differ");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

pub(crate) fn unpack(package: &[u8]) -> Vec<Entry> {
    let mut archive = ZipArchive::new(Cursor::new(package)).expect("a fixture");
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("it was counted");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("a fixture");
        let name = file.name().expect("a fixture").into_owned();
        if !name.ends_with('/') {
            entries.push((name, content));
        }
    }
    entries
}

/// A signed package whose block holds these pairs instead, framed as it has to be.
fn with_block(pairs: &[u8]) -> Vec<u8> {
    let (contents, _, directory, end) = parts(SIGNED_V2);
    let size = (pairs.len() + 24).to_le_bytes();
    let mut end = end.to_vec();
    let start = u32::try_from(contents.len() + pairs.len() + 32).unwrap_or(u32::MAX);
    end[16..20].copy_from_slice(&start.to_le_bytes());
    [contents, &size, pairs, &size, MAGIC, directory, &end].concat()
}

/// The pairs in the signing block of a package.
pub(crate) fn block(package: &[u8]) -> &[u8] {
    parts(package).1
}

/// Entries, pairs of the signing block, table of contents, and its end.
fn parts(package: &[u8]) -> (&[u8], &[u8], &[u8], &[u8]) {
    let (rest, end) = package.split_at(package.len() - END_LEN);
    let start = u32::from_le_bytes(*end[16..].first_chunk().expect("22 bytes"));
    let (rest, directory) = rest.split_at(usize::try_from(start).expect("32 bits"));
    let (rest, footer) = rest.split_at(rest.len() - 24);
    let size = u64::from_le_bytes(*footer.first_chunk().expect("24 bytes"));
    let pairs = usize::try_from(size).expect("small") - 24;
    let (rest, pairs) = rest.split_at(rest.len() - pairs);
    (&rest[..rest.len() - 8], pairs, directory, end)
}
