//! Property lists, good and hostile, and where they are looked for.

use securevox_app_distribution::inspect::{Platform, Rejection};

use super::make::{binary_plist, ipa, xml_plist, zip};
use super::{Facts, accepted, refused};

const ID: (&str, &str) = ("CFBundleIdentifier", "com.example.app");
const ALL: [(&str, &str); 7] = [
    ID,
    ("CFBundleShortVersionString", "1.2.3"),
    ("CFBundleVersion", "45"),
    ("CFBundleDisplayName", "Example & Söhne"),
    ("CFBundleName", "example"),
    ("MinimumOSVersion", "15.0"),
    ("CFBundleExecutable", "A"),
];

fn example() -> Facts {
    Facts {
        platform: Platform::Ios,
        bundle_id: "com.example.app".to_owned(),
        version: Some("1.2.3".to_owned()),
        build_number: Some("45".to_owned()),
        name: Some("Example & Söhne".to_owned()),
        min_os_version: Some("15.0".to_owned()),
    }
}

/// An XML property list with this inside of its dictionary.
fn xml(inside: &str) -> Vec<u8> {
    let id = "<key>CFBundleIdentifier</key><string>com.example.app</string>";
    format!("<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>{id}{inside}</dict></plist>")
        .into()
}

#[test]
fn binary_and_xml_are_read() {
    assert_eq!(accepted(&ipa(&binary_plist(&ALL))), example());
    assert_eq!(accepted(&ipa(&xml_plist(&ALL))), example());
    let marked = [b"\xef\xbb\xbf", &xml_plist(&ALL)[..]].concat();
    assert_eq!(accepted(&ipa(&marked)), example());
}

#[test]
fn only_the_identifier_is_needed() {
    let bare = accepted(&ipa(&binary_plist(&[ID])));
    let expected =
        Facts { version: None, build_number: None, name: None, min_os_version: None, ..example() };
    assert_eq!(bare, expected);
    let named =
        accepted(&ipa(&binary_plist(&[ID, ("CFBundleDisplayName", ""), ("CFBundleName", "n")])));
    assert_eq!(named.name.as_deref(), Some("n"));
}

#[test]
fn numbers_stand_for_versions_too() {
    let numbers = "<key>CFBundleVersion</key><integer>42</integer>\
        <key>CFBundleShortVersionString</key><real>2.0</real>\
        <key>Other</key><array><true/><date>2026-01-01T00:00:00Z</date><data>AAAA</data></array>";
    let package = accepted(&ipa(&xml(numbers)));
    assert_eq!(package.build_number.as_deref(), Some("42"));
    assert_eq!(package.version.as_deref(), Some("2.0"));
}

#[test]
fn only_the_app_itself_counts() {
    let other = binary_plist(&[("CFBundleIdentifier", "com.example.other")]);
    let info = binary_plist(&ALL);
    let bytes = zip(&[
        ("Payload/A.app/PlugIns/B.appex/Info.plist", &other),
        ("Payload/A.app/Watch/C.app/Info.plist", &other),
        ("Payload/A.app/Frameworks/D.framework/Info.plist", &other),
        ("Payload/A.app/A", b"MZ"),
        ("Payload/A.app/Info.plist", &info),
        ("__MACOSX/Payload/._A.app", &other),
        ("Info.plist", &other),
        ("iTunesMetadata.plist", &other),
    ]);
    assert_eq!(accepted(&bytes), example());
    let two = zip(&[("Payload/A.app/Info.plist", &info), ("Payload/B.app/Info.plist", &info)]);
    let names = ("A.app".to_owned(), "B.app".to_owned());
    assert_eq!(refused(&two), Rejection::SeveralApps(names.0, names.1));
}

#[test]
fn an_info_plist_alone_is_no_app() {
    let info = ("Payload/A.app/Info.plist", &binary_plist(&ALL)[..]);
    let (app, executable) = ("A.app".to_owned(), "A".to_owned());
    let alone = Rejection::InfoPlistAlone { app, executable };
    assert_eq!(refused(&zip(&[("Payload/A.app/", b""), info])), alone);
    // Trimmed IPAs pass for now, as long as anything else speaks for them.
    assert_eq!(accepted(&zip(&[("Payload/", b""), info])), example());
    assert_eq!(accepted(&zip(&[info, ("Payload/A.app/PkgInfo", b"APPL????")])), example());
    let bare = binary_plist(&ALL[..6]);
    assert_eq!(accepted(&zip(&[("Payload/A.app/Info.plist", &bare)])), example());
}

#[test]
fn what_is_no_property_list_is_refused() {
    for bad in
        [&b""[..], b"bplist00", b"garbage", b"{ a = b; }", b"<plist></plist>", b"bplist00\xff\xff"]
    {
        assert_eq!(refused(&ipa(bad)), Rejection::InfoPlistUnreadable);
    }
    let binary = binary_plist(&ALL);
    for len in 0..binary.len() {
        assert_eq!(refused(&ipa(&binary[..len])), Rejection::InfoPlistUnreadable);
    }
    assert_eq!(refused(&ipa(&binary_plist(&ALL[1..]))), Rejection::NoBundleId);
    let variable = "$(PRODUCT_BUNDLE_IDENTIFIER)".to_owned();
    let unset = binary_plist(&[("CFBundleIdentifier", &variable)]);
    assert_eq!(refused(&ipa(&unset)), Rejection::InvalidBundleId(variable));
}

#[test]
fn nesting_without_measure_is_refused() {
    let nested = |depth: usize| {
        let (open, close) = ("<array>".repeat(depth), "</array>".repeat(depth));
        ipa(&xml(&format!("<key>deep</key>{open}{close}")))
    };
    assert_eq!(accepted(&nested(20)).bundle_id, "com.example.app");
    assert_eq!(refused(&nested(60_000)), Rejection::InfoPlistUnreadable);
}

/// A binary property list: object 0 is the dictionary, `objects` follow; `deep` is number 3.
fn graph(objects: &[Vec<u8>]) -> Vec<u8> {
    let text =
        |text: &str| [&[0x5f, 0x10, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let mut all = vec![vec![0xd2, 1, 4, 2, 5], text(ID.0), text(ID.1), text("x"), text("deep")];
    all.extend_from_slice(objects);
    let mut bytes = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for object in &all {
        offsets.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        bytes.extend(object);
    }
    let table = bytes.len() as u64;
    bytes.extend(offsets);
    bytes.extend([0, 0, 0, 0, 0, 0, 4, 1]);
    for number in [all.len() as u64, 0, table] {
        bytes.extend(number.to_be_bytes());
    }
    bytes
}

#[test]
fn graphs_that_unfold_without_end_are_refused() {
    let wide = |child: u8| [&[0xaf, 0x10, 200][..], &[child; 200]].concat();
    assert_eq!(accepted(&ipa(&graph(&[wide(3)]))).bundle_id, "com.example.app");
    // 200 arrays of 200 arrays of …
    let laughs: Vec<_> = (6..26).map(wide).chain([wide(3)]).collect();
    assert_eq!(refused(&ipa(&graph(&laughs))), Rejection::InfoPlistUnreadable);
    // One long text, 40,000 times.
    let long = [&[0x5f, 0x12, 0, 8, 0, 0][..], &vec![b'a'; 0x8_0000]].concat();
    let repeated = graph(&[wide(6), wide(7), long]);
    assert_eq!(refused(&ipa(&repeated)), Rejection::InfoPlistUnreadable);
    // An array that contains itself.
    assert_eq!(refused(&ipa(&graph(&[wide(5)]))), Rejection::InfoPlistUnreadable);
}
