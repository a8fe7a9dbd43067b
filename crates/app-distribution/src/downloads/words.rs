//! The words of the log of downloads.

use securevox_core::translations;
use securevox_protocol::downloads::{BuildDownload, DownloadedBy};

translations! {
    pub(super) DownloadWords {
        title: "Downloads", "Download";
        lead: "Who fetched which build, when, and with what. Devices are told as far as they say it themselves.", "Chi ha scaricato quale build, quando e con che cosa. I dispositivi sono indicati per quanto dicono di sé.";
        build: "Build", "Build";
        all_builds: "All builds", "Tutte le build";
        show: "Show", "Mostra";
        export: "Export as CSV", "Esporta in CSV";
        who: "Who", "Chi";
        when: "When", "Quando";
        device: "Device", "Dispositivo";
        none: "Nobody has downloaded anything yet", "Nessuno ha ancora scaricato nulla";
        none_lead: "Whoever installs a build appears here.", "Chi installa una build compare qui.";
        none_of_build: "Nobody has downloaded this build", "Nessuno ha scaricato questa build";
        by_password: "Somebody who knew the password", "Qualcuno che conosceva la password";
        by_public: "Anybody: the app is public", "Chiunque: l’app è pubblica";
        by_link: "Somebody with an install link", "Qualcuno con un link di installazione";
        deleted_account: "An account that is gone", "Un account che non c’è più";
        deleted_tester: "A tester who is gone", "Un tester che non c’è più";
        unknown: "Unknown", "Sconosciuto";
    }
}

impl DownloadWords {
    /// Who it was.
    pub(super) fn name<'a>(&self, download: &'a BuildDownload) -> &'a str
    where
        Self: 'a,
    {
        let known = download.handle.as_deref().or(download.email.as_deref());
        known.unwrap_or(match download.via {
            _ if download.account_id.is_some() => self.deleted_account,
            _ if download.tester_id.is_some() => self.deleted_tester,
            Some(DownloadedBy::Password) => self.by_password,
            Some(DownloadedBy::Public) => self.by_public,
            Some(DownloadedBy::Link) => self.by_link,
            Some(DownloadedBy::Account | DownloadedBy::Tester) | None => self.unknown,
        })
    }
}
