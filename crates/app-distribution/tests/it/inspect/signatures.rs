//! How APKs are signed: what verifies, and what has to be noticed.

use std::io::Cursor;

use securevox_app_distribution::inspect::{InspectError, Rejection, inspect};
use securevox_protocol::packages::{ApkDetails, SignatureScheme};

use super::make::{RawEntry, raw_zip, unpack};
use super::{android, fixture, refused, whole};

const MAGIC: &[u8] = b"APK Sig Block 42";

fn signed(name: &str) -> Vec<u8> {
    fixture(&format!("signed/{name}.apk"))
}

/// Schemes, signers and former signers of a package, as one line each.
fn told(bytes: &[u8]) -> [String; 3] {
    let ApkDetails { schemes, signers, former_signers, .. } = android(whole(bytes));
    let schemes: Vec<&str> = schemes.into_iter().map(SignatureScheme::as_str).collect();
    let names = |list: &[_]| {
        let name = |one: &securevox_protocol::packages::Certificate| one.subject.clone();
        list.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    [schemes.join(" "), names(&signers), names(&former_signers)]
}

/// Why the signature of a package is no good.
fn broken(bytes: &[u8]) -> String {
    match refused(bytes) {
        Rejection::BrokenSignature(why) => why,
        other => panic!("refused for something else: {other}"),
    }
}

/// Where the signing block begins, and where it ends with its magic.
fn block(bytes: &[u8]) -> (usize, usize) {
    let magic = bytes.windows(MAGIC.len()).rposition(|window| window == MAGIC).unwrap();
    let size = u64::from_le_bytes(*bytes[magic - 8..].first_chunk().unwrap());
    let end = magic + MAGIC.len();
    (end - usize::try_from(size).unwrap() - 8, end)
}

#[test]
fn every_scheme_and_algorithm_verifies() {
    for (file, expected) in [
        ("v1-only-with-rsa-2048", ["v1", "rsa-2048", ""]),
        ("v1-only-with-rsa-1024-cert-not-der", ["v1", "rsa-1024", ""]),
        ("v2-only-with-rsa-pkcs1-sha256-2048", ["v2", "rsa-2048", ""]),
        ("v3-only-with-rsa-pkcs1-sha256-2048", ["v3", "rsa-2048", ""]),
        ("golden-rsa-verity-out", ["v1 v2 v3", "rsa-2048", ""]),
        ("v31-tgt-33-no-v3-attr", ["v1 v2 v3 v3.1", "rsa-2048_2 rsa-2048", ""]),
        ("stamp-1-v31-tgt-33-signer", ["v1 v2 v3 v3.1", "ec-p256_2 ec-p256", ""]),
        ("rotated", ["v1 v2 v3", "new", "old"]),
        ("two-signers", ["v1 v2", "ec old", ""]),
        ("dsa", ["v1 v2 v3", "dsa", ""]),
        ("md5", ["v1", "old", ""]),
        ("v1-only-with-dsa-sha224-2048", ["v1", "dsa-2048", ""]),
        ("v1-only-with-ecdsa-sha1-p384", ["v1", "ec-p384", ""]),
        ("v1-only-with-ecdsa-sha224-p384", ["v1", "ec-p384", ""]),
        ("v1-only-with-rsa-pkcs1-sha1-16384", ["v1", "rsa-16384", ""]),
        ("v1-only-with-rsa-pkcs1-sha224-8192", ["v1", "rsa-8192", ""]),
        ("v1-only-with-rsa-pkcs1-sha384-1024", ["v1", "rsa-1024", ""]),
    ] {
        assert_eq!(told(&signed(file)), expected, "{file}");
    }
    let [schemes, signers, _] = told(&signed("v2-only-10-signers"));
    assert_eq!((schemes.as_str(), signers.split(' ').count()), ("v2", 10));
    let one = &android(whole(&signed("rotated"))).signers[0];
    assert_eq!(one.fingerprint, "553f20407fced7ecc28260f8cc453ec9f254c04f4bc8a8f266eab51d8b7598f4");
    assert_eq!(one.expires_at.unwrap().to_rfc3339(), "2081-08-26T22:20:12+00:00");
}

#[test]
fn what_is_not_signed_is_accepted_and_says_so() {
    assert_eq!(told(&fixture("drawn-icon.apk")), ["", "", ""]);
}

#[test]
fn damaged_signatures_are_refused_in_words() {
    for (file, word) in [
        ("broken-v1v2v3-with-rsa-2048-lineage-3-signers-no-sig-block", "v2 part was removed"),
        ("broken-v2-only-no-certs-in-sig", "v2 part cannot be read"),
        ("broken-v3-only-no-certs-in-sig", "v3 part cannot be read"),
        ("broken-v2-only-apk-sig-block-size-mismatch", "the block that holds it cannot be read"),
        ("broken-v2-only-garbage-between-cd-and-eocd", "behind the archive's table of contents"),
    ] {
        assert!(broken(&signed(file)).contains(word), "{file}: {}", broken(&signed(file)));
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    for file in ["v2-only-with-rsa-pkcs1-sha256-2048", "v3-only-with-rsa-pkcs1-sha256-2048"] {
        let good = signed(file);
        let (start, end) = block(&good);
        for at in (0..start).chain(end..good.len()) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            if let Ok(package) = inspect(Cursor::new(&bad)) {
                panic!("{file}: the bit at {at} was not noticed: {package:?}");
            }
        }
    }
}

#[test]
fn nothing_in_the_block_can_be_exchanged() {
    let good = signed("v31-tgt-33-no-v3-attr");
    let expected = android(whole(&good));
    let (start, end) = block(&good);
    for at in (start..end).step_by(3) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        match inspect(Cursor::new(&bad)) {
            // Bytes that fill the block up are under no signature and mean nothing.
            Ok(package) => assert_eq!(android(package), expected, "byte {at}"),
            Err(error) => assert!(matches!(error, InspectError::Rejected(_)), "{error:?}"),
        }
    }
}

