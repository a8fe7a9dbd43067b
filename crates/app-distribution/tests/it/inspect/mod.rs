//! What `inspect` reads from packages, and what it answers to everything else.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

mod apks;
mod archives;
mod compare;
mod details;
mod fuzz;
mod icons;
mod ipas;
mod make;
mod profiles;
mod samples;
mod signatures;
mod weight;

use std::fs;
use std::io::Cursor;

use securevox_app_distribution::inspect::{InspectError, Package, Platform, Rejection, inspect};
use securevox_protocol::packages::{ApkDetails, PackageDetails};

pub(crate) use self::fuzz::{Chance, mutate};
use self::make::{Data, Manifest};

/// Who a package is, as its own tools print it.
#[derive(Debug, PartialEq, Eq)]
struct Facts {
    platform: Platform,
    bundle_id: String,
    version: Option<String>,
    build_number: Option<String>,
    name: Option<String>,
    min_os_version: Option<String>,
}

impl From<Package> for Facts {
    fn from(package: Package) -> Self {
        let Package { platform, bundle_id, version, build_number, name, min_os_version, .. } =
            package;
        Self { platform, bundle_id, version, build_number, name, min_os_version }
    }
}

/// Who the package in `bytes` is.
fn accepted(bytes: &[u8]) -> Facts {
    whole(bytes).into()
}

/// All that is read of the package in `bytes`.
fn whole(bytes: &[u8]) -> Package {
    inspect(Cursor::new(bytes)).expect("the package is good")
}

/// What only Android packages have.
fn android(package: Package) -> ApkDetails {
    match package.details {
        PackageDetails::Apk(details) | PackageDetails::Aab(details) => *details,
        PackageDetails::Ipa(_) => panic!("not for Android: {package:?}"),
    }
}

/// An APK of `com.example.app` 1.2.3, called "Example", that asks for these permissions.
pub(crate) fn wanting(version_code: i32, permissions: Vec<&'static str>) -> Vec<u8> {
    let mut manifest = Manifest { permissions, ..Manifest::example() };
    manifest.root[0].1 = Data::Int(version_code);
    make::apk(&manifest.build(), None)
}

/// A file that is part of the repository.
fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Why the package in `bytes` is refused.
fn refused(bytes: &[u8]) -> Rejection {
    match inspect(Cursor::new(bytes)) {
        Err(InspectError::Rejected(rejection)) => rejection,
        other => panic!("expected a rejection, got {other:?}"),
    }
}
