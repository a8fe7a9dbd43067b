//! Deciding from the names in an archive what it is.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use super::android::JarFiles;
use super::zip::{Archive, Entry, Member, Names};
use super::{InspectError, Rejection, text};

/// A package, with the entries that say more about it.
pub(super) enum Kind {
    Android(Apk),
    Bundle(Apk),
    Ios(App),
}

pub(super) struct Apk {
    pub(super) manifest: Member,
    pub(super) resources: Option<Member>,
    /// The folders below `lib`.
    pub(super) abis: BTreeSet<String>,
    pub(super) jar: JarFiles,
}

pub(super) struct App {
    /// The folder in `Payload`, such as `Name.app`.
    pub(super) folder: String,
    pub(super) info: Member,
    /// Whether nothing else speaks for an app: no other file in it, no entry for `Payload`.
    pub(super) is_bare: bool,
}

/// Far more processors than Android runs on.
const MAX_ABIS: usize = 20;

/// Looks at every name in the archive once.
pub(super) fn survey<R: Read + Seek>(archive: &mut Archive<R>) -> Result<Kind, InspectError> {
    let mut findings = Findings::default();
    archive.walk(|entry| findings.note(entry))?;
    Ok(findings.kind()?)
}

#[derive(Default)]
struct Findings {
    manifest: Option<Member>,
    resources: Option<Member>,
    bundle_manifest: Option<Member>,
    bundle_resources: Option<Member>,
    abis: BTreeSet<String>,
    jar: JarFiles,
    info: Option<Member>,
    app: Vec<u8>,
    app_has_files: bool,
    has_payload: bool,
    any_entry: bool,
    names: Names,
    /// A folder that is there twice: iOS does not mind.
    folder_twice: Option<String>,
    hint: Option<Hint>,
}

/// What an archive without a package may be; the first that applies is told.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hint {
    AndroidAppBundle,
    ApkSet,
    XcodeArchive,
    ZippedApp,
    PackageInside(String),
    PayloadWithoutApp,
}

impl Findings {
    fn note(&mut self, entry: &Entry<'_>) -> Result<(), Rejection> {
        self.any_entry = true;
        let name = entry.name;
        if name.starts_with(b"/") || name.split(|&byte| byte == b'/').any(|part| part == b"..") {
            return Err(Rejection::UnsafePath(text::quote(name)));
        }
        if name.contains(&0) {
            return Err(Rejection::ZeroInName(text::quote(name)));
        }
        if !self.names.note(name) {
            if !entry.is_folder() {
                return Err(Rejection::DuplicateEntry(text::quote(name)));
            }
            self.folder_twice.get_or_insert_with(|| text::quote(name));
        }
        let mut parts = [&[][..]; 4];
        for (part, found) in parts.iter_mut().zip(name.splitn(4, |&byte| byte == b'/')) {
            *part = found;
        }
        match parts {
            [b"AndroidManifest.xml", b"", ..] => keep(&mut self.manifest, entry),
            [b"resources.arsc", b"", ..] => keep(&mut self.resources, entry),
            [b"base", b"manifest", b"AndroidManifest.xml", b""] => {
                keep(&mut self.bundle_manifest, entry)
            }
            [b"base", b"resources.pb", b"", b""] => keep(&mut self.bundle_resources, entry),
            [b"META-INF", name, b"", b""] => {
                self.jar.note(name, entry);
                Ok(())
            }
            [b"lib", abi, file, b""] | [b"base", b"lib", abi, file]
                if !file.is_empty() && !file.ends_with(b"/") =>
            {
                self.note_abi(abi);
                Ok(())
            }
            [b"Payload", b"", ..] => {
                self.has_payload = true;
                refuse_symlink(entry)
            }
            [b"Payload", app, b"", b""] if is_app(app) => refuse_symlink(entry),
            [b"Payload", app, b"Info.plist", b""] if is_app(app) => self.note_info(app, entry),
            [b"Payload", app, ..] if is_app(app) && !entry.is_folder() => {
                // Apps are told apart by their Info.plist; files of a second one are its business.
                self.app_has_files = true;
                Ok(())
            }
            parts => {
                self.note_hint(hint(name, parts));
                Ok(())
            }
        }
    }

    fn note_abi(&mut self, abi: &[u8]) {
        let is_abi = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        if self.abis.len() < MAX_ABIS && abi.len() <= 32 && abi.iter().all(is_abi) {
            self.abis.insert(text::quote(abi));
        }
    }

