//! Android's own tools against ours, on every APK at hand; `cargo xtask samples` asks for a folder.

use std::collections::BTreeSet;
use std::env;
use std::fs::{self, File};
use std::io::Cursor;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;

use securevox_app_distribution::inspect::{InspectError, inspect};
use securevox_protocol::packages::{ApkDetails, SignatureScheme};
use securevox_testkit::lacks;

use super::samples::samples;
use super::{Facts, android};

const VERIFY: &[&str] = &["verify", "-v", "--print-certs"];

#[test]
#[ignore = "takes minutes, and Debian's aapt and apksigner: `cargo xtask samples <folder>` runs it"]
fn aapt_and_apksigner_say_the_same() {
    // Who asks for it wants to know: nothing compared is no success.
    assert!(!lacks(&["aapt", "apksigner"]), "`cargo xtask samples <folder>` installs them");
    if let Some(folder) = env::var_os("SECUREVOX_SAMPLES") {
        return look_at(Path::new(&folder));
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files = Vec::new();
    for folder in [Some(fixtures), samples().map(|samples| samples.join("apk"))] {
        find(&folder.unwrap_or_default(), &mut files);
    }
    files.retain(|file| has_extension(file, &["apk"]));
    for file in &files {
        compare(file);
    }
    println!("{} files compared", files.len());
}

/// Goes through to the end, and says of each file what was found.
fn look_at(folder: &Path) {
    let mut files = Vec::new();
    find(folder, &mut files);
    let differ = files.iter().filter(|file| {
        let read = inspect(File::open(file).unwrap());
        let told = match &read {
            Ok(package) => format!("{} {:?}", package.bundle_id, package.version),
            Err(InspectError::Rejected(rejection)) => rejection.to_string(),
            Err(error) => panic!("{error:?}"),
        };
        println!("{}: {told}", file.display());
        let is_apk = has_extension(file, &["apk"]);
        is_apk && catch_unwind(|| compare(file)).is_err()
    });
    let differ = differ.count();
    println!("{} files, {differ} read in another way than by Android's tools", files.len());
    assert_eq!(differ, 0);
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension().is_some_and(|known| extensions.iter().any(|one| known == *one))
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if has_extension(&path, &["apk", "aab", "ipa"]) {
            files.push(path);
        }
    }
}

fn compare(file: &Path) {
    let name = &file.display().to_string();
    let badging = output("aapt", &["dump", "badging"], file);
    let mut verified = output("apksigner", VERIFY, file);
    if verified.contains("Missing META-INF/MANIFEST.MF") {
        // It wants v1 for the oldest Android that the package is for; of newer ones it has to speak.
        verified = output("apksigner", &[VERIFY, &["--min-sdk-version", "28"]].concat(), file);
    }
    let Ok(package) = inspect(Cursor::new(fs::read(file).unwrap())) else {
        // The Janus trick is the one thing that apksigner does not mind.
        let is_janus = file.ends_with("janus.apk");
        assert!(is_janus || !verified.contains("Verifies"), "{name} is refused");
        return;
    };
    let details = android(package.clone());
    same_facts(name, &badging, &package.into(), &details);
    if verified.contains("Verifies") {
        same_signers(name, &verified, &details);
    } else if verified.contains("DOES NOT VERIFY") {
        assert_eq!(details.schemes, [], "{name}: {verified}");
    }
}

fn same_facts(name: &str, badging: &str, facts: &Facts, details: &ApkDetails) {
    let quoted = |start: &str| {
        let mut lines = badging.lines().filter_map(|line| line.strip_prefix(start));
        lines.next().and_then(|line| line.split('\'').next()).filter(|text| !text.is_empty())
    };
    assert_eq!(quoted("package: name='"), Some(&*facts.bundle_id), "{name}");
    assert_eq!(quoted("sdkVersion:'"), facts.min_os_version.as_deref(), "{name}");
    let target = details.target_sdk.map(|level| level.to_string());
    assert_eq!(quoted("targetSdkVersion:'"), target.as_deref(), "{name}");
    // It stops where it meets a boolean that is a reference.
    if badging.contains("error:") {
        return;
    }
    assert_eq!(badging.contains("application-debuggable"), details.debuggable, "{name}");
    let names = |start: &str| -> BTreeSet<String> {
        let lines = badging.lines().filter_map(|line| line.trim().strip_prefix(start));
        lines.filter_map(|line| line.split('\'').next().map(str::to_owned)).collect()
    };
    let implied = names("uses-implied-permission: name='");
    let stated = &names("uses-permission: name='") | &names("uses-permission-sdk-23: name='");
    let ours: BTreeSet<String> = details.permissions.iter().cloned().collect();
    assert_eq!(&stated - &implied, &ours - &implied, "{name}");
    let locales = badging.lines().filter_map(|line| line.strip_prefix("application-label-"));
    let others = locales.filter_map(|line| line.split_once(":'"));
    let others = others.filter(|(_, label)| label.strip_suffix('\'') != facts.name.as_deref());
    let locales: Vec<&str> = others.map(|(locale, _)| locale).collect();
    assert!(locales.iter().all(|one| details.labels.contains_key(*one)), "{name}: {locales:?}");
}

fn same_signers(name: &str, verified: &str, details: &ApkDetails) {
    for scheme in [SignatureScheme::V1, SignatureScheme::V2, SignatureScheme::V3] {
        let line = format!("Verified using {} scheme", scheme.as_str());
        let line = verified.lines().find(|known| known.starts_with(&line)).unwrap();
        // Old releases of the tool stumble over v3 where there is v3.1, which they do not know.
        let has_v31 = details.schemes.contains(&SignatureScheme::V31);
        let expected = line.ends_with("true") || (has_v31 && scheme == SignatureScheme::V3);
        assert_eq!(expected, details.schemes.contains(&scheme), "{name}: {line}");
    }
    let known: BTreeSet<&str> = details
        .signers
        .iter()
        .chain(&details.former_signers)
        .map(|signer| signer.fingerprint.as_str())
        .collect();
    let digests = verified.lines().filter(|line| line.starts_with("Signer #"));
    let digests = digests.filter_map(|line| line.split_once("certificate SHA-256 digest: "));
    for (_, digest) in digests {
        assert!(known.contains(digest), "{name}: {digest}");
    }
}

fn output(tool: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(tool).args(arguments).arg(file).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}
