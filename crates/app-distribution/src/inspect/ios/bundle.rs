//! Finding what is read of an app besides its `Info.plist`.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use super::super::contents::{has_extension, keep};
use super::super::zip::{Archive, Entry, Member};
use super::super::{InspectError, Rejection, text};
use super::info_plist::icon_stem;

/// Apps with everything have twenty.
const MAX_EXTENSIONS: usize = 64;
const MAX_FRAMEWORKS: usize = 500;
/// Sizes and densities of one icon.
const MAX_ICONS: usize = 32;

/// The entries of an app that say more about it.
#[derive(Default)]
pub(super) struct Bundle {
    pub(super) profile: Option<Member>,
    pub(super) executable: Option<Member>,
    /// The `Info.plist` of each extension.
    pub(super) extensions: Vec<Member>,
    pub(super) watch_app: Option<Member>,
    /// Names without `.framework`.
    pub(super) frameworks: BTreeSet<String>,
    /// The icons that the app names.
    pub(super) icons: Vec<Member>,
    /// What is called like an icon.
    pub(super) other_icons: Vec<Member>,
}

/// What is looked for.
pub(super) struct Search<'a> {
    /// The path of the app, with the slash.
    pub(super) app: &'a [u8],
    pub(super) executable: &'a str,
    /// As [`icon_stem`] makes them.
    pub(super) icons: &'a BTreeSet<String>,
}

impl Search<'_> {
    /// Looks at every name in the archive.
    pub(super) fn run<R: Read + Seek>(
        &self,
        archive: &mut Archive<R>,
    ) -> Result<Bundle, InspectError> {
        let mut bundle = Bundle::default();
        archive.walk(|entry| {
            if let Some(path) = entry.name.strip_prefix(self.app) {
                return self.note(&mut bundle, path, entry);
            }
            if matches!(entry.name, b"iTunesArtwork" | b"iTunesArtwork@2x") {
                keep_icon(&mut bundle.icons, entry);
            }
            Ok(())
        })?;
        Ok(bundle)
    }

    fn note(&self, bundle: &mut Bundle, path: &[u8], entry: &Entry<'_>) -> Result<(), Rejection> {
        let mut parts = [&[][..]; 4];
        for (part, found) in parts.iter_mut().zip(path.splitn(4, |&byte| byte == b'/')) {
            *part = found;
        }
        match parts {
            [b"embedded.mobileprovision", b"", ..] => keep(&mut bundle.profile, entry),
            [b"PlugIns" | b"Extensions", folder, b"Info.plist", b""]
                if has_extension(folder, b"appex") && bundle.extensions.len() < MAX_EXTENSIONS =>
            {
                bundle.extensions.push(entry.keep());
                Ok(())
            }
            [b"Watch", folder, b"Info.plist", b""] if has_extension(folder, b"app") => {
                bundle.watch_app.get_or_insert_with(|| entry.keep());
                Ok(())
            }
            [b"Frameworks", folder, ..]
                if has_extension(folder, b"framework")
                    && bundle.frameworks.len() < MAX_FRAMEWORKS =>
            {
                let name = text::quote(&folder[..folder.len() - b".framework".len()]);
                bundle.frameworks.insert(name);
                Ok(())
            }
            [name, b"", ..] if name == self.executable.as_bytes() => {
                keep(&mut bundle.executable, entry)
            }
            [name, b"", ..] if has_extension(&name.to_ascii_lowercase(), b"png") => {
                self.note_icon(bundle, name, entry);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn note_icon(&self, bundle: &mut Bundle, name: &[u8], entry: &Entry<'_>) {
        let Ok(name) = str::from_utf8(name) else { return };
        if self.icons.contains(icon_stem(name)) {
            keep_icon(&mut bundle.icons, entry);
        } else if name.starts_with("AppIcon") || name.starts_with("Icon") {
            keep_icon(&mut bundle.other_icons, entry);
        }
    }
}

fn keep_icon(icons: &mut Vec<Member>, entry: &Entry<'_>) {
    if icons.len() < MAX_ICONS {
        icons.push(entry.keep());
    }
}
