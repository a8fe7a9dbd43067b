//! What else is read of Android packages: facts, names, icons; and bundles.

use std::io::Cursor;
use std::time::Instant;

use image::{ImageReader, RgbaImage};
use securevox_app_distribution::inspect::Rejection;
use securevox_protocol::packages::{Feature, PackageDetails};

use super::make::{Data, LABEL, Manifest, RawEntry, Resource, SPLIT, Table, apk, raw_zip, unpack};
use super::{android, fixture, refused, whole};

const IS_SPLIT_REQUIRED: u32 = 0x0101_0591;
const REQUIRED_SPLIT_TYPES: u32 = 0x0101_064e;

fn decoded(png: &[u8]) -> RgbaImage {
    let reader = ImageReader::new(Cursor::new(png)).with_guessed_format().unwrap();
    reader.decode().unwrap().into_rgba8()
}

#[test]
fn an_apk_and_the_bundle_of_the_same_sources_say_the_same() {
    for file in ["drawn-icon.apk", "drawn-icon.aab"] {
        let package = whole(&fixture(file));
        assert_eq!(package.name.as_deref(), Some("Vector"));
        assert_eq!(matches!(package.details, PackageDetails::Aab(_)), file.ends_with("aab"));
        let details = android(package);
        let levels = [details.min_sdk, details.target_sdk, details.max_sdk];
        assert_eq!(levels, [Some(21), Some(29), Some(40)]);
        let permissions = ["android.permission.INTERNET", "android.permission.CAMERA"];
        assert_eq!(details.permissions, permissions);
        let feature = |name: &str, required| Feature { name: name.to_owned(), required };
        let camera = feature("android.hardware.camera", false);
        assert_eq!(details.features, [camera, feature("android.hardware.nfc", true)]);
        assert_eq!((details.debuggable, details.test_only), (true, true));
        let labels: Vec<_> = details.labels.iter().map(|(l, name)| format!("{l}={name}")).collect();
        assert_eq!(labels, ["fil=Vektór", "it=Vettore", "sr-Latn=Vektor"]);
        let abis: &[&str] = if file.ends_with("aab") { &["arm64-v8a"] } else { &[] };
        assert_eq!(details.abis, abis);
    }
}

#[test]
fn adaptive_icons_of_vectors_are_drawn() {
    let [apk, bundle] =
        ["drawn-icon.apk", "drawn-icon.aab"].map(|file| whole(&fixture(file)).icon.unwrap());
    assert!(apk == bundle);
    let icon = decoded(&apk);
    assert_eq!(icon.dimensions(), (512, 512));
    let near = |x, y, [red, green, blue]: [u8; 3]| {
        let pixel = icon.get_pixel(x, y).0;
        let differ = [red, green, blue, 255].iter().zip(pixel).any(|(a, b)| a.abs_diff(b) > 3);
        assert!(!differ, "at {x},{y}: {pixel:?}");
    };
    // Background; a line of it; a path with a hole; a gradient's shadow; a turned and clipped group.
    near(20, 20, [0x3d, 0xdc, 0x84]);
    near(256, 78, [0x64, 0xe3, 0x9d]);
    near(256, 240, [0xff, 0xff, 0xff]);
    near(180, 266, [0x2e, 0xa6, 0x63]);
    near(290, 400, [0xd6, 0x25, 0x16]);
}

#[test]
fn where_a_drawing_cannot_be_opened_the_rest_is_shown() {
    let mut entries = unpack(&fixture("drawn-icon.apk"));
    entries.retain(|entry| !entry.name.ends_with(b"fore.xml"));
    let icon = decoded(&whole(&raw_zip(&entries)).icon.unwrap());
    assert_eq!(icon.get_pixel(256, 240).0, [0x3d, 0xdc, 0x84, 0xff]);
    entries.retain(|entry| !entry.name.ends_with(b"back.xml"));
    assert_eq!(whole(&raw_zip(&entries)).icon, None);
}

