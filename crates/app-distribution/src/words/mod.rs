//! The words of our pages, and what they need to know of names.

mod people;
mod problems;
mod rejections;
mod tabs;
mod testing;
mod values;

use securevox_core::{
    Error, Result, translations,
    web::{FaultWords, Faults, Language, View},
};
use securevox_protocol::{accounts::Role, builds::Platform, downloads::DownloadDevice};

use crate::android_version::android_of;

pub(crate) use self::{people::PeopleWords, problems::PROBLEMS, tabs::TABS, testing::TestingWords};

/// What our pages say of what goes wrong.
pub(crate) const FAULTS: FaultWords =
    FaultWords { problems: PROBLEMS, details: rejections::REJECTIONS, fields: values::VALUES };

/// What is wrong with a form that has these `fields`, to be told on its page; what cannot be mended
/// there is an error still.
pub(crate) fn faults(error: Error, view: &View, fields: &[&'static str]) -> Result<Faults> {
    Faults::of(error, view, fields, FAULTS)
}

translations! {
    pub(crate) DistributionWords {
        apps: "Apps", "App";
        whole_log: "Log", "Registro";
        all: "All", "Tutte";
        upload: "Upload", "Carica";
        feeds: "Updates on my phone", "Aggiornamenti sul telefono";
        manage: "Manage", "Gestisci";
        no_builds: "No builds yet", "Ancora nessuna build";
        welcome: "Apps for testing", "App da provare";
        welcome_detail: "Sign in to see the apps you test and publish here. If somebody sent you an install link, open that link.", "Accedi per vedere le app che provi e pubblichi qui. Se ti hanno mandato un link di installazione, apri quel link.";
        search_apps: "Name or bundle ID", "Nome o bundle ID";
        no_such_app: "No app is called like that", "Nessuna app si chiama così";
        no_apps: "No apps yet", "Ancora nessuna app";
        no_apps_publisher: "Upload a package here, or send it from CI with an API token:", "Carica un pacchetto da qui, oppure invialo dalla CI con un token API:";
        no_apps_tester: "When somebody adds you to an app, it appears here.", "Quando qualcuno ti aggiunge a un’app, la trovi qui.";
        invited: "Were you invited by mail? Confirm that the address is yours, and you find here what it was given.", "Ti hanno invitato via email? Conferma che l’indirizzo è tuo e trovi qui ciò che gli è stato assegnato.";
        your_address: "Your address", "Il tuo indirizzo";
        new_app: "New app", "Nuova app";
        new_app_lead: "Before its first build: its testers can be invited, and its CI can have a token of its own.", "Prima della sua prima build: così puoi già invitare i tester e dare alla CI un token solo suo.";
        new_app_name_hint: "Until its first build says otherwise.", "Finché non lo dice la sua prima build.";
        platform: "Platform", "Piattaforma";
        about: "About the app", "Informazioni sull’app";
        upload_build: "Upload a build", "Carica una build";
        install: "Install", "Installa";
        download_apk: "Download APK", "Scarica l’APK";
        scan: "Scan to install on your phone", "Inquadra per installare sul telefono";
        code: "QR code", "Codice QR";
        code_of_link: "QR code of the link", "Codice QR del link";
        copy_link: "Copy install link", "Copia il link";
        copy: "Copy", "Copia";
        copied: "Copied", "Copiato";
        link_hint: "Whoever has the link can install, for some days.", "Chi ha il link può installare, per alcuni giorni.";
        for_ios: "This build is for iPhone and iPad. Open the page on one of them.", "Questa build è per iPhone e iPad. Apri la pagina da uno di questi.";
        for_android: "This build is for Android. Open the page on an Android phone.", "Questa build è per Android. Apri la pagina da un telefono Android.";
        desktop_ios: "Installing works on an iPhone or iPad: scan the code with its camera.", "L’installazione funziona su iPhone o iPad: inquadra il codice con la fotocamera.";
        needs_https: "iPhones install over HTTPS only, and this server is reached over HTTP. Whoever runs it has to give it an https:// address.", "Gli iPhone installano solo tramite HTTPS e questo server è raggiunto via HTTP. Chi lo gestisce deve dargli un indirizzo https://.";
        android_hint: "If Android asks, allow your browser to install apps, then open the download again.", "Se Android lo chiede, permetti al browser di installare app, poi riapri il file scaricato.";
        ios_trust_hint: "The app appears on the home screen. The first time, trust its maker in Settings › General › VPN & Device Management.", "L’app compare nella schermata Home. La prima volta autorizza chi la pubblica in Impostazioni › Generali › VPN e gestione dispositivi.";
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
        newer: "There is a newer build:", "C’è una build più recente:";
        empty_file: "The file is empty.", "Il file è vuoto.";
        upload_lead: "An IPA or an APK, or an AAB that is kept for download. Name, version and bundle ID are read from the package.", "Un IPA o un APK, oppure un AAB da conservare per il download. Nome, versione e bundle ID vengono letti dal pacchetto.";
        package: "Package", "Pacchetto";
        at_most: "At most", "Al massimo";
        notes_hint: "For the people who test it. Optional.", "Per chi la prova. Facoltativo.";
        channel_hint: "For example beta or nightly. Optional.", "Per esempio beta o nightly. Facoltativo.";
        branch_hint: "Where it was built from. Optional.", "Da dove è stata compilata. Facoltativo.";
        reading: "Reading the package", "Lettura del pacchetto";
        reading_file: "Reading the file", "Lettura del file";
        waiting: "The connection broke off. It goes on by itself", "La connessione si è interrotta. Riprende da solo";
        paused: "Paused", "In pausa";
        time_left: "{} left", "ancora {}";
        failed_whole: "The upload broke off. Check the connection and send it again.", "Il caricamento si è interrotto. Controlla la connessione e invialo di nuovo.";
        failed: "The upload broke off. Check the connection and try again.", "Il caricamento si è interrotto. Controlla la connessione e riprova.";
        too_large: "The file is too large for this server.", "Il file è troppo grande per questo server.";
        in_app: "The browser inside this app cannot install. Open the page in Safari: choose “Open in Safari” in the menu, or copy the link.", "Il browser di questa app non può installare. Apri la pagina in Safari: scegli «Apri in Safari» nel menu, oppure copia il link.";
        in_app_android: "The browser inside this app may not install. Open the page in Chrome or another browser: choose “Open in browser” in the menu, or copy the link.", "Il browser di questa app potrebbe non installare. Apri la pagina in Chrome o in un altro browser: scegli «Apri nel browser» nel menu, oppure copia il link.";
        pause: "Pause", "Pausa";
        resume: "Resume", "Riprendi";
        unfinished: "Unfinished uploads", "Caricamenti non finiti";
        unfinished_lead: "Choose the same file again, and it goes on where it stopped, with what you had written then.", "Scegli di nuovo lo stesso file: riprende da dove si era fermato, con quello che avevi scritto allora.";
        kept_until: "kept until", "conservato fino al";
        choose_again: "Choose file", "Scegli il file";
        abandon: "Abandon", "Abbandona";
        abandon_question: "Abandon the upload of", "Abbandonare il caricamento di";
        abandon_lost: "What has come of it is deleted.", "Ciò che è arrivato viene eliminato.";
        resumes: "This file goes on where it stopped.", "Questo file riprende da dove si era fermato.";
        groups: "Groups that get it", "Gruppi che la ricevono";
        testers: "Testers", "Tester";
        another_app: "Upload a build of another app", "Carica una build di un’altra app";
        icon: "Icon", "Icona";
        icon_hint: "Only for a package that has none: PNG, JPEG or WebP, 2 MB at most. With it the upload cannot be paused.", "Solo per un pacchetto che non ne ha: PNG, JPEG o WebP, al massimo 2 MB. In questo caso il caricamento non si può mettere in pausa.";
        release: "More", "Altro";
        hold_back: "Do not offer it yet", "Non offrirla ancora";
        hold_back_hint: "Developers of the app alone see it, until one of them offers it on the page that manages the build. Then testers are told.", "La vedono solo gli sviluppatori dell’app, finché uno di loro non la offre dalla pagina che la gestisce. Allora vengono avvisati i tester.";
        beta_hint: "Marks the build for testers.", "Contrassegna la build per i tester.";
        from_ci: "From CI", "Dalla CI";
        from_ci_lead: "The same upload with an API token that has the scope builds:write:", "Lo stesso caricamento con un token API che ha lo scope builds:write:";
        tokens: "API tokens", "Token API";
        make_token: "Make an API token", "Crea un token API";
    }
}

/// For the frame around every page.
pub(crate) fn groups(language: Language) -> &'static str {
    PeopleWords::of(language).groups
}