    fn note_info(&mut self, app: &[u8], entry: &Entry<'_>) -> Result<(), Rejection> {
        if self.info.is_some() && self.app != app {
            return Err(Rejection::SeveralApps(text::quote(&self.app), text::quote(app)));
        }
        app.clone_into(&mut self.app);
        keep(&mut self.info, entry)
    }

    fn note_hint(&mut self, hint: Option<Hint>) {
        let known = self.hint.take();
        self.hint = known.into_iter().chain(hint).min();
    }

    fn kind(self) -> Result<Kind, Rejection> {
        let folder = text::quote(&self.app);
        let is_bundle = self.manifest.is_none();
        match (self.manifest.or(self.bundle_manifest), self.info) {
            (Some(_), Some(_)) => Err(Rejection::BothPlatforms),
            (Some(manifest), None) => {
                // Android opens no archive that has a name twice.
                if let Some(folder) = self.folder_twice.filter(|_| !is_bundle) {
                    return Err(Rejection::DuplicateEntry(folder));
                }
                let resources = if is_bundle { self.bundle_resources } else { self.resources };
                let apk = Apk { manifest, resources, abis: self.abis, jar: self.jar };
                Ok(if is_bundle { Kind::Bundle(apk) } else { Kind::Android(apk) })
            }
            (None, Some(info)) if info.encrypted => {
                Err(Rejection::Encrypted(text::quote(&info.name)))
            }
            (None, Some(info)) => {
                let is_bare = !self.app_has_files && !self.has_payload;
                Ok(Kind::Ios(App { folder, info, is_bare }))
            }
            (None, None) if !self.any_entry => Err(Rejection::EmptyArchive),
            (None, None) if self.app_has_files || self.has_payload => Err(Rejection::NoInfoPlist),
            (None, None) => Err(self.hint.map_or(Rejection::NoApp, Hint::into_rejection)),
        }
    }
}

impl Hint {
    fn into_rejection(self) -> Rejection {
        match self {
            Self::AndroidAppBundle => Rejection::AndroidAppBundle,
            Self::ApkSet => Rejection::ApkSet,
            Self::XcodeArchive => Rejection::XcodeArchive,
            Self::ZippedApp => Rejection::ZippedApp,
            Self::PackageInside(name) => Rejection::PackageInside(name),
            Self::PayloadWithoutApp => Rejection::NoInfoPlist,
        }
    }
}

fn hint(name: &[u8], parts: [&[u8]; 4]) -> Option<Hint> {
    let is_file = |extension: &[u8]| has_extension(name, extension);
    match parts {
        [b"BundleConfig.pb", b"", ..] => Some(Hint::AndroidAppBundle),
        [b"toc.pb", b"", ..] => Some(Hint::ApkSet),
        // The one large APK of an XAPK stands at the top, those of an APKS in "splits".
        [_, b"", ..] | [b"splits", _, b"", b""] if is_file(b"apk") => Some(Hint::ApkSet),
        [folder, b"Info.plist" | b"Products", ..] if has_extension(folder, b"xcarchive") => {
            Some(Hint::XcodeArchive)
        }
        [b"Products", b"Applications", ..] => Some(Hint::XcodeArchive),
        [folder, b"Info.plist", b"", b""] if is_app(folder) => Some(Hint::ZippedApp),
        [b"Payload", ..] => Some(Hint::PayloadWithoutApp),
        _ if is_file(b"ipa") || is_file(b"apk") => Some(Hint::PackageInside(text::quote(name))),
        _ => None,
    }
}

/// Remembers an entry that decides what the package is: it must be there once, and be a file.
pub(super) fn keep(slot: &mut Option<Member>, entry: &Entry<'_>) -> Result<(), Rejection> {
    if entry.is_folder() {
        return Ok(());
    }
    refuse_symlink(entry)?;
    match slot.replace(entry.keep()) {
        None => Ok(()),
        Some(_) => Err(Rejection::DuplicateEntry(text::quote(entry.name))),
    }
}

fn refuse_symlink(entry: &Entry<'_>) -> Result<(), Rejection> {
    if entry.is_symlink() {
        return Err(Rejection::SymbolicLink(text::quote(entry.name)));
    }
    Ok(())
}

fn is_app(folder: &[u8]) -> bool {
    has_extension(folder, b"app")
}

/// Whether a name of more than its extension ends with it.
pub(super) fn has_extension(name: &[u8], extension: &[u8]) -> bool {
    name.strip_suffix(extension)
        .and_then(|stem| stem.strip_suffix(b"."))
        .is_some_and(|stem| !stem.is_empty())
}
