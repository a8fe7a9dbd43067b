//! What the uploader ought to know of a package itself.

mod android;
mod ios;
mod words;

use chrono::{DateTime, Utc};
use securevox_protocol::{builds::Warning, packages::PackageDetails};

pub(crate) use words::in_words;

use crate::inspect::Package;

/// The build before, of the same app and kind of package.
pub(crate) struct Previous {
    pub(crate) details: PackageDetails,
    pub(crate) build_number: Option<String>,
}

/// What to say about `package` whenever it is told, the most urgent first.
pub(crate) fn advise(package: &Package, previous: Option<&Previous>) -> Vec<Warning> {
    match package.details {
        PackageDetails::Ipa(_) => ios::advise(package, previous),
        PackageDetails::Apk(_) | PackageDetails::Aab(_) => android::advise(package, previous),
    }
}

/// What is said by the calendar, and so not kept.
const TIMELY: [&str; 5] = [
    "profile-expired",
    "certificate-expired",
    "profile-expires-soon",
    "certificate-expires-soon",
    "developer-verification",
];

/// What to say at `now` of a build, of which `kept` was said at its upload.
pub(crate) fn told(
    kept: Vec<Warning>,
    details: Option<&PackageDetails>,
    now: DateTime<Utc>,
) -> Vec<Warning> {
    let (urgent, general) = match details {
        Some(PackageDetails::Ipa(ipa)) => (ios::end(ipa, now), None),
        Some(PackageDetails::Apk(apk)) => (None, android::verification(apk, now)),
        Some(PackageDetails::Aab(_)) | None => (None, None),
    };
    // Builds from before keep what was said of their first day.
    let kept = kept.into_iter().filter(|warning| !TIMELY.contains(&warning.code.as_str()));
    urgent.into_iter().chain(kept).chain(general).collect()
}

#[cfg(test)]
mod tests {
    use securevox_protocol::packages::ApkDetails;

    use super::*;

    #[test]
    fn what_was_said_of_the_first_day_is_said_of_today() {
        let kept = |code: &str| Warning { code: code.to_owned(), detail: "Then.".to_owned() };
        let details = PackageDetails::Apk(Box::new(ApkDetails {
            signers: vec![android::tests::certificate("ada")],
            ..ApkDetails::default()
        }));
        let kept = vec![kept("debuggable"), kept("developer-verification")];
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        let told = told(kept, Some(&details), now);
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].detail.as_str(), told[1].code.as_str()), ("Then.", TIMELY[4]));
        assert_ne!(told[1].detail, "Then.");
    }
}