/// What the log of the installation is called in the frame, for those who may read it.
pub(crate) fn whole_log(view: &View) -> Option<&'static str> {
    let person = view.person.as_ref()?;
    (person.role == Role::Admin).then_some(DistributionWords::of(view.language).whole_log)
}

/// What the bar above every page leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Apps,
    Groups,
    Upload,
    /// What was done, for administrators.
    Log,
}

impl Place {
    /// Where the page at `path` belongs.
    pub(crate) fn of(path: &str) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        if path.starts_with("/admin/groups") {
            Self::Groups
        } else if path == "/admin" || path == "/admin/builds" || path.starts_with("/admin/uploads")
        {
            Self::Upload
        } else if path == "/admin/log" {
            Self::Log
        } else {
            Self::Apps
        }
    }
}

/// As people write it.
pub(crate) fn system(platform: Platform) -> &'static str {
    match platform {
        Platform::Ios => "iOS",
        Platform::Android => "Android",
    }
}

/// The oldest system that a build runs on, as people know it: `iOS 15.0`, `Android 8`.
pub(crate) fn oldest_system(platform: Platform, needed: &str) -> String {
    match (platform, needed.parse()) {
        (Platform::Android, Ok(level)) => android_of(level),
        (Platform::Android, Err(_)) => format!("Android API {needed}"),
        (Platform::Ios, _) => format!("iOS {needed}"),
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

/// `iPhone16,1 · iOS 18.1`; nothing of what says nothing of itself.
pub(crate) fn device(device: &DownloadDevice) -> Option<String> {
    let parts = [&device.model, &device.system, &device.program].into_iter().flatten();
    let parts: Vec<&str> = parts.map(String::as_str).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
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
