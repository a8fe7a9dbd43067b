//! Feedback as the page of the developers shows it.

use securevox_protocol::feedback::Feedback;

/// The longest side of a picture in the list.
const THUMBNAIL: i32 = 160;

/// Feedback as the page of the developers shows it.
pub(super) struct Listed {
    pub(super) entry: Feedback,
}

impl Listed {
    /// Who said it, as far as that is known.
    pub(super) fn author(&self, otherwise: &str) -> String {
        self.entry.author.clone().unwrap_or_else(|| otherwise.to_owned())
    }

    /// Full stars and empty ones.
    pub(super) fn stars(&self) -> Option<(String, i16)> {
        let stars = self.entry.rating?;
        let full = usize::try_from(stars).unwrap_or_default().min(5);
        Some((format!("{}{}", "★".repeat(full), "☆".repeat(5 - full)), stars))
    }

    /// What the build is called: `otherwise` where its package has no version.
    pub(super) fn version(&self, otherwise: &str) -> String {
        let Feedback { version, build_number, .. } = &self.entry;
        if version.is_none() && build_number.is_none() {
            return otherwise.to_owned();
        }
        crate::words::version(version.as_deref(), build_number.as_deref())
    }

    /// Width and height of the picture in the list.
    pub(super) fn thumbnail(&self) -> Option<(i32, i32)> {
        let screenshot = self.entry.screenshot.as_ref()?;
        let longest = screenshot.width.max(screenshot.height).max(1);
        let side = |side: i32| {
            if longest <= THUMBNAIL { side } else { (side * THUMBNAIL / longest).max(1) }
        };
        Some((side(screenshot.width), side(screenshot.height)))
    }

    /// Device, system and language, as far as they were told.
    pub(super) fn told(&self) -> String {
        let Feedback { device, os, locale, .. } = &self.entry;
        let told = [device, os, locale].into_iter().flatten();
        told.map(String::as_str).collect::<Vec<_>>().join(" · ")
    }
}