#[test]
fn icons_that_contain_themselves_end() {
    let begin = Instant::now();
    let package = whole(&fixture("looped-icon.apk"));
    assert_eq!(package.bundle_id, "org.example.loop");
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
}

#[test]
fn pictures_that_unpack_to_more_than_memory_are_none() {
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    let header = [&60_000_u32.to_be_bytes()[..], &60_000_u32.to_be_bytes(), &[8, 6, 0, 0, 0]];
    let header = header.concat();
    let mut checksum = flate2::Crc::new();
    checksum.update(b"IHDR");
    checksum.update(&header);
    bomb.extend(header);
    bomb.extend(checksum.sum().to_be_bytes());
    let mut entries = unpack(&fixture("drawn-icon.apk"));
    for content in [bomb, vec![0; 5 << 20], b"RIFF\0\0\0\0WEBPVP8L".to_vec()] {
        for entry in &mut entries {
            if entry.name.starts_with(b"res/") {
                let name = String::from_utf8(entry.name.clone()).unwrap();
                *entry = RawEntry::new(&name, &content);
            }
        }
        assert_eq!(whole(&raw_zip(&entries)).icon, None);
    }
}

#[test]
fn parts_of_split_apps_are_refused_in_words() {
    let package = (None, Data::Text("com.example.app"));
    let with = |attribute| {
        let root = vec![attribute, package];
        refused(&apk(&Manifest { root, ..Manifest::example() }.build(), None))
    };
    let part = with((Some(SPLIT), Data::Text("config.xxhdpi")));
    assert_eq!(part, Rejection::SplitApk("config.xxhdpi".to_owned()));
    assert_eq!(with((Some(IS_SPLIT_REQUIRED), Data::Int(-1))), Rejection::SplitRequired);
    let types = (Some(REQUIRED_SPLIT_TYPES), Data::Text("base__abi"));
    assert_eq!(with(types), Rejection::SplitRequired);
}

#[test]
fn lists_are_bounded() {
    let name = |index: usize| &*format!("example.permission.{index}").leak();
    let permissions: Vec<&str> = (0..1500).map(name).collect();
    let label = vec![(Some(LABEL), Data::Reference(0x7f01_0000))];
    let manifest = Manifest { application: label, permissions, ..Manifest::example() };
    let letters = || b'a'..=b'z';
    let languages = letters().flat_map(|a| letters().map(move |b| [a, b])).take(300);
    let resources = languages
        .map(|language| Resource { language, ..Resource::new(1, vec![(0, Data::Text("Name"))]) })
        .chain([Resource::new(1, vec![(0, Data::Text("Default"))])])
        .collect();
    let table = Table { utf16: false, resources };
    let details = android(whole(&apk(&manifest.build(), Some(&table.build()))));
    assert_eq!((details.permissions.len(), details.labels.len()), (1000, 200));
}

#[test]
fn bundles_that_make_no_sense_are_refused() {
    let bundle = unpack(&fixture("drawn-icon.aab"));
    let with = |change: &dyn Fn(&mut RawEntry)| {
        let mut entries = bundle.clone();
        entries.iter_mut().for_each(change);
        raw_zip(&entries)
    };
    let replace = |file: &'static str, content: &'static [u8]| {
        with(&move |entry| {
            if entry.name == file.as_bytes() {
                *entry = RawEntry::new(file, content);
            }
        })
    };
    let manifest = "base/manifest/AndroidManifest.xml";
    assert_eq!(refused(&replace(manifest, b"")), Rejection::ManifestUnreadable);
    assert_eq!(refused(&replace(manifest, b"\xff\xff\xff\xff")), Rejection::ManifestUnreadable);
    let nameless = whole(&replace("base/resources.pb", b"\x12\xff\xff\xff\xff\x0f"));
    assert_eq!((nameless.name, nameless.icon), (None, None));
}
