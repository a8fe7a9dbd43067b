//! Real packages: the fixtures, and the larger collection where it is at hand.

use std::fs::File;
use std::path::{Path, PathBuf};

use securevox_app_distribution::inspect::{InspectError, Platform, inspect};

use super::{Facts, android};
use securevox_protocol::packages::{IosDistribution, PackageDetails};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
/// Not part of the repository: many samples may not be redistributed.
const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/samples");

/// File, package, version, build number, name, minimum: as `aapt dump badging` prints them.
type Row = [&'static str; 6];

const APKS: [Row; 18] = [
    ["npm-android-apidemos-5.0.0", "io.appium.android.apis", "5.0.0", "25", "API Demos", "17"],
    [
        "npm-devicefarmer-stf-3.7.9-STFService",
        "jp.co.cyberagent.stf",
        "2.5.5",
        "15",
        "STFService",
        "16",
    ],
    [
        "npm-io.appium.settings-8.0.10",
        "io.appium.settings",
        "8.0.10",
        "192",
        "Appium Settings",
        "26",
    ],
    ["npm-uiautomator2-server-test-10.6.6", "io.appium.uiautomator2.server.test", "", "", "", "26"],
    ["pypi-uiautomator2-3.7.1", "com.github.uiautomator", "2.4.0", "2004001", "ATX", "19"],
    ["fdroid/com.politedroid_3", "com.politedroid", "1.2", "3", "Polite Droid", "3"],
    ["fdroid/com.politedroid_4", "com.politedroid", "1.3", "4", "Polite Droid", "3"],
    ["fdroid/issue-1128-min-sdk-30-poc", "org.fdroid.ci", "1.0", "1", "ci", "30"],
    [
        "fdroid/no.min.target.sdk_987",
        "no.min.target.sdk",
        "1.2-fake",
        "987",
        "No minSdkVersion or targetSdkVersion",
        "",
    ],
    [
        "fdroid/obb.mainpatch.current_1619",
        "obb.mainpatch.current",
        "0.1",
        "1619",
        "OBB Main/Patch Current",
        "4",
    ],
    [
        "fdroid/obb.mainpatch.current_1619_another-release-key",
        "obb.mainpatch.current",
        "0.1",
        "1619",
        "urzip",
        "4",
    ],
    [
        "fdroid/org.sajeg.fallingblocks_3",
        "org.sajeg.fallingblocks",
        "1.5.1",
        "3",
        "Falling Blocks",
        "19",
    ],
    ["fdroid/souch.smsbypass_9", "souch.smsbypass", "0.9", "9", "Battery level", "8"],
    [
        "fdroid/unicode-label_100",
        "info.guardianproject.urzip",
        "0.1",
        "100",
        "urzip-πÇÇπÇÇ现代汉语通用字-български-عربي1234",
        "4",
    ],
    ["fdroid/urzip-release-unsigned", "info.guardianproject.urzip", "0.1", "100", "urzip", "4"],
    ["fdroid/urzip", "info.guardianproject.urzip", "0.1", "100", "urzip", "4"],
    ["fdroid/v1.v2.sig_1020", "v1.v2.sig", "v1+2", "1020", "v1 v2 Signatures", "21"],
    ["fdroid/v2.only.sig_2", "v2.only.sig", "v2-only", "2", "v2 only Signature", "27"],
];

/// File, schemes and signer as `apksigner` prints them (its digest cut), how many permissions, whether
/// there is an icon.
const SIGNED: [(&str, &str, &str, usize, bool); 18] = [
    ("npm-android-apidemos-5.0.0", "v1 v2", "18e8534fed30cbf9", 14, true),
    ("npm-devicefarmer-stf-3.7.9-STFService", "v1 v2", "bc42a3e1d3554dec", 19, true),
    ("npm-io.appium.settings-8.0.10", "v2", "680dbbc39ab09447", 27, true),
    ("npm-uiautomator2-server-test-10.6.6", "v2 v3", "a40da80a59d170ca", 0, false),
    ("pypi-uiautomator2-3.7.1", "v1 v2", "7aca838927a60989", 12, true),
    ("fdroid/com.politedroid_3", "v1", "32a23624c201b949", 2, true),
    ("fdroid/com.politedroid_4", "v1", "32a23624c201b949", 2, true),
    ("fdroid/issue-1128-min-sdk-30-poc", "v3", "09350d5f3460a8a0", 0, false),
    ("fdroid/no.min.target.sdk_987", "v1 v2", "32a23624c201b949", 0, true),
    ("fdroid/obb.mainpatch.current_1619", "v1", "32a23624c201b949", 0, true),
    ("fdroid/obb.mainpatch.current_1619_another-release-key", "v1", "ce9e200667f02d96", 0, true),
    ("fdroid/org.sajeg.fallingblocks_3", "v1 v2 v3", "033389681f4288fd", 2, true),
    ("fdroid/souch.smsbypass_9", "v1", "d3aec784b1fd7154", 5, true),
    ("fdroid/unicode-label_100", "v1", "32a23624c201b949", 0, true),
    ("fdroid/urzip-release-unsigned", "", "", 0, true),
    ("fdroid/urzip", "v1", "7eabd8c15de883d1", 0, true),
    ("fdroid/v1.v2.sig_1020", "v1 v2", "32a23624c201b949", 0, true),
    ("fdroid/v2.only.sig_2", "v2", "32a23624c201b949", 0, true),
];

const ONIONSHARE: [&str; 5] = ["org.onionshare.OnionShare", "1.0.1", "20", "OnionShare", "15.0"];

#[test]
fn fixtures_are_read_as_aapt_reads_them() {
    let file = |name: &str| Path::new(FIXTURES).join(name);
    let package = package_at(&file("uiautomator2-server-test.apk"));
    let expected = ["io.appium.uiautomator2.server.test", "", "", "", "26"];
    assert_eq!(package, expect(Platform::Android, expected));
    let package = package_at(&file("stf-service-cut.apk"));
    let expected = ["jp.co.cyberagent.stf", "2.5.5", "15", "STFService", "16"];
    assert_eq!(package, expect(Platform::Android, expected));
    let package = package_at(&file("detox-simulator-cut.ipa"));
    let id = "com.wix.DetoxXCUITestRunnerApp";
    let expected = [id, "1.0", "1", "DetoxXCUITestRunnerApp", "14.0"];
    assert_eq!(package, expect(Platform::Ios, expected));
}

#[test]
fn sample_apks_are_read_as_aapt_reads_them() {
    let Some(samples) = samples() else { return };
    for [file, expected @ ..] in APKS {
        let path = samples.join(format!("apk/{file}.apk"));
        assert_eq!(package_at(&path), expect(Platform::Android, expected), "{file}");
    }
}

#[test]
fn sample_apks_are_signed_as_apksigner_says() {
    let Some(samples) = samples() else { return };
    for (file, schemes, signer, permissions, has_icon) in SIGNED {
        let package = inspect(&open(&samples.join(format!("apk/{file}.apk")))).expect(file);
        if let Some(icon) = &package.icon {
            let size = |at: usize| u32::from_be_bytes(*icon[at..].first_chunk().unwrap());
            assert!(size(16) == size(20) && (16..=1024).contains(&size(16)), "{file}");
        }
        assert_eq!(package.icon.is_some(), has_icon, "{file}");
        let details = android(package);
        let names: Vec<_> = details.schemes.iter().map(|scheme| scheme.as_str()).collect();
        assert_eq!(names.join(" "), schemes, "{file}");
        let found = details.signers.first().map_or("", |signer| &signer.fingerprint[..16]);
        assert_eq!((found, details.permissions.len()), (signer, permissions), "{file}");
    }
}

#[test]
fn sample_ipas_are_read_as_their_plists_say() {
    let Some(samples) = samples() else { return };
    for kind in ["adhoc", "appstore", "development", "enterprise", "expired"] {
        let path = samples.join(format!("ipa/onionshare-{kind}.ipa"));
        assert_eq!(package_at(&path), expect(Platform::Ios, ONIONSHARE), "{kind}");
    }
    let id = "com.wix.DetoxXCUITestRunnerApp";
    let expected = [id, "1.0", "1", "DetoxXCUITestRunnerApp", "14.0"];
    let path = samples.join("ipa/detox-simulator.ipa");
    assert_eq!(package_at(&path), expect(Platform::Ios, expected));
}

#[test]
fn sample_ipas_say_who_can_install_them() {
    let Some(samples) = samples() else { return };
    // Kind, devices, and the end of the profile, as openssl and the list of samples say.
    let rows = [
        ("onionshare-adhoc", IosDistribution::AdHoc, 2, "2027-01-01T00:00:00Z"),
        ("onionshare-development", IosDistribution::Development, 1, "2027-01-01T00:00:00Z"),
        ("onionshare-enterprise", IosDistribution::Enterprise, 0, "2027-01-01T00:00:00Z"),
        ("onionshare-appstore", IosDistribution::AppStore, 0, "2027-01-01T00:00:00Z"),
        ("onionshare-expired", IosDistribution::AdHoc, 1, "2025-01-01T00:00:00Z"),
        ("detox-simulator", IosDistribution::Simulator, 0, ""),
    ];
    for (file, distribution, devices, end) in rows {
        let package = inspect(&open(&samples.join(format!("ipa/{file}.ipa")))).unwrap();
        let PackageDetails::Ipa(ipa) = package.details else { panic!("{file}") };
        assert_eq!(ipa.distribution, distribution, "{file}");
        assert_eq!(package.devices.len(), devices, "{file}");
        assert_eq!(ipa.expires_at, end.parse().ok(), "{file}");
        if let Some(profile) = ipa.profile {
            assert_eq!(profile.team_id.as_deref(), Some("TESTTEAM01"), "{file}");
            assert_eq!(profile.certificates.len(), 1, "{file}");
            assert_eq!(ipa.device_families, ["iphone", "ipad"], "{file}");
            assert_eq!(ipa.url_schemes, ["onionshare"], "{file}");
            assert_eq!(ipa.usage_descriptions.len(), 3, "{file}");
        }
    }
}

#[test]
fn samples_that_are_no_packages_are_refused_in_words() {
    let Some(samples) = samples() else { return };
    let refused = [
        ("apk/fdroid/janus.apk", "Janus"),
        ("apk/fdroid/urzip-badsig.apk", "signature is broken: the package was changed"),
        ("ipa/pypi-otah-0.1.1-OpenTerm_NoPayload.ipa", "Payload/OpenTerm.app"),
        ("ipa/pypi-otah-0.1.1-invalid.ipa", "empty"),
    ];
    for (file, word) in refused {
        let path = samples.join(file);
        let answer = inspect(&open(&path)).expect_err(file);
        assert!(matches!(answer, InspectError::Rejected(_)), "{file}: {answer:?}");
        assert!(answer.to_string().contains(word), "{file}: {answer}");
    }
}

pub(super) fn samples() -> Option<PathBuf> {
    let samples = PathBuf::from(SAMPLES);
    if samples.is_dir() {
        return Some(samples);
    }
    println!("skipped: no samples at {SAMPLES}");
    None
}

fn package_at(path: &Path) -> Facts {
    inspect(&open(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into()
}

fn open(path: &Path) -> File {
    File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn expect(platform: Platform, row: [&str; 5]) -> Facts {
    let [bundle_id, version, build_number, name, min_os_version] = row;
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Facts {
        platform,
        bundle_id: bundle_id.to_owned(),
        version: given(version),
        build_number: given(build_number),
        name: given(name),
        min_os_version: given(min_os_version),
    }
}
