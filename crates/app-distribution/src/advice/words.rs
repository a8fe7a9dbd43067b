//! The warnings of a build in the language of a page, for its developers. The API tells them in
//! English alone, with names and days; in Italian they say the same, and the facts of the build
//! have the rest. What whoever installs it ought to know is told by `install::cautions`.

use securevox_core::web::Language;
use securevox_protocol::builds::Warning;

/// What there is to know, each as a sentence or two.
pub(crate) fn in_words<'a>(
    warnings: impl Iterator<Item = &'a Warning>,
    language: Language,
) -> Vec<String> {
    let words = warnings.map(|warning| match language {
        Language::English => warning.detail.clone(),
        Language::Italian => {
            italian(&warning.code).map_or_else(|| warning.detail.clone(), ToOwned::to_owned)
        }
    });
    words.collect()
}

/// By the codes of the API.
const ITALIAN: &[(&str, &str)] = &[
    (
        "version-differs",
        "La versione indicata al caricamento non è quella del pacchetto: vale il pacchetto.",
    ),
    (
        "build-number-differs",
        "Il numero di build indicato al caricamento non è quello del pacchetto: vale il pacchetto.",
    ),
    (
        "bundle-id-differs",
        "Il bundle ID indicato al caricamento non è quello del pacchetto: vale il pacchetto.",
    ),
    (
        "unknown-field",
        "Il caricamento conteneva un campo che qui non significa niente: è stato ignorato.",
    ),
    ("icon-unreadable", "L’icona inviata con il pacchetto non si può leggere: è stata ignorata."),
    (
        "not-installable",
        "Nessun dispositivo può installare questa build da qui: serve un pacchetto firmato per la distribuzione.",
    ),
    (
        "profile-expired",
        "Il profilo di provisioning è scaduto: la build non si installa e non si avvia. Rinnova il profilo ed esporta di nuovo l’app.",
    ),
    (
        "profile-expires-soon",
        "Il profilo di provisioning scade presto: da quel giorno la build non si installa e non si avvia. Rinnovalo in tempo.",
    ),
    (
        "certificate-expired",
        "Il certificato di firma è scaduto: la build non si installa e non si avvia. Crea un nuovo certificato ed esporta di nuovo l’app.",
    ),
    (
        "certificate-expires-soon",
        "Il certificato di firma scade presto: da quel giorno la build non si installa e non si avvia. Crealo di nuovo in tempo.",
    ),
    (
        "signer-not-in-profile",
        "Il certificato con cui è firmata non è nel suo profilo di provisioning: i dispositivi la rifiuteranno.",
    ),
    ("no-devices", "Il profilo di provisioning non elenca dispositivi: nessuno può installarla."),
    (
        "listed-devices-only",
        "Si installa solo sui dispositivi elencati nel suo profilo di provisioning.",
    ),
    (
        "trust-needed",
        "Si installa su ogni dispositivo. Prima di aprirla bisogna autorizzare lo sviluppatore in Impostazioni › Generali › VPN e gestione dispositivo; da iOS 18 serve anche un riavvio.",
    ),
    (
        "developer-mode-needed",
        "Da iOS 16 può servire la Modalità sviluppatore: Impostazioni › Privacy e sicurezza, con un riavvio.",
    ),
    (
        "team-differs",
        "È firmata da un team diverso dalla build precedente: chi ha quella installata deve prima rimuoverla, e ne perde i dati.",
    ),
    (
        "build-number-not-higher",
        "Il numero di build non è più alto di quello precedente: telefoni e tester non capiscono che è più recente.",
    ),
    (
        "version-code-not-higher",
        "Il versionCode non è più alto di quello precedente: Android non la installa come aggiornamento.",
    ),
    (
        "signer-differs",
        "È firmata con una chiave diversa dalla build precedente: Android non la installa sopra a quella.",
    ),
    (
        "upload-key-differs",
        "È firmata con una chiave diversa dal bundle precedente: Google Play accetta una sola chiave di caricamento.",
    ),
    (
        "target-too-old",
        "È pensata per un livello API che le versioni recenti di Android rifiutano.",
    ),
    (
        "v1-signature-only",
        "È firmata solo con lo schema v1: le versioni recenti di Android la rifiutano. Firmala anche con v2 o v3.",
    ),
    (
        "no-v1-signature",
        "Non è firmata con lo schema v1: le versioni di Android prima della 7 la rifiutano.",
    ),
    ("test-only", "È di solo test: si installa soltanto con adb install -t."),
    ("debuggable", "Il debug è attivo: chiunque abbia un cavo può guardarci dentro."),
    (
        "debug-key",
        "È firmata con una chiave di debug, diversa su ogni macchina: gli aggiornamenti da un’altra macchina non si installeranno.",
    ),
    ("32-bit-only", "Contiene solo codice a 32 bit: i telefoni recenti non la eseguono."),
    (
        "developer-verification",
        "Android chiederà che lo sviluppatore sia verificato: dal 30 settembre 2026 in alcuni paesi, dal 2027 ovunque.",
    ),
    ("unsigned", "Non è firmata: nessun dispositivo la installa."),
];

fn italian(code: &str) -> Option<&'static str> {
    ITALIAN.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}
