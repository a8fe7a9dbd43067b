//! Archives that are broken, hostile, or not what they should be.

use std::io::{Cursor, Write};

use securevox_app_distribution::inspect::Rejection;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::make::{Manifest, RawEntry, apk, binary_plist, ipa, raw_zip, zip};
use super::{accepted, refused};

fn manifest() -> RawEntry {
    RawEntry::new("AndroidManifest.xml", &Manifest::example().build())
}

fn info() -> Vec<u8> {
    binary_plist(&[("CFBundleIdentifier", "com.example.app")])
}

fn empty(number: u32) -> RawEntry {
    RawEntry::new(&format!("{number}"), b"")
}

fn quoted(name: &str) -> String {
    name.to_owned()
}

#[test]
fn no_archive_is_refused() {
    assert_eq!(refused(b""), Rejection::EmptyFile);
    assert_eq!(refused(b"PK"), Rejection::NotAnArchive);
    assert_eq!(refused(&[0; 4]), Rejection::NotAnArchive);
    assert_eq!(refused(&b"<html>no archive</html>".repeat(9000)), Rejection::NotAnArchive);
    assert_eq!(refused(&zip(&[])), Rejection::EmptyArchive);
}

#[test]
fn a_cut_off_archive_is_refused_wherever_it_ends() {
    let whole = apk(&Manifest::example().build(), None);
    for len in 4..whole.len() {
        assert_eq!(refused(&whole[..len]), Rejection::Incomplete, "{len} bytes");
    }
}

#[test]
fn data_in_front_of_the_archive_is_refused() {
    let whole = apk(&Manifest::example().build(), None);
    assert_eq!(refused(&[b"dex\n035\0", &whole[..]].concat()), Rejection::Janus);
    assert_eq!(refused(&[b"#!/bin/sh\n", &whole[..]].concat()), Rejection::PrefixedArchive);
    // An archive before the archive: the last one counts, and its offsets point into the first.
    let other = Manifest { permissions: vec!["of another length"], ..Manifest::example() };
    let other = apk(&other.build(), None);
    assert_eq!(refused(&[&other[..], &whole[..]].concat()), Rejection::DamagedDirectory);
}

#[test]
fn a_comment_may_follow_and_may_look_like_an_end() {
    let mut bytes = raw_zip(&[manifest()]);
    let at = bytes.len() - 2;
    let comment = b"PK\x05\x06 is the signature of an end, but this is a comment";
    bytes[at..].copy_from_slice(&u16::try_from(comment.len()).unwrap().to_le_bytes());
    bytes.extend(comment);
    assert_eq!(accepted(&bytes).bundle_id, "com.example.app");
}

#[test]
fn streamed_and_large_archives_are_read() {
    let manifest = Manifest::example().build();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("AndroidManifest.xml", SimpleFileOptions::default().large_file(true))
        .unwrap();
    writer.write_all(&manifest).unwrap();
    // Enough entries for the writer to switch to ZIP64.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for index in 0..0x1_0000 {
        writer.start_file(format!("{index}"), stored).unwrap();
    }
    let large = writer.finish().unwrap().into_inner();
    assert_eq!(accepted(&large).bundle_id, "com.example.app");

    let mut stream = ZipWriter::new_stream(Vec::new());
    stream.start_file("AndroidManifest.xml", SimpleFileOptions::default()).unwrap();
    stream.write_all(&manifest).unwrap();
    let streamed = stream.finish().unwrap().into_inner();
    assert_eq!(accepted(&streamed).bundle_id, "com.example.app");
}

#[test]
fn a_count_that_wrapped_without_zip64_is_accepted() {
    let mut entries: Vec<_> = (0..0x1_0000).map(empty).collect();
    entries.push(manifest());
    assert_eq!(accepted(&raw_zip(&entries)).bundle_id, "com.example.app");
}

#[test]
fn too_many_entries_are_refused() {
    let entries: Vec<_> = (0..200_001).map(empty).collect();
    assert_eq!(refused(&raw_zip(&entries)), Rejection::TooManyEntries(200_000));
}

#[test]
fn a_table_of_contents_that_lies_is_refused() {
    let good = raw_zip(&[manifest()]);
    let end = good.len() - 22;
    let with = |at: usize, bytes: &[u8]| {
        let mut bad = good.clone();
        bad[end + at..end + at + bytes.len()].copy_from_slice(bytes);
        refused(&bad)
    };
    assert_eq!(with(10, &[2, 0]), Rejection::DamagedDirectory);
    assert_eq!(with(12, &[0xff; 4]), Rejection::DamagedDirectory);
    assert_eq!(with(16, &[0xff; 4]), Rejection::DamagedDirectory);
    assert_eq!(with(16, &[0; 4]), Rejection::DamagedDirectory);
    let entry = RawEntry { local_name: b"AndroidManifest.xmm".to_vec(), ..manifest() };
    assert_eq!(refused(&raw_zip(&[entry])), Rejection::Contradiction("AndroidManifest.xmm".into()));
}

