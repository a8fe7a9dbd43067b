//! What the uploader ought to know of a package itself.
#![cfg_attr(
    not(test),
    expect(dead_code, reason = "for publishing, once builds keep their details")
)]

mod ios;

use securevox_protocol::packages::PackageDetails;

/// The build before, of the same app.
pub(super) struct Previous {
    pub(super) details: PackageDetails,
    pub(super) build_number: Option<String>,
}
