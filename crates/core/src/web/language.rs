//! The two languages of our pages, and how each writes dates and sizes.

use axum::http::{HeaderMap, header};
use chrono::{DateTime, Datelike as _, Utc};

use super::site::cookie;

/// A language that pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// For everybody who asks for no other.
    English,
    /// Italiano.
    Italian,
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "gennaio"),
    ("February", "febbraio"),
    ("March", "marzo"),
    ("April", "aprile"),
    ("May", "maggio"),
    ("June", "giugno"),
    ("July", "luglio"),
    ("August", "agosto"),
    ("September", "settembre"),
    ("October", "ottobre"),
    ("November", "novembre"),
    ("December", "dicembre"),
];

impl Language {
    /// As in `lang` and `Accept-Language`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Italian => "it",
        }
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::English),
            "it" => Some(Self::Italian),
            _ => None,
        }
    }

    /// The one that was chosen, or else the one the browser asks for.
    pub fn of(headers: &HeaderMap) -> Self {
        let chosen = cookie(headers, super::preferences::LANGUAGE).and_then(Self::parse);
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        chosen.unwrap_or_else(|| Self::preferred(accepted.unwrap_or_default()))
    }

    /// Of `en;q=0.8, it`: Italian.
    fn preferred(accepted: &str) -> Self {
        let mut best = (0.0, Self::English);
        for entry in accepted.split(',') {
            let (tag, quality) = entry.split_once(";q=").unwrap_or((entry, "1"));
            let primary = tag.trim().split('-').next().unwrap_or_default().to_lowercase();
            let quality: f32 = quality.trim().parse().unwrap_or(0.0);
            if let Some(language) = Self::parse(&primary)
                && quality > best.0
            {
                best = (quality, language);
            }
        }
        best.1
    }

    /// `23 November 2026`, `23 novembre 2026`.
    pub fn date(self, time: &DateTime<Utc>) -> String {
        let (english, italian) = MONTHS[time.month0() as usize % 12];
        let month = if self == Self::English { english } else { italian };
        format!("{} {month} {}", time.day(), time.year())
    }

    /// `12.4 MB`, `12,4 MB`.
    pub fn size(self, bytes: i64) -> String {
        let rounded = |unit: i64| (bytes / unit) + i64::from(bytes % unit * 2 >= unit);
        let tenths = |unit: i64| format!("{}.{}", rounded(unit / 10) / 10, rounded(unit / 10) % 10);
        let text = match bytes {
            ..1_000 => return format!("{bytes} B"),
            1_000..999_500 => return format!("{} kB", rounded(1_000)),
            999_500..999_950_000 => format!("{} MB", tenths(1_000_000)),
            _ => format!("{} GB", tenths(1_000_000_000)),
        };
        if self == Self::Italian { text.replace('.', ",") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_accepted_language_wins() {
        for (accepted, code) in [
            ("", "en"),
            ("it-IT,it;q=0.9,en-US;q=0.8", "it"),
            ("en-GB,it;q=0.9", "en"),
            ("de, it;q=0.3", "it"),
            ("de", "en"),
            ("it;q=0", "en"),
            ("it;q=x,,;", "en"),
        ] {
            assert_eq!(Language::preferred(accepted).code(), code, "{accepted}");
        }
    }

    #[test]
    fn sizes_and_dates_are_written_as_people_write_them() {
        assert_eq!(Language::English.size(12_480_000), "12.5 MB");
        assert_eq!(Language::English.size(99_947), "100 kB");
        assert_eq!(Language::English.size(999_600), "1.0 MB");
        assert_eq!(Language::English.size(999_960_000), "1.0 GB");
        assert_eq!(Language::Italian.size(1_900_000_000), "1,9 GB");
        assert_eq!(Language::English.size(999), "999 B");
        let time = "2026-11-23T10:00:00Z".parse().unwrap();
        assert_eq!(Language::Italian.date(&time), "23 novembre 2026");
    }
}