#[test]
fn a_block_that_lies_about_itself_is_refused() {
    let good = signed("v2-only-with-rsa-pkcs1-sha256-2048");
    let (start, end) = block(&good);
    let with = |at: usize, bytes: &[u8]| {
        let mut bad = good.clone();
        bad[at..at + bytes.len()].copy_from_slice(bytes);
        broken(&bad)
    };
    for size in [0, 1, 24, 1 << 20, u64::MAX, u64::MAX - 8] {
        assert!(with(end - 24, &size.to_le_bytes()).contains("block"), "{size}");
        assert!(with(start, &size.to_le_bytes()).contains("block"), "{size}");
        assert!(with(start + 8, &(size | 1 << 40).to_le_bytes()).contains("block"), "{size}");
    }
    // The lengths of the list of signers, of the first of them, and of what it signed.
    for at in [start + 20, start + 24, start + 28] {
        assert!(with(at, &[0xff; 4]).contains("v2 part cannot be read"), "{at}");
    }
}

#[test]
fn an_archive_without_its_block_is_told_from_one_never_signed() {
    let good = signed("rotated");
    let (start, end) = block(&good);
    let mut bytes = [&good[..start], &good[end..]].concat();
    let record = bytes.len() - 22;
    bytes[record + 16..record + 20].copy_from_slice(&u32::try_from(start).unwrap().to_le_bytes());
    assert_eq!(broken(&bytes), "its v2 part was removed");
}

/// The same entries in a new archive: v1 does not care, and nothing else is there.
fn repacked(change: impl FnOnce(&mut Vec<RawEntry>)) -> Vec<u8> {
    let mut entries = unpack(&signed("v1-only-with-rsa-2048"));
    change(&mut entries);
    raw_zip(&entries)
}

#[test]
fn v1_covers_every_file() {
    let changed = "the package was changed after it was signed (v1)";
    assert_eq!(told(&repacked(|_| ())), ["v1", "rsa-2048", ""]);
    assert_eq!(broken(&repacked(|all| all.push(RawEntry::new("classes2.dex", b"")))), changed);
    let first = |all: &[RawEntry]| {
        all.iter().position(|one| one.name == b"resources.arsc").expect("there is one")
    };
    assert_eq!(broken(&repacked(|all| drop(all.remove(first(all))))), changed);
    let touch = |all: &mut Vec<RawEntry>| {
        let at = first(all);
        let mut content = all[at].content.clone();
        *content.last_mut().unwrap() ^= 1;
        all[at] = RawEntry::new("resources.arsc", &content);
    };
    assert_eq!(broken(&repacked(touch)), changed);
    let twice = repacked(|all| all.push(all[first(all)].clone()));
    assert!(matches!(
        refused(&twice),
        Rejection::DuplicateEntry(_) | Rejection::BrokenSignature(_)
    ));
    // Files of META-INF that are no part of the signature are free.
    let free = repacked(|all| all.push(RawEntry::new("META-INF/services/x", b"y")));
    assert_eq!(told(&free), ["v1", "rsa-2048", ""]);
}

