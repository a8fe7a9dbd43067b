//! What our pages say of problems.

use securevox_core::web::ProblemWords;

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
