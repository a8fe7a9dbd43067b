//! What the uploader ought to know of a package itself.

mod android;
mod ios;
mod words;

use chrono::{DateTime, Utc};
use securevox_protocol::{builds::Warning, packages::PackageDetails};

pub(super) use words::told;

use crate::inspect::Package;

/// The build before, of the same app.
pub(super) struct Previous {
    pub(super) details: PackageDetails,
    pub(super) build_number: Option<String>,
}

/// What to say about `package`, the most urgent first.
pub(super) fn advise(
    package: &Package,
    previous: Option<&Previous>,
    now: DateTime<Utc>,
) -> Vec<Warning> {
    match package.details {
        PackageDetails::Ipa(_) => ios::advise(package, previous, now),
        PackageDetails::Apk(_) | PackageDetails::Aab(_) => android::advise(package, previous, now),
    }
}
