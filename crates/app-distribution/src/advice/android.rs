//! What stands in the way of installing an Android app, or will.

use chrono::{DateTime, NaiveDate, Utc};
use securevox_protocol::{
    builds::Warning,
    packages::{ApkDetails, Certificate, PackageDetails, SignatureScheme},
};

use super::Previous;
use crate::inspect::Package;

/// Android 14 installs nothing that targets less than this (Android 6), Android 15 nothing below
/// the next.
const LOWEST_TARGET_OF_14: u32 = 23;
const LOWEST_TARGET_OF_15: u32 = 24;
/// From this target on, Android 11 and later take no package that is signed by v1 alone.
const TARGET_THAT_NEEDS_V2: u32 = 30;
/// The first version that knows a signature of the whole file (Android 7).
const SDK_OF_V2: u32 = 24;
const ABIS_OF_32_BITS: [&str; 4] = ["armeabi", "armeabi-v7a", "x86", "mips"];
/// What the build tools call the key that each machine makes for itself.
const DEBUG_KEY: &str = "Android Debug";

/// What to say of an APK or AAB, the most urgent first; nothing of other packages.
pub(super) fn advise(package: &Package, previous: Option<&Previous>) -> Vec<Warning> {
    let before = previous.and_then(|previous| match &previous.details {
        PackageDetails::Apk(before) | PackageDetails::Aab(before) => Some(before.as_ref()),
        PackageDetails::Ipa(_) => None,
    });
    let version = previous.and_then(|previous| version_code(package, previous));
    match &package.details {
        PackageDetails::Ipa(_) => Vec::new(),
        PackageDetails::Aab(aab) => {
            let key = before.and_then(|before| upload_key(aab, before));
            [Some(bundle()), key, version].into_iter().flatten().collect()
        }
        PackageDetails::Apk(apk) => [
            unsigned(apk),
            before.and_then(|before| signer(apk, before)),
            version,
            old_target(apk),
            v1_alone(apk),
            test_only(apk),
            debuggable(apk),
            debug_key(apk),
            no_64_bits(apk),
            no_v1(apk),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

fn bundle() -> Warning {
    warning(
        "not-installable",
        "An Android App Bundle is kept for download, and no device installs it. Upload an APK too, for example a universal one made by bundletool (build-apks --mode=universal).".to_owned(),
    )
}

fn unsigned(apk: &ApkDetails) -> Option<Warning> {
    let detail = "It is not signed, so no device installs it. Sign it with apksigner, or build the release variant with a signing configuration.";
    apk.schemes.is_empty().then(|| warning("unsigned", detail.to_owned()))
}

fn signer(apk: &ApkDetails, before: &ApkDetails) -> Option<Warning> {
    let (new, old) = other_signer(apk, before)?;
    let detail = format!(
        "It is signed by {new}, the build before by {old}: whoever has that one installed must remove it first, and loses its data. Sign with the same key."
    );
    Some(warning("signer-differs", detail))
}

fn upload_key(aab: &ApkDetails, before: &ApkDetails) -> Option<Warning> {
    let (new, old) = other_signer(aab, before)?;
    let detail = format!(
        "It is signed by {new}, the bundle before by {old}: Google Play takes bundles of the one upload key that it knows. Sign with the same key, or ask Google to reset it."
    );
    Some(warning("upload-key-differs", detail))
}

/// Who signed it and who the build before, where that is not the same.
fn other_signer(apk: &ApkDetails, before: &ApkDetails) -> Option<(String, String)> {
    let known =
        |one: &Certificate| before.signers.iter().any(|other| one.fingerprint == other.fingerprint);
    let (new, old) = (apk.signers.first()?, before.signers.first()?);
    // Whoever was proven to be the same owner with a former key updates as well.
    if apk.signers.iter().chain(&apk.former_signers).any(known) {
        return None;
    }
    let name = |one: &Certificate| {
        format!("“{}” ({}…)", one.subject, &one.fingerprint[..8.min(one.fingerprint.len())])
    };
    Some((name(new), name(old)))
}

fn version_code(package: &Package, previous: &Previous) -> Option<Warning> {
    let number = |text: &Option<String>| text.as_deref()?.parse::<u64>().ok();
    let (new, old) = (number(&package.build_number)?, number(&previous.build_number)?);
    if new > old {
        return None;
    }
    let detail = if new == old {
        format!(
            "Its versionCode is {new}, as that of the build before: neither phones nor testers can tell the two apart. Raise versionCode with each build."
        )
    } else {
        format!(
            "Its versionCode is {new}, that of the build before {old}: devices refuse to go back to a lower one until the app is removed. Raise versionCode with each build."
        )
    };
    Some(warning("version-code-not-higher", detail))
}

fn old_target(apk: &ApkDetails) -> Option<Warning> {
    // As Android has it: the target is the minimum where nothing is said, and that is 1.
    let target = apk.target_sdk.or(apk.min_sdk).unwrap_or(1);
    let (version, lowest) = match target {
        ..LOWEST_TARGET_OF_14 => ("14", LOWEST_TARGET_OF_14),
        LOWEST_TARGET_OF_14 => ("15", LOWEST_TARGET_OF_15),
        _ => return None,
    };
    let detail = format!(
        "It targets API level {target}: Android {version} and later install nothing below {lowest}. Raise targetSdkVersion, best to the newest."
    );
    Some(warning("target-too-old", detail))
}

fn v1_alone(apk: &ApkDetails) -> Option<Warning> {
    let needs_v2 = apk.target_sdk.is_some_and(|target| target >= TARGET_THAT_NEEDS_V2);
    if !needs_v2 || apk.schemes != [SignatureScheme::V1] {
        return None;
    }
    let detail = "It targets Android 11 or later and is signed by the old scheme v1 alone: Android 11 and later refuse that. Sign it with apksigner instead of jarsigner.";
    Some(warning("v1-signature-only", detail.to_owned()))
}

fn test_only(apk: &ApkDetails) -> Option<Warning> {
    let detail = "It is marked testOnly, as Android Studio's Run button does: only “adb install -t” installs it. Build it with Build › Build APK, or with Gradle.";
    apk.test_only.then(|| warning("test-only", detail.to_owned()))
}

fn debuggable(apk: &ApkDetails) -> Option<Warning> {
    let detail = "It is debuggable: anybody with the phone and a cable can look into the app and its data as it runs. Give testers the release variant.";
    apk.debuggable.then(|| warning("debuggable", detail.to_owned()))
}

fn debug_key(apk: &ApkDetails) -> Option<Warning> {
    let detail = "It is signed with the debug key of the machine that built it: a build of another machine will not update it. Sign with a key of your own.";
    let signed = apk.signers.iter().any(|signer| signer.subject == DEBUG_KEY);
    signed.then(|| warning("debug-key", detail.to_owned()))
}

fn no_64_bits(apk: &ApkDetails) -> Option<Warning> {
    let is_32_bits = |abi: &String| ABIS_OF_32_BITS.contains(&abi.as_str());
    if apk.abis.is_empty() || !apk.abis.iter().all(is_32_bits) {
        return None;
    }
    let detail = format!(
        "Its native code is for 32 bits alone ({}): newer phones have processors that cannot run it, and refuse it. Build for arm64-v8a too.",
        apk.abis.join(", ")
    );
    Some(warning("32-bit-only", detail))
}

fn no_v1(apk: &ApkDetails) -> Option<Warning> {
    let min_sdk = apk.min_sdk.unwrap_or(1);
    if apk.schemes.is_empty() || apk.schemes.contains(&SignatureScheme::V1) || min_sdk >= SDK_OF_V2
    {
        return None;
    }
    let detail = format!(
        "It says that it runs from API level {min_sdk} on, but lacks the signature v1 that Android before 7 needs. Sign it with v1 too, or raise minSdkVersion to {SDK_OF_V2}."
    );
    Some(warning("no-v1-signature", detail))
}

/// Google's developer verification, which applies outside of its store too.
pub(super) fn verification(apk: &ApkDetails, now: DateTime<Utc>) -> Option<Warning> {
    let signer = apk.signers.first()?;
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    let when = match now.date_naive() {
        today if today < day(2026, 9, 30) => {
            "From 2026-09-30 on, phones with Google's services in Brazil, Indonesia, Singapore and Thailand, and from 2027 on everywhere,"
        }
        today if today < day(2027, 1, 1) => {
            "Phones with Google's services in Brazil, Indonesia, Singapore and Thailand, and from 2027 on everywhere,"
        }
        _ => "Phones with Google's services",
    };
    let detail = format!(
        "{when} install only apps of developers whom Google has verified. Register the package name with the certificate {} in the Android Developer Console, or have testers install with adb.",
        signer.fingerprint
    );
    Some(warning("developer-verification", detail))
}

fn warning(code: &str, detail: String) -> Warning {
    Warning { code: code.to_owned(), detail }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::inspect::Platform;

    pub(in super::super) fn certificate(subject: &str) -> Certificate {
        let fingerprint = format!("{subject:0<64}");
        Certificate { subject: subject.to_owned(), fingerprint, expires_at: None }
    }

    fn good() -> ApkDetails {
        ApkDetails {
            min_sdk: Some(26),
            target_sdk: Some(36),
            abis: vec!["arm64-v8a".to_owned(), "armeabi-v7a".to_owned()],
            schemes: vec![SignatureScheme::V2, SignatureScheme::V3],
            signers: vec![certificate("ada")],
            ..ApkDetails::default()
        }
    }

    fn package(details: PackageDetails) -> Package {
        Package {
            platform: Platform::Android,
            bundle_id: "org.example".to_owned(),
            version: None,
            build_number: Some("7".to_owned()),
            name: None,
            min_os_version: None,
            icon: None,
            devices: Vec::new(),
            details,
        }
    }

    fn codes(package: &Package, previous: Option<&Previous>) -> Vec<String> {
        let advice = super::super::advise(package, previous);
        assert!(advice.iter().all(|one| one.detail.ends_with('.') && one.detail.len() > 60));
        advice.into_iter().map(|one| one.code).collect()
    }

    #[test]
    fn each_fault_is_told() {
        let v1 = vec![SignatureScheme::V1];
        let apk = |change: &dyn Fn(&mut ApkDetails)| {
            let mut details = good();
            change(&mut details);
            codes(&package(PackageDetails::Apk(Box::new(details))), None)
        };
        let none: [&str; 0] = [];
        assert_eq!(apk(&|_| ()), none);
        assert_eq!(apk(&|apk| apk.abis.clear()), none);
        assert_eq!(apk(&|apk| (apk.schemes, apk.signers) = (Vec::new(), Vec::new())), ["unsigned"]);
        for target in [None, Some(22), Some(23)] {
            let change = |apk: &mut ApkDetails| (apk.target_sdk, apk.min_sdk) = (target, Some(21));
            assert_eq!(apk(&change), ["target-too-old", "no-v1-signature"]);
        }
        assert_eq!(apk(&|apk| apk.target_sdk = Some(24)), none);
        assert_eq!(apk(&|apk| apk.schemes.clone_from(&v1)), ["v1-signature-only"]);
        let older = |apk: &mut ApkDetails| (apk.schemes, apk.target_sdk) = (v1.clone(), Some(29));
        assert_eq!(apk(&older), none);
        assert_eq!(apk(&|apk| apk.test_only = true), ["test-only"]);
        assert_eq!(apk(&|apk| apk.debuggable = true), ["debuggable"]);
        assert_eq!(apk(&|apk| apk.signers = vec![certificate(DEBUG_KEY)]), ["debug-key"]);
        assert_eq!(apk(&|apk| apk.abis = vec!["armeabi-v7a".to_owned()]), ["32-bit-only"]);
        assert_eq!(apk(&|apk| apk.min_sdk = None), ["no-v1-signature"]);
        let bundle = package(PackageDetails::Aab(Box::default()));
        assert_eq!(codes(&bundle, None), ["not-installable"]);
    }

    #[test]
    fn the_build_before_is_compared() {
        let mut apk = good();
        let previous = |signer: &str, number: &str| Previous {
            details: PackageDetails::Apk(Box::new(ApkDetails {
                signers: vec![certificate(signer)],
                ..good()
            })),
            build_number: Some(number.to_owned()),
        };
        let after = |apk: &ApkDetails, previous: Previous| {
            codes(&package(PackageDetails::Apk(Box::new(apk.clone()))), Some(&previous))
        };
        assert!(after(&apk, previous("ada", "6")).is_empty());
        for number in ["7", "8", "10"] {
            assert_eq!(after(&apk, previous("ada", number)), ["version-code-not-higher"]);
        }
        assert_eq!(after(&apk, previous("eve", "6")), ["signer-differs"]);
        apk.former_signers = vec![certificate("eve")];
        assert!(after(&apk, previous("eve", "6")).is_empty());
    }

    #[test]
    fn a_bundle_is_compared_with_the_bundle_before() {
        let bundle = |signer: &str| {
            let signers = vec![certificate(signer)];
            PackageDetails::Aab(Box::new(ApkDetails { signers, ..good() }))
        };
        let previous = Previous { details: bundle("ada"), build_number: Some("6".to_owned()) };
        let after = |signer: &str| codes(&package(bundle(signer)), Some(&previous));
        assert_eq!(after("ada"), ["not-installable"]);
        assert_eq!(after("eve"), ["not-installable", "upload-key-differs"]);
    }

    #[test]
    fn verification_is_told_by_the_calendar() {
        let said = |day: &str| verification(&good(), format!("{day}T12:00:00Z").parse().unwrap());
        for (day, begins) in [
            ("2026-09-29", "From 2026-09-30"),
            ("2026-09-30", "Phones with"),
            ("2027-01-01", "Phones"),
        ] {
            let only = said(day).unwrap();
            assert!(only.detail.starts_with(begins), "{}", only.detail);
        }
    }
}