#[test]
fn v1_lists_are_signed_themselves() {
    let edit = |file: &'static str, from: &'static [u8], to: &'static [u8]| {
        repacked(|all| {
            let at = all.iter().position(|one| one.name == file.as_bytes()).unwrap();
            let content = &all[at].content;
            let found = content.windows(from.len()).position(|window| window == from).unwrap();
            let content = [&content[..found], to, &content[found + from.len()..]].concat();
            all[at] = RawEntry::new(file, &content);
        })
    };
    let manifest =
        edit("META-INF/MANIFEST.MF", b"Name: AndroidManifest.xml", b"Name: AndroidManifest.xmm");
    assert!(broken(&manifest).contains("changed"), "{}", broken(&manifest));
    // The hash alone would fit; its signature, of 256 bytes at the end of the block, does not.
    let mut entries = unpack(&signed("md5"));
    let at = entries.iter().position(|one| one.name.ends_with(b".RSA")).unwrap();
    let mut forged = entries[at].content.clone();
    *forged.last_mut().unwrap() ^= 1;
    entries[at] = RawEntry::new("META-INF/K.RSA", &forged);
    assert!(broken(&raw_zip(&entries)).contains("does not fit its key"));
    let list = edit("META-INF/RSA-2048.SF", b"Signature-Version: 1.0", b"Signature-Version: 1.1");
    assert!(broken(&list).contains("does not fit its key"));
    let key = edit("META-INF/RSA-2048.RSA", b"rsa-2048", b"rsa-4096");
    // The name of the issuer alone may be spelled differently, nothing that the key signed.
    assert!(inspect(Cursor::new(&key)).is_ok());
    let none = repacked(|all| all.retain(|one| one.name != b"META-INF/MANIFEST.MF"));
    assert!(broken(&none).contains("v1 part cannot be read"));
    let unsigned = repacked(|all| all.retain(|one| one.name != b"META-INF/RSA-2048.RSA"));
    assert_eq!(told(&unsigned), ["", "", ""]);
}

#[test]
fn a_list_of_a_hundred_thousand_files_is_read_in_no_time() {
    let mut list = b"Manifest-Version: 1.0\r\n\r\n".to_vec();
    for index in 0..100_000 {
        list.extend(format!("Name: file-{index}\r\nSHA-256-Digest: AAAA\r\n\r\n").as_bytes());
    }
    let begin = std::time::Instant::now();
    let bytes = repacked(|all| {
        let at = all.iter().position(|one| one.name == b"META-INF/MANIFEST.MF").unwrap();
        all[at] = RawEntry::new("META-INF/MANIFEST.MF", &list);
    });
    assert!(broken(&bytes).contains("changed"));
    assert!(begin.elapsed().as_secs() < 5, "{:?}", begin.elapsed());
}

#[test]
fn the_signature_of_a_bundle_holds_or_is_refused() {
    let bundle = fixture("signed/bundle.aab");
    assert_eq!(told(&bundle), ["v1", "upload", ""]);
    assert_eq!(told(&fixture("drawn-icon.aab")), ["", "", ""]);
    let mut entries = unpack(&bundle);
    assert_eq!(told(&raw_zip(&entries)), ["v1", "upload", ""]);
    let config = entries.iter().position(|entry| entry.name == b"BundleConfig.pb").unwrap();
    let name = String::from_utf8(entries[config].name.clone()).unwrap();
    entries[config] = RawEntry::new(&name, b"another");
    assert_eq!(broken(&raw_zip(&entries)), "the package was changed after it was signed (v1)");
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let mut entries = unpack(&signed("v1-only-with-rsa-2048"));
    let dex = entries.iter().position(|entry| entry.name == b"classes.dex").unwrap();
    // Deflated, with a size that nothing needs to be unpacked for.
    entries[dex].method = 8;
    entries[dex].size = 300 << 20;
    assert_eq!(refused(&raw_zip(&entries)), Rejection::Bomb(100));
}
