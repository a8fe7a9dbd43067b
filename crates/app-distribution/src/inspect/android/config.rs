//! For which languages, screens and versions of Android a resource is.

use std::cmp::Reverse;

/// Any density: for drawings.
const ANY_DENSITY: u16 = 0xfffe;
/// Not to be scaled.
const NO_DENSITY: u16 = 0xffff;
const MEDIUM_DENSITY: u16 = 160;

/// A configuration, as far as it is used.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// As in BCP 47.
    locale: Option<String>,
    density: u16,
    version: u16,
    /// Something else is asked of the device: a screen size, the night, a country's network.
    is_special: bool,
}

impl Config {
    pub(super) fn read(bytes: &[u8; 64]) -> Self {
        // What remains after size, locale (with script and variant), density and version is special.
        let mut rest = *bytes;
        for known in [0..4, 8..12, 14..16, 24..28, 36..48, 52..64] {
            rest[known].fill(0);
        }
        Self {
            locale: locale(bytes),
            density: u16::from_le_bytes([bytes[14], bytes[15]]),
            version: u16::from_le_bytes([bytes[24], bytes[25]]),
            is_special: rest.iter().any(|&byte| byte != 0),
        }
    }

    /// One whose parts are known; `locale` may be empty.
    pub(super) fn named(locale: &str, density: u16, version: u16, is_special: bool) -> Self {
        let is_code = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_locale = !locale.is_empty() && locale.len() <= 32 && locale.bytes().all(is_code);
        let locale = is_locale.then(|| locale.to_owned());
        Self { locale, density, version, is_special }
    }

    /// How far it is from the default one; the smallest is best.
    ///
    /// No language before English before any other; nothing but an Android version before screen
    /// sizes and the like; the newest Android version first.
    pub(super) fn distance(&self) -> (u8, bool, Reverse<u16>) {
        let language = match self.locale.as_deref() {
            None => 0,
            Some("en") => 1,
            Some(locale) if locale.starts_with("en-") => 1,
            Some(_) => 2,
        };
        (language, self.is_special || self.density != 0, Reverse(self.version))
    }

    /// Where it stands among pictures of one thing; the smallest is best.
    pub(super) fn coarseness(&self) -> (bool, Reverse<u16>, Reverse<u16>) {
        let density = match self.density {
            0 | NO_DENSITY => MEDIUM_DENSITY,
            ANY_DENSITY => u16::MAX,
            density => density,
        };
        let (language, ..) = self.distance();
        (self.is_special || language > 1, Reverse(density), Reverse(self.version))
    }

    /// The language as in BCP 47 (`it`, `pt-BR`, `sr-Latn`); nothing for the default one.
    pub(super) fn locale(&self) -> Option<&str> {
        self.locale.as_deref()
    }
}

fn locale(bytes: &[u8; 64]) -> Option<String> {
    let mut tag = code([bytes[8], bytes[9]], b'a')?;
    // The codes that Android had before they were changed.
    match tag.as_str() {
        "iw" => "he".clone_into(&mut tag),
        "in" => "id".clone_into(&mut tag),
        "ji" => "yi".clone_into(&mut tag),
        "tl" => "fil".clone_into(&mut tag),
        _ => {}
    }
    // The script may be what the tools worked out, not what was asked for.
    let is_script_computed = bytes[52] != 0;
    let script = letters(&bytes[36..40]).filter(|_| !is_script_computed);
    let region = code([bytes[10], bytes[11]], b'0');
    for part in [script, region, letters(&bytes[40..48])].into_iter().flatten() {
        tag.push('-');
        tag.push_str(&part);
    }
    Some(tag)
}

/// Two letters, or three packed into 15 bits.
fn code(bytes: [u8; 2], base: u8) -> Option<String> {
    let [first, second] = bytes;
    if first & 0x80 == 0 {
        return letters(&bytes);
    }
    let packed = u16::from_be_bytes([first, second]);
    let letter = |shift: u16| base + (packed >> shift & 0x1f).to_le_bytes()[0];
    letters(&[letter(0), letter(5), letter(10)])
}

fn letters(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let text = &bytes[..end];
    let is_code = !text.is_empty() && text.iter().all(u8::is_ascii_alphanumeric);
    is_code.then(|| String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(language: [u8; 2], region: [u8; 2], script: [u8; 4]) -> Option<String> {
        let mut bytes = [0; 64];
        bytes[8..10].copy_from_slice(&language);
        bytes[10..12].copy_from_slice(&region);
        bytes[36..40].copy_from_slice(&script);
        Config::read(&bytes).locale().map(str::to_owned)
    }

    #[test]
    fn locales_are_named_as_in_bcp_47() {
        let name = |language, region, script| locale(language, region, script).unwrap();
        assert_eq!(name(*b"it", [0; 2], [0; 4]), "it");
        assert_eq!(name(*b"pt", *b"BR", [0; 4]), "pt-BR");
        assert_eq!(name(*b"sr", [0; 2], *b"Latn"), "sr-Latn");
        assert_eq!(name(*b"iw", [0; 2], [0; 4]), "he");
        // "fil" and the region 419, packed as Android packs them.
        assert_eq!(name([0xad, 0x05], [0xa4, 0x24], [0; 4]), "fil-419");
        assert_eq!(locale([0; 2], *b"US", [0; 4]), None);
        assert_eq!(locale([b'<', b'>'], [0; 2], [0; 4]), None);
    }
}
