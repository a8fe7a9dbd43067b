//! What our pages say of problems.

use securevox_core::web::ProblemWords;

/// What our pages say of problems.
pub(crate) const PROBLEMS: &[ProblemWords] = &[
    ProblemWords {
        slug: "id-taken",
        english: None,
        italian: ("Questo id è già di qualcos’altro", "Riprova: ne verrà usato un altro."),
    },
    ProblemWords {
        slug: "too-many-pieces",
        english: None,
        italian: ("Il caricamento è arrivato in troppi pezzi", "Ricomincia, con pezzi più grandi."),
    },
    ProblemWords {
        slug: "no-address-proven",
        english: None,
        italian: (
            "Il tuo account non ha ancora un indirizzo confermato",
            "Confermane uno dalla pagina «Cosa provi».",
        ),
    },
    ProblemWords {
        slug: "not-in-group",
        english: None,
        italian: ("Non sei in questo gruppo", "Forse ne sei già uscito: ricarica la pagina."),
    },
    ProblemWords {
        slug: "not-your-device",
        english: None,
        italian: ("Non hai questo dispositivo", "Forse l’hai già rimosso: ricarica la pagina."),
    },
    ProblemWords {
        slug: "link-expired",
        english: Some(("This link has expired", "Ask whoever sent it for a new one.")),
        italian: ("Questo link è scaduto", "Chiedine uno nuovo a chi te l’ha mandato."),
    },
    ProblemWords {
        slug: "no-such-install-link",
        english: Some((
            "This link opens nothing",
            "It may be cut off, or be withdrawn. Ask whoever sent it for a new one.",
        )),
        italian: (
            "Questo link non apre nulla",
            "Forse è incompleto, o è stato ritirato. Chiedine uno nuovo a chi te l’ha mandato.",
        ),
    },
    ProblemWords {
        slug: "sign-in-link-over",
        english: Some(("This link was used, or its time is over", "Each link signs in once.")),
        italian: (
            "Questo link è già stato usato o è scaduto",
            "Ogni link fa accedere una volta sola.",
        ),
    },
    ProblemWords {
        slug: "share-link-over",
        english: Some((
            "This link is over",
            "Its time or its installs are used up, or it was withdrawn. Ask whoever sent it for a new one.",
        )),
        italian: (
            "Questo link non vale più",
            "È scaduto, esaurito o è stato ritirato. Chiedine uno nuovo a chi te l’ha mandato.",
        ),
    },
    ProblemWords {
        slug: "too-many-share-links",
        english: None,
        italian: ("La build ha troppi link", "Ritira quelli che non servono più."),
    },
    ProblemWords {
        slug: "enrolment-over",
        english: Some((
            "This question was answered, or its time is over",
            "Open the page of the build again and start from there.",
        )),
        italian: (
            "Questa richiesta ha già una risposta, oppure è scaduta",
            "Riapri la pagina della build e ricomincia da lì.",
        ),
    },
    ProblemWords {
        slug: "device-page-over",
        english: Some((
            "This page has expired",
            "Open the page of the build again: this browser remembers your device.",
        )),
        italian: (
            "Questa pagina è scaduta",
            "Riapri la pagina della build: questo browser ricorda il tuo dispositivo.",
        ),
    },
    ProblemWords {
        slug: "too-many-phones",
        english: None,
        italian: (
            "Ci sono già troppi dispositivi",
            "Togli quelli che non usi più, o chiedi a chi sviluppa l’app di farlo.",
        ),
    },
    ProblemWords {
        slug: "build-expired",
        english: Some((
            "This build has expired",
            "It can no longer be installed. Ask whoever sent it for another one.",
        )),
        italian: (
            "Questa build è scaduta",
            "Non si può più installare. Chiedine un’altra a chi te l’ha mandata.",
        ),
    },
    ProblemWords {
        slug: "app-exists",
        english: Some((
            "There is an app with this bundle ID already",
            "If you do not see it, ask an administrator who owns it.",
        )),
        italian: (
            "C’è già un’app con questo bundle ID",
            "Se non la vedi, chiedi a un amministratore di chi è.",
        ),
    },
    ProblemWords {
        slug: "build-not-offered",
        english: Some((
            "This build is not offered",
            "Offer it first: until then developers of the app alone see it.",
        )),
        italian: (
            "Questa build non è offerta",
            "Prima offrila: fino ad allora la vedono solo gli sviluppatori dell’app.",
        ),
    },
    ProblemWords {
        slug: "mail-is-off",
        english: None,
        italian: (
            "Questo server non invia email",
            "Chi lo gestisce può configurare un server di posta.",
        ),
    },
    ProblemWords {
        slug: "log-for-administrators",
        english: None,
        italian: (
            "Solo gli amministratori possono leggere questo registro",
            "Chiedi a un amministratore di questo server.",
        ),
    },
    ProblemWords {
        slug: "not-a-publisher",
        english: None,
        italian: (
            "Il tuo account non può caricare build",
            "Chiedi a un proprietario dell’app di farti sviluppatore, o a un amministratore di farti publisher.",
        ),
    },
    ProblemWords {
        slug: "may-not-make-apps",
        english: None,
        italian: (
            "Il tuo account non può creare nuove app",
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
        slug: "group-of-others-apps",
        english: None,
        italian: (
            "Il gruppo ha app che non gestisci",
            "Chiedi a chi gestisce tutte le sue app, oppure togli le tue dal gruppo.",
        ),
    },
    ProblemWords {
        slug: "no-room-for-screenshots",
        english: None,
        italian: (
            "Non c’è posto per un altro screenshot",
            "Invia il tuo feedback senza allegarlo.",
        ),
    },
    ProblemWords {
        slug: "too-much-feedback",
        english: Some(("Much feedback is coming in just now", "Wait a moment and send it again.")),
        italian: (
            "In questo momento arrivano molti feedback",
            "Aspetta un momento e invia di nuovo.",
        ),
    },
    ProblemWords {
        slug: "upload-failed",
        english: None,
        italian: (
            "Dal caricamento non si è potuta creare una build",
            "Il server ha provato più volte senza riuscirci. Carica di nuovo il file.",
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
        slug: "quota-exceeded",
        english: None,
        italian: (
            "L’app non ha più spazio",
            "Elimina delle build o non fissarle più, oppure aumenta lo spazio nelle impostazioni dell’app.",
        ),
    },
    ProblemWords {
        slug: "storage-quota-exceeded",
        english: None,
        italian: (
            "Il server non ha più spazio per le build",
            "Eliminane alcune, oppure chiedi più spazio a chi gestisce il server.",
        ),
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
    ProblemWords {
        slug: "last-owner",
        english: Some(("It is the only owner of the app", "Make somebody else an owner first.")),
        italian: ("È l’unico proprietario dell’app", "Prima rendi proprietario qualcun altro."),
    },
    ProblemWords {
        slug: "too-many-webhooks",
        english: None,
        italian: (
            "L’app ha già tutti i webhook che può avere",
            "Elimina quelli che non servono più.",
        ),
    },
    ProblemWords {
        slug: "delivery-waiting",
        english: Some(("It is on its way already", "Load the page again in a moment.")),
        italian: ("È già in arrivo", "Ricarica la pagina tra un momento."),
    },
    ProblemWords {
        slug: "not-symbols",
        english: None,
        italian: (
            "Nel file non ci sono simboli che si possano usare",
            "Carica i dSYM come zip, oppure il mapping.txt di R8.",
        ),
    },
    ProblemWords {
        slug: "app-role-missing",
        english: None,
        italian: (
            "Il tuo ruolo nell’app non lo permette",
            "Chiedi a chi gestisce l’app di darti il ruolo che serve.",
        ),
    },
    ProblemWords {
        slug: "signed-out",
        english: None,
        italian: ("Non hai effettuato l’accesso", "Accedi e invialo di nuovo."),
    },
    ProblemWords {
        slug: "address-link-over",
        english: Some((
            "This link does not work for you",
            "It works for an hour, and for the account that asked for it. Ask for a new one.",
        )),
        italian: (
            "Questo link non funziona per te",
            "Vale un’ora, e per l’account che l’ha chiesto. Chiedine uno nuovo.",
        ),
    },
    ProblemWords {
        slug: "no-such-unsubscribe-link",
        english: Some((
            "This link leads nowhere any more",
            "Open the link at the end of a newer mail.",
        )),
        italian: (
            "Questo link non porta più da nessuna parte",
            "Apri il link in fondo a un’email più recente.",
        ),
    },
    ProblemWords {
        slug: "no-such-webhook",
        english: None,
        italian: ("L’app non ha questo webhook", "Forse qualcuno l’ha eliminato."),
    },
];
