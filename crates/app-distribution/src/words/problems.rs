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
