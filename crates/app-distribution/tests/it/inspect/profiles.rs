//! Provisioning profiles and signatures of iOS apps, good and hostile.

use plist::{Dictionary, Value};
use securevox_app_distribution::inspect::{Package, Rejection};
use securevox_protocol::packages::{IosDistribution, IpaDetails, PackageDetails};

use super::make::{RawEntry, binary_plist, executable, ipa_with, profile, raw_zip};
use super::{refused, whole};

const PROFILE: &str = "embedded.mobileprovision";
const DER: &[u8] = include_bytes!("../../fixtures/ios/profile.der");
const BER: &[u8] = include_bytes!("../../fixtures/ios/profile.ber");

fn details(package: Package) -> IpaDetails {
    let PackageDetails::Ipa(ipa) = package.details else { panic!("an IPA") };
    *ipa
}

fn with_profile(profile: &[u8]) -> Package {
    whole(&ipa_with(&[(PROFILE, profile), ("A", b"MZ")]))
}

#[test]
fn what_openssl_signs_is_read_in_every_form() {
    let expected = with_profile(DER);
    assert_eq!(expected.devices, ["00008030-001A2B3C4D5E6F70", "00008110-000A1B2C3D4E5F60"]);
    let ipa = details(expected.clone());
    assert_eq!(ipa.distribution, IosDistribution::AdHoc);
    assert_eq!(ipa.expires_at, Some("2100-01-01T00:00:00Z".parse().unwrap()));
    let told = ipa.profile.unwrap();
    assert_eq!((told.name.as_str(), told.device_count), ("Example & Söhne", 2));
    assert_eq!(told.team_id.as_deref(), Some("TEAM000001"));
    let certificate = "Apple Distribution: Example (TEAM000001)";
    assert_eq!(told.certificates[0].subject, certificate);
    assert_eq!(told.signed_by.as_deref(), Some(certificate));
    assert_eq!(told.entitlements["get-task-allow"], false);

    assert_eq!(with_profile(BER), expected);
    for other in [
        &include_bytes!("../../fixtures/ios/profile-sha1.der")[..],
        include_bytes!("../../fixtures/ios/profile-noattr.der"),
    ] {
        assert_eq!(with_profile(other), expected);
    }
    let other = details(with_profile(include_bytes!("../../fixtures/ios/profile-ec.der")));
    assert_eq!(other.profile.unwrap().signed_by.as_deref(), Some("Example, Phone"));
    assert_eq!(other.distribution, IosDistribution::AdHoc);
}

#[test]
fn the_kind_follows_from_what_the_profile_has() {
    let debuggable = |yes: bool| {
        let entitlements = [("get-task-allow".to_owned(), Value::from(yes))];
        ("Entitlements", Value::Dictionary(entitlements.into_iter().collect::<Dictionary>()))
    };
    let devices = || ("ProvisionedDevices", Value::Array(vec!["0".repeat(40).into()]));
    let kind = |values: &[(&str, Value)]| details(with_profile(&profile(values))).distribution;
    assert_eq!(kind(&[("ProvisionsAllDevices", true.into())]), IosDistribution::Enterprise);
    assert_eq!(kind(&[devices(), debuggable(false)]), IosDistribution::AdHoc);
    assert_eq!(kind(&[devices()]), IosDistribution::AdHoc);
    assert_eq!(kind(&[devices(), debuggable(true)]), IosDistribution::Development);
    assert_eq!(kind(&[debuggable(false)]), IosDistribution::AppStore);
}

#[test]
fn devices_are_limited() {
    let many = (0..20_000).map(|n| format!("{n:040}").into()).collect();
    let package = with_profile(&profile(&[("ProvisionedDevices", Value::Array(many))]));
    assert_eq!(package.devices.len(), 10_000);
}

#[test]
fn a_profile_that_is_none_costs_the_installing_not_the_upload() {
    let nested = [[0x30, 0x80].repeat(500_000), [0; 2].repeat(500_000)].concat();
    for bad in [&b""[..], b"garbage", &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &nested] {
        let ipa = details(with_profile(bad));
        assert_eq!((ipa.distribution, ipa.profile), (IosDistribution::Unsigned, None));
    }
    for whole in [DER, BER] {
        for len in (0..whole.len() - 2).step_by(37) {
            assert_eq!(
                details(with_profile(&whole[..len])).distribution,
                IosDistribution::Unsigned
            );
        }
    }
    let huge = vec![0x30; 3 << 20];
    assert_eq!(details(with_profile(&huge)).distribution, IosDistribution::Unsigned);
}

#[test]
fn a_profile_that_was_changed_installs_nowhere() {
    let mut changed = DER.to_vec();
    let at = changed.windows(4).position(|four| four == b"1a2b").unwrap();
    changed[at] = b'2';
    let ipa = details(with_profile(&changed));
    assert_eq!(ipa.distribution, IosDistribution::Unsigned);
    assert_eq!(ipa.profile.unwrap().signed_by, None);
}

#[test]
fn the_executable_tells_who_signed_and_for_what() {
    let told = |executable: &[u8]| details(whole(&ipa_with(&[(PROFILE, DER), ("A", executable)])));
    let ipa = told(&executable(2, DER));
    assert_eq!(ipa.signed_by, Some(ipa.profile.unwrap().certificates.remove(0)));
    assert_eq!(ipa.distribution, IosDistribution::AdHoc);
    assert_eq!(told(&executable(7, DER)).distribution, IosDistribution::Simulator);
    let whole = executable(2, BER);
    for len in (0..whole.len()).step_by(61) {
        assert_eq!(told(&whole[..len]).signed_by, None);
    }
}

#[test]
fn what_decides_is_there_once() {
    let info = binary_plist(&[("CFBundleIdentifier", "com.example.app")]);
    let path = "Payload/A.app/embedded.mobileprovision";
    let twice = RawEntry::new(path, DER);
    let entries = [RawEntry::new("Payload/A.app/Info.plist", &info), twice.clone(), twice];
    assert_eq!(refused(&raw_zip(&entries)), Rejection::DuplicateEntry(path.to_owned()));
}

#[test]
fn parts_are_told_and_limited() {
    let part = |id: &str| binary_plist(&[("CFBundleIdentifier", id)]);
    let (share, watch) = (part("com.example.app.share"), part("com.example.app.watch"));
    let ipa = details(whole(&ipa_with(&[
        ("A", b"MZ"),
        ("PlugIns/Share.appex/Info.plist", &share),
        ("PlugIns/Bad.appex/Info.plist", b"bad"),
        ("Watch/W.app/Info.plist", &watch),
        ("Frameworks/Alpha.framework/Alpha", b"MZ"),
        ("Frameworks/Alpha.framework/Info.plist", b""),
    ])));
    assert_eq!(ipa.extensions, ["com.example.app.share"]);
    assert_eq!(ipa.watch_app.as_deref(), Some("com.example.app.watch"));
    assert_eq!(ipa.frameworks, ["Alpha"]);

    let mut entries = vec![RawEntry::new("Payload/A.app/Info.plist", &part("com.example.app"))];
    entries.extend((0..100_000).map(|n| {
        RawEntry::new(
            &format!("Payload/A.app/PlugIns/{n}.appex/Info.plist"),
            &part(&format!("x.n{n}")),
        )
    }));
    assert_eq!(details(whole(&raw_zip(&entries))).extensions.len(), 64);
}
