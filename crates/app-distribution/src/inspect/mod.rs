//! Reading what a package says about itself: pure functions over a seekable file, bounded in time and memory.
//!
//! The kind of package is decided by its content alone. Only the few entries that are needed are
//! read, each with a limit of its own that is enforced while reading; nothing grows with the size
//! of the archive. To verify a signature the whole file goes by, piece by piece. Everything here
//! blocks: call it on a blocking thread.
//!
//! To read more of a package: let `contents` remember the entry, read it in `android` or `ios`,
//! add the field to [`Package`].

mod android;
mod bytes;
mod contents;
mod ios;
mod macho;
mod package;
mod rejection;
mod symbols;
mod text;
mod zip;

use std::io::{Read, Seek};

pub use securevox_protocol::builds::Platform;

pub(crate) use self::ios::normal_udid;
pub use self::package::Package;
pub use self::rejection::{InspectError, Rejection};
pub(crate) use self::symbols::normal_id;
pub use self::symbols::{Symbols, inspect_symbols};
use self::zip::Archive;

/// Whether a package could have this bundle id or package name.
pub(crate) fn is_bundle_id(platform: Platform, id: &str) -> bool {
    match platform {
        Platform::Ios => ios::is_bundle_id(id),
        Platform::Android => android::is_package_name(id),
    }
}

/// Says what the package in `file` is, or why it is none.
///
/// `file` is usually a `&File`; its position is moved about.
pub fn inspect<R: Read + Seek>(file: R) -> Result<Package, InspectError> {
    let mut archive = Archive::open(file)?;
    match contents::survey(&mut archive)? {
        contents::Kind::Android(apk) => {
            archive.check_entries()?;
            android::read(&mut archive, &apk)
        }
        contents::Kind::Bundle(bundle) => {
            archive.check_overlaps()?;
            android::read_bundle(&mut archive, &bundle)
        }
        contents::Kind::Ios(app) => {
            archive.check_overlaps()?;
            ios::read(&mut archive, &app)
        }
    }
}
