//! Who can install an iOS app, until when, and what testers have to do for it.

use std::cmp::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use securevox_protocol::{
    builds::Warning,
    packages::{IosDistribution, IpaDetails, PackageDetails, ProvisioningProfile},
};

use super::Previous;
use crate::inspect::Package;

/// Warned of from then on: enough for a new certificate and a new build.
const NEAR: TimeDelta = TimeDelta::days(30);
/// From this iOS on, apps of developers need Developer Mode.
const DEVELOPER_MODE_FROM: u32 = 16;
const EXPORT: &str = "Export it again from Xcode's Organizer with the method Release Testing (Ad Hoc), Debugging (Development) or Enterprise, and upload that.";

/// What to say of an IPA, the most urgent first; nothing of other packages.
pub(super) fn advise(package: &Package, previous: Option<&Previous>) -> Vec<Warning> {
    let PackageDetails::Ipa(ipa) = &package.details else { return Vec::new() };
    let before = previous.and_then(|previous| match &previous.details {
        PackageDetails::Ipa(before) => Some(before.as_ref()),
        PackageDetails::Apk(_) | PackageDetails::Aab(_) => None,
    });
    let mut warnings = Vec::new();
    warnings.extend(not_installable(ipa));
    if ipa.distribution.installs_over_the_air() {
        warnings.extend(foreign_signer(ipa));
        warnings.extend(devices(ipa));
        warnings.extend(steps(ipa.distribution));
    }
    warnings.extend(before.and_then(|before| other_team(ipa, before)));
    warnings.extend(previous.and_then(|previous| build_number(package, previous)));
    warnings
}

fn not_installable(ipa: &IpaDetails) -> Option<Warning> {
    let why = match ipa.distribution {
        IosDistribution::AppStore => {
            "It is signed for the App Store, so only the App Store and TestFlight can install it."
        }
        IosDistribution::Simulator => {
            "It was built for the simulator, which runs on a Mac: archive it for a device (“Any iOS Device”)."
        }
        IosDistribution::OtherSystem => {
            "It was built for Apple TV, Vision Pro, a watch or a Mac: archive it for iOS (“Any iOS Device”)."
        }
        IosDistribution::Unsigned if ipa.profile.is_some() => {
            "Its provisioning profile was changed after it was signed, so no device accepts it."
        }
        IosDistribution::Unsigned => {
            "It has no provisioning profile that can be read, so no device accepts it."
        }
        IosDistribution::Enterprise | IosDistribution::AdHoc | IosDistribution::Development => {
            return None;
        }
    };
    let detail = format!("No device can install this build from here. {why} {EXPORT}");
    Some(warning("not-installable", detail))
}

/// The end that comes first, if it is near or has passed. Nothing of what never installs.
pub(super) fn end(ipa: &IpaDetails, now: DateTime<Utc>) -> Option<Warning> {
    let end = ipa.expires_at.filter(|_| ipa.distribution.installs_over_the_air())?;
    let is_profile = ipa.profile.as_ref().is_some_and(|profile| profile.expires_at == Some(end));
    let (name, remedy) = if is_profile {
        ("provisioning profile", "Renew the profile in Apple's developer portal")
    } else {
        (
            "signing certificate",
            "Make a new certificate in Apple's developer portal, and a profile with it",
        )
    };
    let slug = if is_profile { "profile" } else { "certificate" };
    let day = end.format("%Y-%m-%d");
    if end <= now {
        let detail = format!(
            "Its {name} ended on {day}: no device installs it, and where it is installed it does not start. {remedy}, and export the app again."
        );
        return Some(warning(&format!("{slug}-expired"), detail));
    }
    let left = end - now;
    if left > NEAR {
        return None;
    }
    let time = match left.num_days() {
        0 => "in less than a day".to_owned(),
        1 => "in one day".to_owned(),
        days => format!("in {days} days"),
    };
    let detail = format!(
        "Its {name} ends {time}, on {day}: from then on this build neither installs nor starts. {remedy}, and export the app again in time."
    );
    Some(warning(&format!("{slug}-expires-soon"), detail))
}

/// Said only where both sides are known.
fn foreign_signer(ipa: &IpaDetails) -> Option<Warning> {
    let signer = ipa.signed_by.as_ref()?;
    let allowed = &ipa.profile.as_ref()?.certificates;
    if allowed.is_empty() || allowed.iter().any(|one| one.fingerprint == signer.fingerprint) {
        return None;
    }
    let detail = format!(
        "It is signed by “{}”, and its provisioning profile does not name that certificate: devices will refuse it. Add the certificate to the profile, or sign with one that is in it.",
        signer.subject
    );
    Some(warning("signer-not-in-profile", detail))
}

