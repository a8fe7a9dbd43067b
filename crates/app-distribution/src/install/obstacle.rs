//! Why a build cannot be installed from here.

use chrono::{DateTime, Utc};
use securevox_protocol::packages::{IosDistribution, PackageDetails};

/// What stands in the way, whoever looks and with whatever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Made for the App Store or `TestFlight`.
    AppStore,
    /// Made for the simulator.
    Simulator,
    /// Made for Apple TV, Vision Pro, a watch or a Mac.
    OtherSystem,
    /// No device accepts its signature, or it has none.
    Unsigned,
    /// An Android App Bundle.
    Bundle,
    /// An APK that only `adb` installs.
    TestOnly,
    /// Somebody said until when it is offered.
    Expired(DateTime<Utc>),
    /// Its profile or certificate ended.
    SigningExpired(DateTime<Utc>),
}

impl Obstacle {
    /// Nothing for a build that installs, or of which nothing is known.
    pub(crate) fn of(
        details: Option<&PackageDetails>,
        expires_at: Option<DateTime<Utc>>,
        signing_expires_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let over = |end: Option<DateTime<Utc>>| end.filter(|end| *end <= now);
        details
            .and_then(in_package)
            .or_else(|| over(expires_at).map(Self::Expired))
            .or_else(|| over(signing_expires_at).map(Self::SigningExpired))
    }

    /// Whether there was a time when it installed.
    pub(crate) fn is_end(self) -> bool {
        matches!(self, Self::Expired(_) | Self::SigningExpired(_))
    }
}

fn in_package(details: &PackageDetails) -> Option<Obstacle> {
    match details {
        PackageDetails::Ipa(ipa) => match ipa.distribution {
            IosDistribution::AppStore => Some(Obstacle::AppStore),
            IosDistribution::Simulator => Some(Obstacle::Simulator),
            IosDistribution::OtherSystem => Some(Obstacle::OtherSystem),
            IosDistribution::Unsigned => Some(Obstacle::Unsigned),
            IosDistribution::Enterprise | IosDistribution::AdHoc | IosDistribution::Development => {
                None
            }
        },
        PackageDetails::Aab(_) => Some(Obstacle::Bundle),
        PackageDetails::Apk(apk) if apk.schemes.is_empty() => Some(Obstacle::Unsigned),
        PackageDetails::Apk(apk) if apk.test_only => Some(Obstacle::TestOnly),
        PackageDetails::Apk(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use securevox_protocol::packages::{ApkDetails, SignatureScheme};

    use super::*;

    #[test]
    fn what_installs_has_none_until_its_end() {
        let now = Utc::now();
        let (past, future) = (Some(now), Some(now + TimeDelta::seconds(1)));
        let apk = |schemes: Vec<SignatureScheme>, test_only| ApkDetails {
            schemes,
            test_only,
            ..ApkDetails::default()
        };
        let package = |apk| PackageDetails::Apk(Box::new(apk));
        let good = package(apk(vec![SignatureScheme::V2], false));
        let of = |details, expires, signing| Obstacle::of(details, expires, signing, now);
        assert_eq!(of(None, None, None), None);
        assert_eq!(of(Some(&good), future, future), None);
        assert_eq!(of(Some(&good), past, past), Some(Obstacle::Expired(now)));
        assert_eq!(of(Some(&good), future, past), Some(Obstacle::SigningExpired(now)));
        let unsigned = package(apk(vec![], false));
        assert_eq!(of(Some(&unsigned), past, None), Some(Obstacle::Unsigned));
        let test_only = package(apk(vec![SignatureScheme::V2], true));
        assert_eq!(of(Some(&test_only), None, None), Some(Obstacle::TestOnly));
        let bundle = PackageDetails::Aab(Box::default());
        assert_eq!(of(Some(&bundle), None, None), Some(Obstacle::Bundle));
    }
}