#[test]
fn a_name_that_is_there_twice_is_refused() {
    let file = RawEntry::new("classes.dex", b"x");
    let twice = [manifest(), file.clone(), file.clone()];
    assert_eq!(refused(&raw_zip(&twice)), Rejection::DuplicateEntry(quoted("classes.dex")));
    let twice = [RawEntry::new("Payload/A.app/Info.plist", &info()), file.clone(), file];
    assert_eq!(refused(&raw_zip(&twice)), Rejection::DuplicateEntry(quoted("classes.dex")));
    let folder = RawEntry::new("Payload/A.app/x/", b"");
    let twice = [RawEntry::new("Payload/A.app/Info.plist", &info()), folder.clone(), folder];
    assert_eq!(accepted(&raw_zip(&twice)).bundle_id, "com.example.app");
    let folder = RawEntry::new("res/", b"");
    let twice = [manifest(), folder.clone(), folder];
    assert_eq!(refused(&raw_zip(&twice)), Rejection::DuplicateEntry(quoted("res/")));
}

#[test]
fn entries_in_one_place_are_refused() {
    for first in [manifest(), RawEntry::new("Payload/A.app/Info.plist", &info())] {
        let (one, two) = (RawEntry::new("one", &[7; 90]), RawEntry::new("two", b"x"));
        let mut bytes = raw_zip(&[first, one, two]);
        // The last record points to the file before its own.
        let records = |bytes: &[u8]| -> Vec<usize> {
            let found = bytes.windows(4).enumerate().filter(|(_, four)| four == b"PK\x01\x02");
            found.map(|(at, _)| at).collect()
        };
        let [.., one, two] = records(&bytes)[..] else { panic!("three records") };
        bytes.copy_within(one + 42..one + 46, two + 42);
        assert_eq!(refused(&bytes), Rejection::OverlappingEntries);
    }
}

#[test]
fn headers_of_an_apk_that_contradict_its_table_are_refused() {
    let good = raw_zip(&[manifest(), RawEntry::new("classes.dex", b"dex")]);
    let header = good.windows(4).rposition(|four| four == b"PK\x03\x04").unwrap();
    let name = || Rejection::Contradiction(quoted("classes.dex"));
    // Checksum, compressed and real size, and the header's own mark.
    for (at, expected) in [(14, name()), (18, name()), (22, name()), (0, name())] {
        let mut bad = good.clone();
        bad[header + at] ^= 1;
        assert_eq!(refused(&bad), expected, "byte {at}");
    }
    // The sizes may follow the data.
    let mut streamed = good.clone();
    streamed[header + 6] |= 8;
    streamed[header + 14..header + 26].fill(0);
    assert_eq!(accepted(&streamed).bundle_id, "com.example.app");
    let mut bad = good.clone();
    bad[header + 28] = 0xff;
    assert_eq!(refused(&bad), Rejection::DamagedEntry(quoted("classes.dex")));
}

#[test]
fn what_decides_must_be_there_once_and_be_a_file() {
    let name = quoted("AndroidManifest.xml");
    let twice = raw_zip(&[manifest(), manifest()]);
    assert_eq!(refused(&twice), Rejection::DuplicateEntry(name.clone()));
    let link = RawEntry { mode: 0o120_777, ..manifest() };
    assert_eq!(refused(&raw_zip(&[link])), Rejection::SymbolicLink(name));

    let path = "Payload/A.app/Info.plist";
    let info = RawEntry::new(path, &info());
    let twice = raw_zip(&[info.clone(), info.clone()]);
    assert_eq!(refused(&twice), Rejection::DuplicateEntry(quoted(path)));
    let link = RawEntry { mode: 0o120_777, ..info.clone() };
    assert_eq!(refused(&raw_zip(&[link])), Rejection::SymbolicLink(quoted(path)));
    let folder = RawEntry { mode: 0o120_777, ..RawEntry::new("Payload", b"/etc") };
    let bytes = raw_zip(&[folder, info.clone()]);
    assert_eq!(refused(&bytes), Rejection::SymbolicLink(quoted("Payload")));
    let folder = RawEntry { mode: 0o120_777, ..RawEntry::new("Payload/A.app", b"/etc") };
    let bytes = raw_zip(&[folder, info]);
    assert_eq!(refused(&bytes), Rejection::SymbolicLink(quoted("Payload/A.app")));
}

#[test]
fn paths_that_lead_out_are_refused() {
    for path in ["Payload/../A.app/Info.plist", "../x", "/etc/passwd", "a/.."] {
        let bytes = raw_zip(&[manifest(), RawEntry::new(path, b"")]);
        assert_eq!(refused(&bytes), Rejection::UnsafePath(quoted(path)));
    }
    let harmless = raw_zip(&[manifest(), RawEntry::new("assets/..x/...", b"")]);
    assert_eq!(accepted(&harmless).bundle_id, "com.example.app");
}