fn devices(ipa: &IpaDetails) -> Option<Warning> {
    if ipa.distribution == IosDistribution::Enterprise {
        return None;
    }
    let count = ipa.profile.as_ref()?.device_count;
    let devices = match count {
        0 => {
            return Some(warning(
                "no-devices",
                "Its provisioning profile lists no device, so none can install it. Add devices in Apple's developer portal, renew the profile, and export the app again.".to_owned(),
            ));
        }
        1 => "one device that its provisioning profile lists".to_owned(),
        count => format!("{count} devices that its provisioning profile lists"),
    };
    Some(warning("listed-devices-only", format!("It installs on the {devices}, and on no other.")))
}

fn steps(distribution: IosDistribution) -> Option<Warning> {
    let (code, detail) = match distribution {
        IosDistribution::Enterprise => (
            "trust-needed",
            "It installs on any device. Before it starts, its tester has to trust the developer in Settings › General › VPN & Device Management; from iOS 18 a restart of the device completes that.".to_owned(),
        ),
        IosDistribution::AdHoc | IosDistribution::Development => (
            "developer-mode-needed",
            format!(
                "From iOS {DEVELOPER_MODE_FROM} it may start only after its tester has turned on Settings › Privacy & Security › Developer Mode, which restarts the device."
            ),
        ),
        _ => return None,
    };
    Some(warning(code, detail))
}

fn other_team(ipa: &IpaDetails, before: &IpaDetails) -> Option<Warning> {
    let team = |ipa: &IpaDetails| ipa.profile.as_ref()?.team_id.clone();
    let (new, old) = (team(ipa)?, team(before)?);
    if new == old {
        return None;
    }
    let name = |ipa: &IpaDetails, id: String| {
        let name = ipa
            .profile
            .as_ref()
            .and_then(|profile: &ProvisioningProfile| profile.team_name.clone());
        name.map_or(id.clone(), |name| format!("{name} ({id})"))
    };
    let (new, old) = (name(ipa, new), name(before, old));
    let detail = format!(
        "It is signed by the team {new}, the build before by {old}: whoever has that one installed must remove it first, and loses its data."
    );
    Some(warning("team-differs", detail))
}

fn build_number(package: &Package, previous: &Previous) -> Option<Warning> {
    let (new, old) = (package.build_number.as_deref()?, previous.build_number.as_deref()?);
    if compare(new, old)? == Ordering::Greater {
        return None;
    }
    let detail = format!(
        "Its build number is {new}, that of the build before {old}: phones and testers cannot tell that it is newer. Raise CFBundleVersion with each build."
    );
    Some(warning("build-number-not-higher", detail))
}

/// Compares `1.2.10` with `1.2.9`; nothing if one of them is not made of numbers.
fn compare(one: &str, other: &str) -> Option<Ordering> {
    let numbers = |text: &str| -> Option<Vec<u64>> {
        let mut numbers: Vec<u64> =
            text.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
        // 1.0 is 1.
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(numbers)
    };
    Some(numbers(one)?.cmp(&numbers(other)?))
}

