//! The words of our pages, and what they need to know of devices and names.

mod people;
mod problems;
mod values;

use axum::http::{HeaderMap, header};
use securevox_core::{
    Error, Result, translations,
    web::{FaultWords, Faults, Language, View},
};
use securevox_protocol::builds::Platform;

pub(crate) use self::{people::PeopleWords, problems::PROBLEMS};

/// What our pages say of what goes wrong.
pub(crate) const FAULTS: FaultWords = FaultWords { problems: PROBLEMS, fields: values::VALUES };

/// What is wrong with a form that has these `fields`, to be told on its page; what cannot be mended
/// there is an error still.
pub(crate) fn faults(error: Error, view: &View, fields: &[&'static str]) -> Result<Faults> {
    Faults::of(error, view, fields, FAULTS)
}

translations! {
    pub(crate) DistributionWords {
        apps: "Apps", "App";
        all: "All", "Tutte";
        upload: "Upload", "Carica";
        welcome: "Apps for testing", "App da provare";
        welcome_detail: "Sign in to see the apps you test and publish here. If somebody sent you an install link, open that link.", "Accedi per vedere le app che provi e pubblichi qui. Se ti hanno mandato un link di installazione, apri quel link.";
        search_apps: "Name or bundle ID", "Nome o bundle ID";
        no_such_app: "No app is called like that", "Nessuna app si chiama così";
        no_apps: "No apps yet", "Ancora nessuna app";
        no_apps_publisher: "Upload a package here, or send it from CI with an API token:", "Carica un pacchetto da qui, oppure invialo dalla CI con un token API:";
        no_apps_tester: "When somebody adds you to an app, it appears here.", "Quando qualcuno ti aggiunge a un’app, la trovi qui.";
        upload_build: "Upload a build", "Carica una build";
        install: "Install", "Installa";
        download_apk: "Download APK", "Scarica l’APK";
        scan: "Scan to install on your phone", "Inquadra per installare sul telefono";
        copy_link: "Copy install link", "Copia il link";
        copy: "Copy", "Copia";
        copied: "Copied", "Copiato";
        link_hint: "Whoever has the link can install, for some days.", "Chi ha il link può installare, per alcuni giorni.";
        for_ios: "This build is for iPhone and iPad. Open the page on one of them.", "Questa build è per iPhone e iPad. Apri la pagina da uno di questi.";
        for_android: "This build is for Android. Open the page on an Android phone.", "Questa build è per Android. Apri la pagina da un telefono Android.";
        desktop_ios: "Installing works on an iPhone or iPad: scan the code with its camera.", "L’installazione funziona su iPhone o iPad: inquadra il codice con la fotocamera.";
        needs_https: "iPhones install over HTTPS only, and this server is reached over HTTP. Whoever runs it has to give it an https:// address.", "Gli iPhone installano solo tramite HTTPS e questo server è raggiunto via HTTP. Chi lo gestisce deve dargli un indirizzo https://.";
        android_hint: "If Android asks, allow your browser to install apps, then open the download again.", "Se Android lo chiede, permetti al browser di installare app, poi riapri il file scaricato.";
        ios_hint: "The app appears on the home screen. On iOS 16 and later, test builds may need Developer Mode.", "L’app compare nella schermata Home. Da iOS 16 le build di prova possono richiedere la Modalità sviluppatore.";
        notes: "What is new", "Novità";
        details: "Details", "Dettagli";
        version: "Version", "Versione";
        size: "Size", "Dimensione";
        uploaded: "Uploaded", "Caricata";
        requires: "Requires", "Richiede";
        or_later: "or later", "o successivo";
        bundle_id: "Bundle ID", "Bundle ID";
        channel: "Channel", "Canale";
        branch: "Branch", "Branch";
        commit: "Commit", "Commit";
        ci_run: "CI run", "Esecuzione CI";
        open: "Open", "Apri";
        older: "Older builds", "Build precedenti";
        upload_lead: "An IPA or an APK. Name, version and bundle ID are read from the package.", "Un IPA o un APK. Nome, versione e bundle ID vengono letti dal pacchetto.";
        package: "Package", "Pacchetto";
        at_most: "At most", "Al massimo";
        notes_hint: "For the people who test it. Optional.", "Per chi la prova. Facoltativo.";
        channel_hint: "For example beta or nightly. Optional.", "Per esempio beta o nightly. Facoltativo.";
        branch_hint: "Where it was built from. Optional.", "Da dove è stata compilata. Facoltativo.";
        reading: "Reading the package", "Lettura del pacchetto";
        failed: "The upload broke off. Check the connection and try again.", "Il caricamento si è interrotto. Controlla la connessione e riprova.";
        too_large: "The file is too large for this server.", "Il file è troppo grande per questo server.";
        in_app: "The browser inside this app cannot install. Open the page in Safari: choose “Open in Safari” in the menu, or copy the link.", "Il browser di questa app non può installare. Apri la pagina in Safari: scegli «Apri in Safari» nel menu, oppure copia il link.";
        pause: "Pause", "Pausa";
        resume: "Resume", "Riprendi";
        unfinished: "Choose the same file again to go on where it stopped:", "Scegli di nuovo lo stesso file per riprendere da dove si era fermato:";
        from_ci: "From CI", "Dalla CI";
        from_ci_lead: "The same upload with an API token that has the scope builds:write:", "Lo stesso caricamento con un token API che ha lo scope builds:write:";
    }
}

/// What a page is looked at with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    Ios,
    Android,
    /// A desktop, or an iPad, which says it is a Mac.
    Other,
}

