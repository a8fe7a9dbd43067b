//! What the phone that looks at a page ought to know before it installs.

use chrono::{DateTime, TimeDelta, Utc};
use securevox_protocol::{
    builds::{Build, Platform, Warning},
    packages::PackageDetails,
};

use super::words::Told;
use crate::{
    agent::{Agent, pair},
    android_version::{android_of, level_of},
};

/// From then on testers are told that a build will stop.
const NEAR: TimeDelta = TimeDelta::days(14);
/// Safari says no higher one since iOS 26.
const LAST_IOS_TOLD: Version = (18, 6);

type Version = (u32, u32);

/// What is known of the system of a phone. Browsers that hide it leave nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phone {
    ios: Option<Version>,
    android: Option<u32>,
}

impl Phone {
    pub(crate) fn of(agent: Agent<'_>) -> Self {
        let ios = agent.ios().filter(|version| *version < LAST_IOS_TOLD);
        Self { ios, android: agent.android() }
    }
}

/// What stands below the button of `build`, for `phone`.
pub(crate) fn cautions(build: &Build, phone: Phone, now: DateTime<Utc>) -> Vec<Told> {
    let mut cautions = Vec::new();
    let needed = build.min_os_version.as_deref().unwrap_or_default();
    match (build.platform, phone) {
        (Platform::Ios, Phone { ios: Some(has), .. })
            if pair(needed).is_some_and(|needed| needed > has) =>
        {
            cautions.push(Told::NewerSystem(format!("iOS {needed}")));
        }
        (Platform::Android, Phone { android: Some(android), .. }) => {
            let needed: Option<u32> = needed.parse().ok();
            if let (Some(level), Some(needed)) = (level_of(android), needed)
                && needed > level
            {
                cautions.push(Told::NewerSystem(android_of(needed)));
            }
            if let Some(PackageDetails::Apk(apk)) = &build.details
                && apk.target_sdk.is_some_and(|target| target < lowest_target(android))
            {
                cautions.push(Told::TargetTooOld(android));
            }
        }
        _ => {}
    }
    let end = [build.expires_at, build.signing_expires_at].into_iter().flatten().min();
    cautions.extend(end.filter(|end| *end > now && *end - now <= NEAR).map(Told::EndsSoon));
    cautions
}

/// What follows for `phone` from what its uploader was warned of. The rest is told by the steps
/// beside the button, or is nothing that whoever installs it can do something about.
pub(crate) fn cautions_of(warnings: &[Warning], phone: Phone) -> Vec<Told> {
    let is_before = |android| phone.android.is_some_and(|has| has < android);
    let of = |code: &str| match code {
        "team-differs" | "signer-differs" => Some(Told::RemoveFirst),
        "version-code-not-higher" => Some(Told::NoUpdate),
        "no-devices" => Some(Told::NoDevices),
        "signer-not-in-profile" => Some(Told::Refused),
        "v1-signature-only" if !is_before(11) => Some(Told::Refused),
        "no-v1-signature" if is_before(7) => Some(Told::Refused),
        "32-bit-only" => Some(Told::OldProcessors),
        _ => None,
    };
    warnings.iter().filter_map(|warning| of(&warning.code)).collect()
}

/// Of what an Android installs.
fn lowest_target(android: u32) -> u32 {
    match android {
        15.. => 24,
        14 => 23,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(agent: &str) -> Phone {
        Phone::of(Agent::read(agent))
    }

    #[test]
    fn systems_are_known_unless_they_are_hidden() {
        let ios = |number: &str| {
            phone(&format!("Mozilla/5.0 (iPhone; CPU iPhone OS {number} like Mac OS X)")).ios
        };
        assert_eq!(ios("17_5_1"), Some((17, 5)));
        assert_eq!(ios("15"), Some((15, 0)));
        assert_eq!(ios("18_6"), None, "it may be any later one");
        let android = |rest: &str| phone(&format!("Mozilla/5.0 (Linux; {rest})")).android;
        assert_eq!(android("Android 15; Pixel 9"), Some(15));
        assert_eq!(android("Android 8.1.0; Nexus 5X"), Some(8));
        assert_eq!(android("Android 10; K"), None);
        assert_eq!(phone("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"), Phone::default());
    }

    #[test]
    fn of_warnings_those_are_told_that_matter_to_the_phone() {
        let warned = |codes: &[&str], android| {
            let warning = |code: &&str| Warning { code: (*code).to_owned(), detail: String::new() };
            let warnings: Vec<_> = codes.iter().map(warning).collect();
            cautions_of(&warnings, Phone { ios: None, android })
        };
        let of_developers = ["debuggable", "debug-key", "version-differs", "listed-devices-only"];
        assert_eq!(warned(&of_developers, None), []);
        assert_eq!(
            warned(&["signer-differs", "32-bit-only"], Some(15)),
            [Told::RemoveFirst, Told::OldProcessors]
        );
        let signatures = ["v1-signature-only", "no-v1-signature"];
        assert_eq!(warned(&signatures, Some(15)), [Told::Refused], "it wants the newer one");
        assert_eq!(warned(&signatures, Some(6)), [Told::Refused], "it wants the older one");
        assert_eq!(warned(&signatures, Some(9)), []);
        assert_eq!(warned(&["version-code-not-higher"], None), [Told::NoUpdate]);
    }
}