fn warning(code: &str, detail: String) -> Warning {
    Warning { code: code.to_owned(), detail }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use securevox_protocol::{builds::Platform, packages::Certificate};

    use super::*;

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn at(time: &str) -> DateTime<Utc> {
        time.parse().unwrap()
    }

    fn certificate(fingerprint: &str) -> Certificate {
        let subject = format!("Apple Distribution: {fingerprint}");
        Certificate { subject, fingerprint: fingerprint.to_owned(), expires_at: None }
    }

    fn ipa(distribution: IosDistribution) -> IpaDetails {
        let profile = ProvisioningProfile {
            name: "Profile".to_owned(),
            uuid: "1".to_owned(),
            signed_by: None,
            team_id: Some("TEAM000001".to_owned()),
            team_name: Some("Example".to_owned()),
            created_at: None,
            expires_at: Some(at("2027-11-01T00:00:00Z")),
            device_count: 2,
            certificates: vec![certificate("aa")],
            entitlements: serde_json::json!({}),
        };
        IpaDetails {
            distribution,
            expires_at: profile.expires_at,
            profile: Some(profile),
            signed_by: None,
            executable_uuid: None,
            device_families: Vec::new(),
            supported_platforms: Vec::new(),
            required_capabilities: Vec::new(),
            background_modes: Vec::new(),
            url_schemes: Vec::new(),
            usage_descriptions: BTreeMap::new(),
            extensions: Vec::new(),
            watch_app: None,
            frameworks: Vec::new(),
        }
    }

    fn package(ipa: IpaDetails) -> Package {
        Package {
            platform: Platform::Ios,
            bundle_id: "com.example.app".to_owned(),
            version: None,
            build_number: Some("1.10".to_owned()),
            name: None,
            min_os_version: None,
            icon: None,
            devices: Vec::new(),
            details: PackageDetails::Ipa(Box::new(ipa)),
        }
    }

    fn codes(ipa: IpaDetails, previous: Option<&Previous>) -> Vec<String> {
        let warnings = advise(&package(ipa), previous);
        warnings.into_iter().map(|warning| warning.code).collect()
    }

    #[test]
    fn each_kind_is_told_what_it_needs() {
        use IosDistribution::{AdHoc, AppStore, Development, Enterprise, Simulator, Unsigned};
        assert_eq!(codes(ipa(Enterprise), None), ["trust-needed"]);
        for kind in [AdHoc, Development] {
            assert_eq!(codes(ipa(kind), None), ["listed-devices-only", "developer-mode-needed"]);
        }
        for kind in [AppStore, Simulator, Unsigned] {
            assert_eq!(codes(ipa(kind), None), ["not-installable"]);
        }
        let bare = IpaDetails { profile: None, ..ipa(Unsigned) };
        let said = |ipa| advise(&package(ipa), None).remove(0).detail;
        assert!(said(bare).contains("no provisioning profile"));
        assert!(said(ipa(Unsigned)).contains("changed after"));
        assert!(
            said(ipa(AppStore)).contains("TestFlight") && said(ipa(AppStore)).contains("Ad Hoc")
        );
    }

    #[test]
    fn the_end_is_told_before_and_after() {
        let ending = |profile: &str, certificate: &str| {
            let mut ipa = ipa(IosDistribution::Enterprise);
            ipa.expires_at = Some(at(profile).min(at(certificate)));
            ipa.profile.as_mut().unwrap().expires_at = Some(at(profile));
            end(&ipa, at(NOW)).map(|warning| warning.code)
        };
        let (later, soon, gone) =
            ("2027-11-01T00:00:00Z", "2026-12-23T12:00:00Z", "2026-11-23T12:00:00Z");
        let said = |code: &str| Some(code.to_owned());
        assert_eq!(ending(later, "2026-12-23T12:00:01Z"), None);
        assert_eq!(ending(later, soon), said("certificate-expires-soon"));
        assert_eq!(ending(soon, later), said("profile-expires-soon"));
        assert_eq!(ending(gone, later), said("profile-expired"));
        assert_eq!(ending(soon, gone), said("certificate-expired"));
    }

    #[test]
    fn signers_and_devices_are_looked_at() {
        let signed = |fingerprint| IpaDetails {
            signed_by: Some(certificate(fingerprint)),
            ..ipa(IosDistribution::Enterprise)
        };
        assert_eq!(codes(signed("aa"), None), ["trust-needed"]);
        assert_eq!(codes(signed("bb"), None), ["signer-not-in-profile", "trust-needed"]);
        let mut empty = ipa(IosDistribution::AdHoc);
        empty.profile.as_mut().unwrap().device_count = 0;
        assert_eq!(codes(empty, None), ["no-devices", "developer-mode-needed"]);
    }

    #[test]
    fn the_build_before_is_compared() {
        let previous = |number: &str, team: &str| {
            let mut before = ipa(IosDistribution::Enterprise);
            before.profile.as_mut().unwrap().team_id = Some(team.to_owned());
            let details = PackageDetails::Ipa(Box::new(before));
            Previous { details, build_number: Some(number.to_owned()) }
        };
        let codes = |previous: &Previous| codes(ipa(IosDistribution::Enterprise), Some(previous));
        assert_eq!(codes(&previous("1.9", "TEAM000001")), ["trust-needed"]);
        assert_eq!(codes(&previous("abc", "TEAM000001")), ["trust-needed"]);
        let expected = ["trust-needed", "build-number-not-higher"];
        assert_eq!(codes(&previous("1.10.0", "TEAM000001")), expected);
        assert_eq!(codes(&previous("2", "TEAM000001")), expected);
        assert_eq!(codes(&previous("1.9", "TEAM000002")), ["trust-needed", "team-differs"]);
    }
}
