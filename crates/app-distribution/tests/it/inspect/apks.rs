//! Manifests and resource tables in every form that Android takes.

use securevox_app_distribution::inspect::{Platform, Rejection};

use super::make::{
    Data, LABEL, Layout, MIN_SDK, Manifest, Resource, Table, VERSION_CODE, VERSION_NAME, apk,
};
use super::{Facts, accepted, refused};

fn example() -> Facts {
    Facts {
        platform: Platform::Android,
        bundle_id: "com.example.app".to_owned(),
        version: Some("1.2.3".to_owned()),
        build_number: Some("45".to_owned()),
        name: Some("Example".to_owned()),
        min_os_version: Some("26".to_owned()),
    }
}

/// The name of the example whose label refers to entry 2 of type 1.
fn name_from(resources: Vec<Resource>) -> Option<String> {
    let label = vec![(Some(LABEL), Data::Reference(0x7f01_0002))];
    let manifest = Manifest { application: label, ..Manifest::example() };
    let table = Table { utf16: false, resources };
    accepted(&apk(&manifest.build(), Some(&table.build()))).name
}

#[test]
fn both_encodings_and_missing_names_are_read() {
    for (utf16, nameless) in [(false, false), (true, false), (false, true), (true, true)] {
        let manifest = Manifest { utf16, nameless, ..Manifest::example() };
        assert_eq!(accepted(&apk(&manifest.build(), None)), example());
    }
}

#[test]
fn absent_and_empty_values_are_nothing() {
    let package = (None, Data::Text("com.example.app"));
    let manifest = Manifest {
        root: vec![package, (Some(VERSION_NAME), Data::Text(" \u{0}"))],
        application: vec![],
        sdk: vec![],
        ..Manifest::example()
    };
    let expected =
        Facts { version: None, build_number: None, name: None, min_os_version: None, ..example() };
    assert_eq!(accepted(&apk(&manifest.build(), None)), expected);
}

#[test]
fn values_of_unusual_types_are_read() {
    let package = (None, Data::Text("com.example.app"));
    let with = |code, name| {
        let root = vec![(Some(VERSION_CODE), code), (Some(VERSION_NAME), name), package];
        let sdk = vec![(Some(MIN_SDK), Data::Text("Tiramisu"))];
        let package = accepted(&apk(&Manifest { root, sdk, ..Manifest::example() }.build(), None));
        assert_eq!(package.min_os_version.as_deref(), Some("Tiramisu"));
        (package.build_number, package.version)
    };
    let texts = |code: &str, name: &str| (Some(code.to_owned()), Some(name.to_owned()));
    assert_eq!(with(Data::Text("7"), Data::Float(1.0)), texts("7", "1.0"));
    assert_eq!(with(Data::Int(i32::MAX), Data::Int(3)), texts("2147483647", "3"));
    assert_eq!(with(Data::Int(0), Data::Text("x")), (None, Some("x".to_owned())));
    assert_eq!(with(Data::Int(-1), Data::Text("x")), (None, Some("x".to_owned())));
}

#[test]
fn every_value_may_be_a_reference() {
    let manifest = Manifest {
        root: vec![
            (Some(VERSION_CODE), Data::Reference(0x7f02_0000)),
            (Some(VERSION_NAME), Data::Reference(0x7f01_0000)),
            (None, Data::Text("com.example.app")),
        ],
        application: vec![(Some(LABEL), Data::Reference(0x7f01_0001))],
        sdk: vec![(Some(MIN_SDK), Data::Reference(0x7f02_0001))],
        ..Manifest::example()
    };
    for utf16 in [false, true] {
        let strings = vec![(0, Data::Text("1.2.3")), (1, Data::Text("Example"))];
        let integers = vec![(0, Data::Int(45)), (1, Data::Int(26))];
        let resources = vec![Resource::new(1, strings), Resource::new(2, integers)];
        let table = Table { utf16, resources };
        assert_eq!(accepted(&apk(&manifest.build(), Some(&table.build()))), example());
    }
}

