//! Whether a device can install a build: pure.

use chrono::{DateTime, Utc};
use securevox_protocol::{BuildId, packages::IosDistribution};

use super::models::system;

/// What decides it.
pub(super) struct Candidate {
    pub(super) id: BuildId,
    pub(super) version: Option<String>,
    pub(super) build_number: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) min_os_version: Option<String>,
    pub(super) signing_expires_at: Option<DateTime<Utc>>,
    /// None for what was uploaded before packages were read.
    pub(super) distribution: Option<IosDistribution>,
    /// Whether its profile lists the device.
    pub(super) listed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Installs,
    NotListed,
    /// It needs this version of iOS.
    TooNew(String),
    /// Its profile or its certificate has ended.
    Ended,
    /// It installs nowhere from a page.
    NotFromHere,
    /// Nobody has read its profile.
    Unknown,
}

impl Candidate {
    /// For a device on this build of iOS.
    pub(super) fn verdict(&self, running: Option<&str>, now: DateTime<Utc>) -> Verdict {
        let Some(distribution) = self.distribution else { return Verdict::Unknown };
        if !distribution.installs_over_the_air() {
            return Verdict::NotFromHere;
        }
        if self.signing_expires_at.is_some_and(|end| end <= now) {
            return Verdict::Ended;
        }
        if distribution != IosDistribution::Enterprise && !self.listed {
            return Verdict::NotListed;
        }
        let needs = self.min_os_version.as_deref();
        let needed = needs.and_then(|needs| needs.split('.').next()?.parse::<u32>().ok());
        match (needs, needed, running.and_then(system)) {
            (Some(needs), Some(needed), Some(has)) if has < needed => {
                Verdict::TooNew(needs.to_owned())
            }
            _ => Verdict::Installs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_comes_first() {
        use IosDistribution::{AdHoc, AppStore, Development, Enterprise};
        let now: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().unwrap();
        let told = |distribution, listed, min: &str, ends: &str| {
            let candidate = Candidate {
                id: BuildId::fresh(),
                version: None,
                build_number: None,
                created_at: now,
                min_os_version: Some(min.to_owned()),
                signing_expires_at: Some(ends.parse().unwrap()),
                distribution,
                listed,
            };
            candidate.verdict(Some("20A362"), now)
        };
        let (later, past) = ("2027-01-01T00:00:00Z", "2026-11-24T12:00:00Z");
        assert_eq!(told(Some(AdHoc), true, "16.4", later), Verdict::Installs);
        assert_eq!(told(Some(Development), true, "x", later), Verdict::Installs);
        assert_eq!(told(Some(Enterprise), false, "15.0", later), Verdict::Installs);
        assert_eq!(told(Some(AdHoc), true, "17.0", later), Verdict::TooNew("17.0".to_owned()));
        assert_eq!(told(Some(AdHoc), false, "17.0", later), Verdict::NotListed);
        assert_eq!(told(Some(AdHoc), false, "15.0", past), Verdict::Ended);
        assert_eq!(told(Some(AppStore), true, "15.0", later), Verdict::NotFromHere);
        assert_eq!(told(None, true, "15.0", later), Verdict::Unknown);
    }
}