impl Device {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let agent = agent.unwrap_or_default();
        if agent.contains("iPhone") || agent.contains("iPad") {
            Self::Ios
        } else if agent.contains("Android") {
            Self::Android
        } else {
            Self::Other
        }
    }

    pub(crate) fn platform(self) -> Option<Platform> {
        match self {
            Self::Ios => Some(Platform::Ios),
            Self::Android => Some(Platform::Android),
            Self::Other => None,
        }
    }
}

/// Whether it is the browser inside an app on an iPhone or iPad, which does not follow the links
/// that install. Only browsers say that they are Safari; some apps say so too, and their names.
pub(crate) fn is_in_app(headers: &HeaderMap) -> bool {
    const APPS: [&str; 9] = [
        "FBAN/",
        "FBAV/",
        "Instagram",
        "LinkedInApp",
        "Line/",
        "MicroMessenger",
        "Snapchat",
        "Pinterest/",
        "BytedanceWebview",
    ];
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let agent = agent.unwrap_or_default();
    Device::of(headers) == Device::Ios
        && (!agent.contains("Safari/") || APPS.iter().any(|app| agent.contains(app)))
}

/// For the frame around every page.
pub(crate) fn groups(language: Language) -> &'static str {
    PeopleWords::of(language).groups
}

/// As people write it.
pub(crate) fn system(platform: Platform) -> &'static str {
    match platform {
        Platform::Ios => "iOS",
        Platform::Android => "Android",
    }
}

/// `iOS · 1.2.0 (34)`; the system alone for a package that has no version.
pub(crate) fn system_and_version(
    platform: Platform,
    version_name: Option<&str>,
    number: Option<&str>,
) -> String {
    let system = system(platform);
    if version_name.or(number).is_none() {
        return system.to_owned();
    }
    format!("{system} · {}", version(version_name, number))
}

/// `1.2.0 (34)`.
pub(crate) fn version(version: Option<&str>, number: Option<&str>) -> String {
    match (version, number) {
        (Some(version), Some(number)) => format!("{version} ({number})"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "–".to_owned(),
    }
}

/// The command that uploads a package to the platform at `address`.
pub(crate) fn upload_command(address: &str) -> String {
    format!(
        "curl -X POST {address}api/builds/ \\\n  -H \"Authorization: Token $API_TOKEN\" \\\n  -F \"app_file=@MyApp.ipa\""
    )
}

/// What stands on the tile of an app without an icon.
pub(crate) fn initial(name: &str) -> String {
    name.chars()
        .find(|c| c.is_alphanumeric())
        .map_or("·".to_owned(), |c| c.to_uppercase().collect())
}

/// One of six colours, always the same for one app.
pub(crate) fn turn(bundle_id: &str) -> u32 {
    bundle_id.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_inside_apps_are_known() {
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let in_app = |agent: String| {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().unwrap());
            is_in_app(&headers)
        };
        assert!(!in_app(format!("{phone} Version/18.1 Mobile/15E148 Safari/604.1")));
        assert!(!in_app(format!("{phone} CriOS/131.0 Mobile/15E148 Safari/604.1")));
        assert!(in_app(format!("{phone} Mobile/15E148")));
        assert!(in_app(format!("{phone} Mobile/15E148 Instagram 361.0")));
        assert!(in_app(format!("{phone} Version/18.1 Mobile/15E148 Safari/604.1 Line/14.0")));
        assert!(!in_app("Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Instagram 361.0".to_owned()));
    }
}