#[test]
fn a_name_with_a_zero_is_refused_as_devices_do() {
    let bytes = raw_zip(&[manifest(), RawEntry::new("assets/a\0b", b"")]);
    assert!(matches!(refused(&bytes), Rejection::ZeroInName(_)));
}

#[test]
fn names_in_any_encoding_are_passed_over() {
    let mut odd = RawEntry::new("x", b"");
    odd.name = b"\xff\xfe\x01/\x80".repeat(5000);
    odd.local_name.clone_from(&odd.name);
    assert_eq!(accepted(&raw_zip(&[odd, manifest()])).bundle_id, "com.example.app");
}

#[test]
fn bombs_are_refused() {
    let bomb = apk(&vec![0; 9 << 20], None);
    let name = quoted("AndroidManifest.xml");
    let too_large = Rejection::TooLarge { name: name.clone(), limit_kib: 8 << 10 };
    assert_eq!(refused(&bomb), too_large);
    let bomb = ipa(&vec![b' '; 2 << 20]);
    assert!(matches!(refused(&bomb), Rejection::TooLarge { .. }));
    // The record promises less than is there.
    let mut bomb = apk(&vec![0; 9 << 20], None);
    let record = bomb.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bomb[record + 24..record + 28].copy_from_slice(&100_u32.to_le_bytes());
    assert_eq!(refused(&bomb), Rejection::Contradiction(name.clone()));
    bomb[22..26].copy_from_slice(&100_u32.to_le_bytes());
    assert_eq!(refused(&bomb), Rejection::DamagedEntry(name));
}

#[test]
fn damage_inside_an_entry_is_noticed() {
    let name = quoted("AndroidManifest.xml");
    let flipped = RawEntry { checksum: 1, ..manifest() };
    assert_eq!(refused(&raw_zip(&[flipped])), Rejection::DamagedEntry(name.clone()));
    let garbage = RawEntry { method: 8, ..manifest() };
    assert_eq!(refused(&raw_zip(&[garbage])), Rejection::DamagedEntry(name.clone()));
    let long = RawEntry { size: 1 << 20, ..manifest() };
    assert_eq!(refused(&raw_zip(&[long])), Rejection::DamagedEntry(name));
}

#[test]
fn what_android_overlooks_is_overlooked() {
    let flag = RawEntry { flags: 1, ..manifest() };
    assert_eq!(accepted(&raw_zip(&[flag])).bundle_id, "com.example.app");
    let method = RawEntry { method: 0x2abc, compressed: 7, ..manifest() };
    assert_eq!(accepted(&raw_zip(&[method])).bundle_id, "com.example.app");
    let extra = RawEntry { extra: b"\x55\x54\xff\xffcut off".to_vec(), ..manifest() };
    assert_eq!(accepted(&raw_zip(&[extra])).bundle_id, "com.example.app");
    let path = "Payload/A.app/Info.plist";
    let flag = RawEntry { flags: 1, ..RawEntry::new(path, &info()) };
    assert_eq!(refused(&raw_zip(&[flag])), Rejection::Encrypted(quoted(path)));
}

#[test]
fn other_archives_are_recognised() {
    let one = |name: &str| refused(&zip(&[("readme.txt", b"hi"), (name, b"x")]));
    assert_eq!(one("other.txt"), Rejection::NoApp);
    assert_eq!(one("base/manifest/AndroidManifest.xml"), Rejection::ManifestUnreadable);
    assert_eq!(one("BundleConfig.pb"), Rejection::AndroidAppBundle);
    assert_eq!(one("toc.pb"), Rejection::ApkSet);
    assert_eq!(one("com.example.app.apk"), Rejection::ApkSet);
    assert_eq!(one("splits/base-master.apk"), Rejection::ApkSet);
    assert_eq!(one("A.xcarchive/Info.plist"), Rejection::XcodeArchive);
    assert_eq!(one("Products/Applications/A.app/Info.plist"), Rejection::XcodeArchive);
    assert_eq!(one("A.app/Info.plist"), Rejection::ZippedApp);
    assert_eq!(one("out/A.ipa"), Rejection::PackageInside(quoted("out/A.ipa")));
    assert_eq!(one("Payload/A.txt"), Rejection::NoInfoPlist);
    assert_eq!(one("Payload/A.app/A"), Rejection::NoInfoPlist);
    assert_eq!(one("Payload/A.app/PlugIns/B.appex/Info.plist"), Rejection::NoInfoPlist);
    let both = [("AndroidManifest.xml", &b"x"[..]), ("Payload/A.app/Info.plist", b"x")];
    assert_eq!(refused(&zip(&both)), Rejection::BothPlatforms);
    let text = "This is not an app package: no Payload/*.app folder and no AndroidManifest.xml in the archive.";
    assert_eq!(Rejection::NoApp.to_string(), text);
}
