//! The pages about one app, side by side, for its developers.

use securevox_core::web::Language;

/// One of the pages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tab {
    /// Below `/admin/apps/{app}`.
    pub(crate) path: &'static str,
    english: &'static str,
    italian: &'static str,
}

/// In the order in which they are shown.
pub(crate) const TABS: &[Tab] = &[
    Tab::new("/builds", "Builds", "Build"),
    Tab::new("/testers", "Testers", "Tester"),
    Tab::new("/feedback", "Feedback", "Feedback"),
    Tab::new("/analytics", "Analytics", "Statistiche"),
    Tab::new("/downloads", "Downloads", "Download"),
    Tab::new("/devices", "Devices", "Dispositivi"),
    Tab::new("/webhooks", "Notifications", "Notifiche"),
    Tab::new("/storage", "Storage", "Spazio"),
    Tab::new("/log", "Log", "Registro"),
    Tab::new("", "Settings", "Impostazioni"),
];

impl Tab {
    const fn new(path: &'static str, english: &'static str, italian: &'static str) -> Self {
        Self { path, english, italian }
    }

    pub(crate) fn name(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Italian => self.italian,
        }
    }
}
