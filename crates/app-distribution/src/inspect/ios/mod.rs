//! Reading an IPA.

mod info_plist;

use std::{
    collections::BTreeMap,
    io::{Read, Seek},
};

use securevox_protocol::packages::{IosDistribution, IpaDetails, PackageDetails};

use self::info_plist::InfoPlist;
use super::contents::App;
use super::zip::Archive;
use super::{InspectError, Package, Platform, Rejection, text};

/// Real ones stay below 100 KiB. `plist` takes up to 25 times the size of a hostile one.
const MAX_INFO_PLIST: u64 = 1024 * 1024;

/// Reads what the app's `Info.plist` says.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    app: &App,
) -> Result<Package, InspectError> {
    let plist = archive.read(&app.info, MAX_INFO_PLIST)?;
    let info = info_plist::parse(&plist)?;
    if let (Some(executable), true) = (&info.executable, app.is_bare) {
        let (app, executable) = (app.folder.clone(), text::quote(executable));
        return Err(Rejection::InfoPlistAlone { app, executable }.into());
    }
    Ok(package(info)?)
}

fn package(info: InfoPlist) -> Result<Package, Rejection> {
    let bundle_id = info.bundle_id.ok_or(Rejection::NoBundleId)?;
    if !text::is_identifier(&bundle_id, b"-_") {
        return Err(Rejection::InvalidBundleId(text::quote(&bundle_id)));
    }
    let clean = |value: Option<String>| value.as_deref().and_then(text::clean);
    Ok(Package {
        platform: Platform::Ios,
        bundle_id,
        version: clean(info.short_version),
        build_number: clean(info.version),
        name: clean(info.display_name).or_else(|| clean(info.name)),
        min_os_version: clean(info.min_os_version),
        icon: None,
        devices: Vec::new(),
        details: PackageDetails::Ipa(Box::new(IpaDetails {
            distribution: IosDistribution::Unsigned,
            expires_at: None,
            profile: None,
            device_families: Vec::new(),
            supported_platforms: Vec::new(),
            required_capabilities: Vec::new(),
            background_modes: Vec::new(),
            url_schemes: Vec::new(),
            usage_descriptions: BTreeMap::new(),
            extensions: Vec::new(),
            watch_app: None,
            frameworks: Vec::new(),
        })),
    })
}
