//! Making packages for the tests, good and bad.

mod android;
mod archive;
mod ios;

use plist::{Dictionary, Value};

pub(super) use self::android::{
    Data, LABEL, Layout, MIN_SDK, Manifest, Resource, SPLIT, Table, VERSION_CODE, VERSION_NAME,
};
pub(super) use self::archive::{RawEntry, raw_zip, unpack, zip};
pub(super) use self::ios::{apples_png, executable, framed, ipa_with, profile};

/// A property list in its binary form.
pub(super) fn binary_plist(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    plist::to_writer_binary(&mut bytes, &dictionary(pairs)).unwrap();
    bytes
}

/// A property list in its XML form.
pub(super) fn xml_plist(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    plist::to_writer_xml(&mut bytes, &dictionary(pairs)).unwrap();
    bytes
}

fn dictionary(pairs: &[(&str, &str)]) -> Dictionary {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect()
}

/// An IPA with this `Info.plist`.
pub(super) fn ipa(info: &[u8]) -> Vec<u8> {
    zip(&[
        ("Payload/", b""),
        ("Payload/A.app/", b""),
        ("Payload/A.app/Info.plist", info),
        ("Payload/A.app/A", b"MZ"),
    ])
}

/// An APK with this manifest and, where given, resource table.
pub(super) fn apk(manifest: &[u8], resources: Option<&[u8]>) -> Vec<u8> {
    let mut entries = vec![("AndroidManifest.xml", manifest), ("classes.dex", b"dex\n035\0")];
    entries.extend(resources.map(|table| ("resources.arsc", table)));
    zip(&entries)
}
