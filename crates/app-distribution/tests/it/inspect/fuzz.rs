//! Packages changed at random: whatever comes out, there is an answer and no panic.

use std::fs;
use std::io::Cursor;

use securevox_app_distribution::inspect::{InspectError, inspect};

use super::make::{
    Data, LABEL, Layout, Manifest, RawEntry, Resource, Table, apples_png, binary_plist, executable,
    raw_zip, unpack, xml_plist, zip,
};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
const WRAPPED: [&str; 3] = ["AndroidManifest.xml", "resources.arsc", "Payload/A.app/Info.plist"];

#[test]
fn some_mutations() {
    mutate_all(500);
}

#[test]
#[ignore = "takes minutes: run it after changing a parser"]
fn many_mutations() {
    mutate_all(20_000);
}

fn mutate_all(mutations: u64) {
    let (packages, signed) = (packages(), signed());
    let mut chance = Chance(0x5ec0_2e40_0cf0_55ed);
    let mut accepted = 0;
    for _ in 0..mutations {
        let package = &packages[chance.below(packages.len())];
        // Half of them inside of entries, where no checksum guards the parsers; some in files that
        // must stay as they are, because they are signed.
        let bytes = if chance.below(4) == 0 {
            mutate(signed[chance.below(signed.len())].clone(), &mut chance)
        } else if chance.below(2) == 0 {
            mutate(raw_zip(package), &mut chance)
        } else {
            let mut package = package.clone();
            let entry = chance.below(package.len());
            let name = String::from_utf8(package[entry].name.clone()).unwrap();
            let content = mutate(package[entry].content.clone(), &mut chance);
            package[entry] = RawEntry::new(&name, &content);
            raw_zip(&package)
        };
        match inspect(Cursor::new(&bytes)) {
            Ok(_) => accepted += 1,
            Err(InspectError::Rejected(_)) => {}
            Err(error) => panic!("memory is no failing disk: {error:?}"),
        }
    }
    println!("{mutations} mutations, {accepted} of them still a package");
}

/// The entries that are read, of packages of all kinds, uncompressed.
fn packages() -> Vec<Vec<RawEntry>> {
    let mut packages = vec![made_apk(), made_ipa()];
    let keys = [("CFBundleIdentifier", "com.example.app"), ("CFBundleVersion", "1")];
    for plist in [binary_plist(&keys), xml_plist(&keys)] {
        let executable = RawEntry::new("Payload/A.app/A", b"MZ");
        packages.push(vec![RawEntry::new(WRAPPED[2], &plist), executable]);
    }
    for file in
        ["stf-service-cut.apk", "detox-simulator-cut.ipa", "drawn-icon.apk", "drawn-icon.aab"]
    {
        packages.push(unpack(&fs::read(format!("{FIXTURES}/{file}")).unwrap()));
    }
    // A proper archive mutates differently: it has compressed data.
    let info = binary_plist(&keys);
    packages.push(unpack(&zip(&[(WRAPPED[2], &info), ("Payload/A.app/A", b"MZ")])));
    packages
}

/// Packages with every kind of signature.
fn signed() -> Vec<Vec<u8>> {
    let files = ["rotated", "two-signers", "dsa", "golden-rsa-verity-out", "v31-tgt-33-no-v3-attr"];
    files.map(|file| fs::read(format!("{FIXTURES}/signed/{file}.apk")).unwrap()).into()
}

fn made_ipa() -> Vec<RawEntry> {
    let profile = fs::read(format!("{FIXTURES}/ios/profile.ber")).unwrap();
    let keys = [("CFBundleIdentifier", "com.example.app"), ("CFBundleExecutable", "A")];
    let entry =
        |name: &str, content: &[u8]| RawEntry::new(&format!("Payload/A.app/{name}"), content);
    vec![
        entry("Info.plist", &binary_plist(&keys)),
        entry("A", &executable(2, &profile)),
        entry("embedded.mobileprovision", &profile),
        entry("Icon.png", &apples_png(16, |x, y| [1, 2, 3, u8::try_from(x * y).unwrap()])),
        entry("PlugIns/B.appex/Info.plist", &binary_plist(&keys)),
    ]
}

fn made_apk() -> Vec<RawEntry> {
    let application = vec![(Some(LABEL), Data::Reference(0x7f01_0002))];
    let manifest = Manifest { application, ..Manifest::example() };
    let layouts = [Layout::Plain, Layout::Sparse, Layout::Offset16, Layout::Compact];
    let resources = layouts.map(|layout| {
        let entries = vec![(1, Data::Reference(0x7f01_0002)), (2, Data::Text("Example"))];
        Resource { layout, ..Resource::new(1, entries) }
    });
    let table = Table { utf16: true, resources: resources.into() };
    vec![RawEntry::new(WRAPPED[0], &manifest.build()), RawEntry::new(WRAPPED[1], &table.build())]
}

/// Changes a few bytes: to anything, to the extremes, by one bit; or cuts and repeats.
pub(crate) fn mutate(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(6) {
        if bytes.is_empty() {
            break;
        }
        // Structure is at the front and at the very end more often than in the middle.
        let at = match chance.below(3) {
            0 => chance.below(bytes.len()),
            1 => chance.below(bytes.len().min(200)),
            _ => bytes.len() - 1 - chance.below(bytes.len().min(200)),
        };
        let rest = bytes.len() - at;
        match chance.below(7) {
            0 => bytes[at] = chance.byte(),
            1 => bytes[at] ^= 1 << chance.below(8),
            2 => bytes[at..at + rest.min(4)].fill(0xff),
            3 => bytes[at..at + rest.min(4)].fill(0),
            4 => bytes[at] = bytes[at].wrapping_add(1),
            5 => bytes.truncate(at),
            _ => bytes.extend_from_within(at..at + rest.min(64)),
        }
    }
    bytes
}

/// Xorshift: the same mutations on every run. Begins with anything but 0.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }
}
