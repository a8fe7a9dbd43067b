//! Reading an IPA.
//!
//! Only the app's `Info.plist` must be good. A profile, an icon or an extension that is damaged is
//! taken for absent: the app is kept, and its uploader is told that nobody can install it, as with
//! an app for the App Store. What could be taken for two things at once is refused.

mod bundle;
mod cgbi;
mod code_signature;
mod icon;
mod info_plist;
mod profile;

use std::io::{Read, Seek};

use securevox_protocol::packages::{IosDistribution, IpaDetails, PackageDetails};

use self::bundle::{Bundle, Search};
use self::code_signature::CodeSignature;
use self::info_plist::InfoPlist;
use self::profile::Profile;
pub(crate) use self::profile::normal_udid;
use super::bytes::blame;
use super::contents::App;
use super::zip::{Archive, Member};
use super::{InspectError, Package, Platform, Rejection, text};

/// Real ones stay below 100 KiB. `plist` takes up to 25 times the size of a hostile one.
const MAX_INFO_PLIST: u64 = 1024 * 1024;
/// Of an extension: there are many.
const MAX_NESTED_INFO_PLIST: u64 = 256 * 1024;
/// Ten thousand devices have room.
const MAX_PROFILE: u64 = 2 * 1024 * 1024;

/// Reads what the app's `Info.plist` says, and its profile, signature, icon and parts.
pub(super) fn read<R: Read + Seek>(
    archive: &mut Archive<R>,
    app: &App,
) -> Result<Package, InspectError> {
    let info = InfoPlist::parse(&archive.read(&app.info, MAX_INFO_PLIST)?)?;
    let executable = info.raw("CFBundleExecutable");
    if let (Some(executable), true) = (&executable, app.is_bare) {
        let (app, executable) = (app.folder.clone(), text::quote(executable));
        return Err(Rejection::InfoPlistAlone { app, executable }.into());
    }
    let bundle_id = bundle_id(&info)?;
    let search = Search {
        app: app.info.name.strip_suffix(b"Info.plist").unwrap_or_default(),
        executable: executable.as_deref().unwrap_or_default(),
        icons: &info.icon_names(),
    };
    let bundle = search.run(archive)?;
    let icon = match icon::read(archive, &bundle.icons)? {
        None => icon::read(archive, &bundle.other_icons)?,
        icon => icon,
    };
    let (details, devices) = details(archive, &info, bundle)?;
    Ok(Package {
        platform: Platform::Ios,
        bundle_id,
        version: info.text("CFBundleShortVersionString"),
        build_number: info.text("CFBundleVersion"),
        name: info.text("CFBundleDisplayName").or_else(|| info.text("CFBundleName")),
        min_os_version: info.text("MinimumOSVersion"),
        icon,
        devices,
        details: PackageDetails::Ipa(Box::new(details)),
    })
}

fn bundle_id(info: &InfoPlist) -> Result<String, Rejection> {
    let id = info.raw("CFBundleIdentifier").ok_or(Rejection::NoBundleId)?;
    if !is_bundle_id(&id) {
        return Err(Rejection::InvalidBundleId(text::quote(&id)));
    }
    Ok(id)
}

fn details<R: Read + Seek>(
    archive: &mut Archive<R>,
    info: &InfoPlist,
    bundle: Bundle,
) -> Result<(IpaDetails, Vec<String>), InspectError> {
    let profile = match &bundle.profile {
        Some(member) => forgive(archive.read(member, MAX_PROFILE))?,
        None => None,
    };
    let profile = profile.and_then(|bytes| Profile::parse(&bytes));
    let signature = match &bundle.executable {
        Some(executable) => code_signature(archive, executable)?,
        None => CodeSignature::default(),
    };
    let expires_at = profile.as_ref().and_then(|profile| profile.end(signature.signer.as_ref()));
    let is_for_simulator = info.is_for_simulator() || signature.is_for_simulator;
    let distribution = match &profile {
        _ if is_for_simulator => IosDistribution::Simulator,
        _ if info.is_for_other_systems() => IosDistribution::OtherSystem,
        Some(profile) => profile.distribution,
        None => IosDistribution::Unsigned,
    };
    let (profile, devices) = profile.map(|profile| (profile.told, profile.devices)).unzip();
    let mut extensions = Vec::new();
    for extension in &bundle.extensions {
        extensions.extend(nested_bundle_id(archive, extension)?);
    }
    extensions.sort();
    extensions.dedup();
    let watch_app = match &bundle.watch_app {
        Some(watch_app) => nested_bundle_id(archive, watch_app)?,
        None => None,
    };
    let details = IpaDetails {
        distribution,
        expires_at,
        profile,
        signed_by: signature.signer,
        executable_uuid: signature.uuid,
        device_families: info.device_families(),
        supported_platforms: info.texts("CFBundleSupportedPlatforms"),
        required_capabilities: info.texts("UIRequiredDeviceCapabilities"),
        background_modes: info.texts("UIBackgroundModes"),
        url_schemes: info.url_schemes(),
        usage_descriptions: info.usage_descriptions(),
        extensions,
        watch_app,
        frameworks: bundle.frameworks.into_iter().collect(),
    };
    Ok((details, devices.unwrap_or_default()))
}

fn code_signature<R: Read + Seek>(
    archive: &mut Archive<R>,
    executable: &Member,
) -> Result<CodeSignature, InspectError> {
    let damaged = Rejection::DamagedEntry(text::quote(&executable.name));
    let read = archive
        .reader(executable)
        .and_then(|reader| code_signature::read(reader).map_err(|error| blame(error, &damaged)));
    Ok(forgive(read)?.unwrap_or_default())
}

/// The bundle id of a part of the app; nothing if its `Info.plist` is bad.
fn nested_bundle_id<R: Read + Seek>(
    archive: &mut Archive<R>,
    info: &Member,
) -> Result<Option<String>, InspectError> {
    let bytes = forgive(archive.read(info, MAX_NESTED_INFO_PLIST))?;
    let info = bytes.and_then(|bytes| InfoPlist::parse(&bytes).ok());
    Ok(info.and_then(|info| bundle_id(&info).ok()))
}

/// Takes for absent what is at fault itself; a failing disk remains an error.
fn forgive<T>(result: Result<T, InspectError>) -> Result<Option<T>, InspectError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(InspectError::Rejected(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn is_bundle_id(id: &str) -> bool {
    text::is_identifier(id, b"-_")
}
