//! The words of our pages, and what they need to know of devices and names.

use axum::http::{HeaderMap, header};
use securevox_core::{
    translations,
    web::{Language, ProblemWords},
};
use securevox_protocol::{
    apps::{Access, AppRole},
    builds::Platform,
};

translations! {
    pub(crate) DistributionWords {
        apps: "Apps", "App";
        all: "All", "Tutte";
        upload: "Upload", "Carica";
        welcome: "Apps for testing", "App da provare";
        welcome_detail: "Sign in to see the apps you test and publish here. If somebody sent you an install link, open that link.", "Accedi per vedere le app che provi e pubblichi qui. Se ti hanno mandato un link di installazione, apri quel link.";
        no_apps: "No apps yet", "Ancora nessuna app";
        no_apps_publisher: "Upload a package here, or send it from CI with an API token:", "Carica un pacchetto da qui, oppure invialo dalla CI con un token API:";
        no_apps_tester: "When somebody adds you to an app, it appears here.", "Quando qualcuno ti aggiunge a un’app, la trovi qui.";
        upload_build: "Upload a build", "Carica una build";
        install: "Install", "Installa";
        download_apk: "Download APK", "Scarica l’APK";
        scan: "Scan to install on your phone", "Inquadra per installare sul telefono";
        copy_link: "Copy install link", "Copia il link";
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

/// What our pages say of problems.
pub(crate) const PROBLEMS: &[ProblemWords] = &[
    ProblemWords {
        slug: "link-expired",
        english: Some(("This link has expired", "Ask whoever sent it for a new one.")),
        italian: ("Questo link è scaduto", "Chiedine uno nuovo a chi te l’ha mandato."),
    },
    ProblemWords {
        slug: "not-a-publisher",
        english: None,
        italian: (
            "Il tuo account non può caricare build",
            "Chiedi a un amministratore di farti publisher.",
        ),
    },
    ProblemWords {
        slug: "not-your-app",
        english: None,
        italian: (
            "Questa app è di qualcun altro",
            "Chiedi a chi la gestisce di aggiungerti come sviluppatore.",
        ),
    },
    ProblemWords {
        slug: "not-a-package",
        english: None,
        italian: (
            "Il file non è un pacchetto installabile",
            "Carica un IPA o un APK completo, così come esce dalla compilazione.",
        ),
    },
    ProblemWords {
        slug: "contradiction",
        english: None,
        italian: (
            "Il pacchetto dice altro",
            "Quello che hai indicato non corrisponde a quello che c’è nel pacchetto.",
        ),
    },
    ProblemWords {
        slug: "too-large",
        english: None,
        italian: ("Il pacchetto è troppo grande", "Supera il limite di questo server."),
    },
    ProblemWords {
        slug: "too-many-uploads",
        english: None,
        italian: ("Troppi caricamenti insieme", "Aspetta qualche secondo e riprova."),
    },
    ProblemWords {
        slug: "malformed-form",
        english: None,
        italian: ("Il modulo non si legge", "Ricarica la pagina e invialo di nuovo."),
    },
];

translations! {
    /// The words of pages and mails about people.
    pub(crate) PeopleWords {
        settings: "Settings", "Impostazioni";
        groups: "Groups", "Gruppi";
        description: "Description", "Descrizione";
        testflight: "TestFlight link", "Link TestFlight";
        play: "Google Play link", "Link Google Play";
        access: "Who may install", "Chi può installare";
        access_members: "Members and testers", "Membri e tester";
        access_password: "Whoever knows a password, too", "Anche chi conosce una password";
        access_public: "Anybody", "Chiunque";
        password: "Password", "Password";
        password_hint: "8 characters or more. Leave it empty to keep the one there is.", "Almeno 8 caratteri. Lascia vuoto per tenere quella attuale.";
        save: "Save", "Salva";
        saved: "Saved", "Salvato";
        members: "Members", "Membri";
        members_lead: "Accounts that work on the app. Managers add developers and testers; owners everybody.", "Gli account che lavorano all’app. I manager aggiungono sviluppatori e tester; i proprietari chiunque.";
        handle: "Account", "Account";
        role: "Role", "Ruolo";
        tester: "Tester", "Tester";
        developer: "Developer", "Sviluppatore";
        manager: "Manager", "Manager";
        owner: "Owner", "Proprietario";
        add: "Add", "Aggiungi";
        remove: "Remove", "Rimuovi";
        danger: "Delete the app", "Elimina l’app";
        danger_lead: "With all its builds, for ever. Write its bundle ID to confirm.", "Con tutte le sue build, per sempre. Scrivi il suo bundle ID per confermare.";
        not_confirmed: "This is not the bundle ID of the app.", "Questo non è il bundle ID dell’app.";
        delete: "Delete", "Elimina";
        back: "Back", "Indietro";
        groups_lead: "People who install builds without an account, over any number of apps.", "Persone che installano build senza un account, su quante app vuoi.";
        no_groups: "No groups yet", "Ancora nessun gruppo";
        new_group: "New group", "Nuovo gruppo";
        name: "Name", "Nome";
        create: "Create", "Crea";
        rename: "Rename", "Rinomina";
        testers: "Testers", "Tester";
        no_testers: "Nobody is in this group yet.", "In questo gruppo non c’è ancora nessuno.";
        invite: "Invite", "Invita";
        addresses: "Mail addresses", "Indirizzi email";
        addresses_hint: "One a line, or pasted from a table. Each gets a link that signs them in.", "Uno per riga, o incollati da una tabella. Ognuno riceve un link per entrare.";
        copy_these: "Mail is off on this server. Pass these links on yourself; each works once.", "Su questo server l’email è disattivata. Invia tu questi link: ognuno funziona una volta.";
        invitations_sent: "Invitations sent", "Inviti inviati";
        shared_tester: "also in groups of others: they sign in by themselves", "è anche in gruppi di altri: entra da solo";
        group_apps: "Apps", "App";
        group_apps_lead: "What the group installs: every build, or only those that are given to it.", "Cosa installa il gruppo: ogni build, o solo quelle che gli vengono assegnate.";
        every_build: "Every build", "Ogni build";
        given_builds: "Builds given to it", "Build assegnate";
        app: "App", "App";
        builds: "Builds", "Build";
        join_links: "Join links", "Link di iscrizione";
        join_links_lead: "Whoever opens one says an address and proves it by a mail.", "Chi lo apre indica un indirizzo e lo conferma con un’email.";
        domain: "Only addresses of", "Solo indirizzi di";
        domain_hint: "For example example.org. Empty for any.", "Per esempio example.org. Vuoto per tutti.";
        uses: "How many may join", "Quanti possono iscriversi";
        hours: "Hours until it ends", "Ore prima che scada";
        optional: "Optional.", "Facoltativo.";
        new_link: "Your new link. It is shown once.", "Il tuo nuovo link. Lo vedi solo ora.";
        any_domain: "Any address", "Qualsiasi indirizzo";
        left: "left", "rimasti";
        until: "until", "fino al";
        withdraw: "Withdraw", "Ritira";
        delete_group: "Delete the group", "Elimina il gruppo";
        join: "Join", "Entra in";
        join_lead: "Enter your mail address. We send you a link that lets you in.", "Scrivi il tuo indirizzo email. Ti mandiamo un link per entrare.";
        join_off: "This server sends no mail: ask whoever sent you the link to add you.", "Questo server non invia email: chiedi a chi ti ha mandato il link di aggiungerti.";
        ask_title: "Sign in as a tester", "Entra come tester";
        ask_lead: "Enter the address you were invited with. We send you a link that signs you in.", "Scrivi l’indirizzo con cui sei stato invitato. Ti mandiamo un link per entrare.";
        ask_off: "This server sends no mail: ask whoever invited you for a link.", "Questo server non invia email: chiedi un link a chi ti ha invitato.";
        address: "Mail address", "Indirizzo email";
        only_domain: "Only addresses of this domain:", "Solo indirizzi di questo dominio:";
        send: "Send me a link", "Mandami un link";
        sent_title: "Look into your mail", "Controlla la posta";
        sent_lead: "If the address is right, a link is on its way. It works once, for half an hour.", "Se l’indirizzo è giusto, un link è in arrivo. Funziona una volta, per mezz’ora.";
        no_address: "This is not a mail address.", "Questo non è un indirizzo email.";
        other_domain: "Only addresses of the domain below may join.", "Possono entrare solo indirizzi del dominio indicato sotto.";
        open_title: "One more tap", "Ancora un tocco";
        open_lead: "The link works once, so it is used only when you press the button.", "Il link funziona una volta sola, perciò viene usato solo quando premi il pulsante.";
        open_apps: "Open my apps", "Apri le mie app";
        signed_in_as: "Signed in as", "Hai effettuato l’accesso come";
        leave: "Sign out", "Esci";
        locked_title: "This app has a password", "Questa app ha una password";
        locked_lead: "Whoever shared the link knows it.", "La conosce chi ha condiviso il link.";
        wrong_password: "This is not the password.", "La password non è questa.";
        open: "Open", "Apri";
        test_without_account: "Test without an account", "Prova senza un account";
        invited_to: "You are invited to test:", "Invito a provare:";
        invited_lead: "Somebody would like you to try apps before they are released. This link lets you in, without a password.", "Qualcuno vorrebbe farti provare delle app prima che escano. Questo link ti fa entrare, senza password.";
        accept: "Accept", "Accetta";
        invited_note: "The link works once. If you do not know what this is about, ignore this mail.", "Il link funziona una volta sola. Se non sai di cosa si tratta, ignora questa email.";
        your_link: "Your link to sign in", "Il tuo link per entrare";
        your_link_lead: "You asked for a link to sign in on your phone or computer.", "Hai chiesto un link per entrare dal telefono o dal computer.";
        your_link_note: "The link works once, for half an hour. If it was not you who asked, ignore this mail.", "Il link funziona una volta, per mezz’ora. Se non l’hai chiesto tu, ignora questa email.";
    }
}

impl PeopleWords {
    pub(crate) fn role_name(&self, role: AppRole) -> &'static str {
        match role {
            AppRole::Tester => self.tester,
            AppRole::Developer => self.developer,
            AppRole::Manager => self.manager,
            AppRole::Owner => self.owner,
        }
    }

    pub(crate) fn access_name(&self, access: Access) -> &'static str {
        match access {
            Access::Members => self.access_members,
            Access::Password => self.access_password,
            Access::Public => self.access_public,
        }
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