#[test]
fn all_layouts_of_types_are_read() {
    for layout in [Layout::Plain, Layout::Sparse, Layout::Offset16, Layout::Compact] {
        let entries = vec![(0, Data::Text("no")), (2, Data::Text("yes")), (5, Data::Text("no"))];
        let resource = Resource { layout, ..Resource::new(1, entries) };
        assert_eq!(name_from(vec![resource]).as_deref(), Some("yes"));
    }
}

#[test]
fn the_default_configuration_wins() {
    let text = |language: &[u8; 2], sdk, text| Resource {
        language: *language,
        sdk,
        ..Resource::new(1, vec![(2, Data::Text(text))])
    };
    let name = |resources| name_from(resources).unwrap();
    let italian = || text(b"it", 0, "italiano");
    let english = || text(b"en", 0, "English");
    assert_eq!(name(vec![italian(), text(b"\0\0", 0, "default"), english()]), "default");
    assert_eq!(name(vec![italian(), english()]), "English");
    assert_eq!(name(vec![italian()]), "italiano");
    assert_eq!(name(vec![text(b"\0\0", 0, "old"), text(b"\0\0", 21, "new")]), "new");
}

#[test]
fn references_are_followed_but_not_in_circles() {
    let to = |entry, target: u32| (entry, Data::Reference(0x7f01_0000 | target));
    let chain = vec![to(2, 3), to(3, 4), (4, Data::Text("end"))];
    assert_eq!(name_from(vec![Resource::new(1, chain)]).as_deref(), Some("end"));
    assert_eq!(name_from(vec![Resource::new(1, vec![to(2, 3), to(3, 2)])]), None);
    assert_eq!(name_from(vec![Resource::new(1, vec![to(2, 2)])]), None);
    let system = vec![(2, Data::Reference(0x0104_0000))];
    assert_eq!(name_from(vec![Resource::new(1, system)]), None);
    assert_eq!(name_from(vec![]), None);
}

#[test]
fn a_bad_resource_table_costs_only_the_name() {
    let label = vec![(Some(LABEL), Data::Reference(0x7f01_0002))];
    let manifest = Manifest { application: label, ..Manifest::example() }.build();
    let crowd: Vec<u8> = b"\x09\0\x08\0\x08\0\0\0".repeat(200_000);
    let len = u32::try_from(crowd.len() + 12).unwrap().to_le_bytes();
    let crowded = [b"\x02\0\x0c\0", &len[..], &[1, 0, 0, 0], &crowd].concat();
    for table in [&b""[..], b"garbage garbage", &[0xff; 100], &crowded] {
        let package = accepted(&apk(&manifest, Some(table)));
        assert_eq!(package, Facts { name: None, ..example() });
    }
    assert_eq!(accepted(&apk(&manifest, None)), Facts { name: None, ..example() });
}

#[test]
fn long_texts_are_cut() {
    const LONG: &str = include_str!("apks.rs");
    let application = vec![(Some(LABEL), Data::Text(&LONG[..3000]))];
    let manifest = Manifest { application, ..Manifest::example() };
    let name = accepted(&apk(&manifest.build(), None)).name.unwrap();
    assert!(name.starts_with("//! Manifests") && name.chars().count() <= 255);
}

#[test]
fn manifests_that_are_none_are_refused() {
    let manifest = Manifest::example().build();
    assert_eq!(refused(&apk(b"<manifest/>", None)), Rejection::ManifestIsText);
    assert_eq!(refused(&apk(b"\n <?xml?>", None)), Rejection::ManifestIsText);
    assert_eq!(refused(&apk(b"", None)), Rejection::ManifestUnreadable);
    assert_eq!(refused(&apk(b"\x0a\x05proto", None)), Rejection::ManifestUnreadable);
    for len in (8..manifest.len()).step_by(7) {
        assert_eq!(refused(&apk(&manifest[..len], None)), Rejection::ManifestUnreadable);
    }
    let nameless = Manifest { root: vec![], ..Manifest::example() };
    assert_eq!(refused(&apk(&nameless.build(), None)), Rejection::NoPackageName);
    let package = vec![(None, Data::Text("com.example/../x"))];
    let bad = Manifest { root: package, ..Manifest::example() };
    let name = "com.example/../x".to_owned();
    assert_eq!(refused(&apk(&bad.build(), None)), Rejection::InvalidPackageName(name));
}
