//! ZIP archives: proper ones by the `zip` crate, improper ones by hand.

use std::io::{Cursor, Read, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A proper, compressed archive; names that end with a slash are folders.
pub(in super::super) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        if name.ends_with('/') {
            writer.add_directory(*name, SimpleFileOptions::default()).unwrap();
        } else {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// One stored entry, every field of it open to forgery.
#[derive(Clone)]
pub(in super::super) struct RawEntry {
    pub(in super::super) name: Vec<u8>,
    pub(in super::super) local_name: Vec<u8>,
    pub(in super::super) content: Vec<u8>,
    pub(in super::super) method: u16,
    pub(in super::super) flags: u16,
    pub(in super::super) size: u32,
    pub(in super::super) compressed: u32,
    pub(in super::super) checksum: u32,
    pub(in super::super) mode: u32,
    pub(in super::super) extra: Vec<u8>,
}

impl RawEntry {
    pub(in super::super) fn new(name: &str, content: &[u8]) -> Self {
        let mut checksum = flate2::Crc::new();
        checksum.update(content);
        let size = u32::try_from(content.len()).unwrap();
        Self {
            name: name.into(),
            local_name: name.into(),
            content: content.to_vec(),
            method: 0,
            flags: 0,
            size,
            compressed: size,
            checksum: checksum.sum(),
            mode: 0o100_644,
            extra: Vec::new(),
        }
    }

    fn fields(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        for half in [20, self.flags, self.method, 0, 0] {
            fields.extend(half.to_le_bytes());
        }
        for word in [self.checksum, self.compressed, self.size] {
            fields.extend(word.to_le_bytes());
        }
        fields
    }
}

/// An archive of these entries, exactly as they say.
pub(in super::super) fn raw_zip(entries: &[RawEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = len32(&bytes);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(entry.fields());
        bytes.extend(len16(&entry.local_name));
        bytes.extend(len16(b""));
        bytes.extend(&entry.local_name);
        bytes.extend(&entry.content);
        directory.extend(b"PK\x01\x02");
        directory.extend([20, 3]);
        directory.extend(entry.fields());
        directory.extend(len16(&entry.name));
        directory.extend(len16(&entry.extra));
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(offset);
        directory.extend(&entry.name);
        directory.extend(&entry.extra);
    }
    let start = len32(&bytes);
    let size = len32(&directory);
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(entries.len() % 0x1_0000).unwrap().to_le_bytes();
    for part in [&count[..], &count, &size, &start, &[0, 0]] {
        bytes.extend(part);
    }
    bytes
}

/// The entries of an archive.
pub(in super::super) fn unpack(bytes: &[u8]) -> Vec<RawEntry> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        entries.push(RawEntry::new(&file.name().unwrap(), &content));
    }
    entries
}

fn len16(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).unwrap().to_le_bytes()
}

fn len32(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap().to_le_bytes()
}
