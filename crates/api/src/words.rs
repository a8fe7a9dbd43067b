//! What our pages say of problems.

use securevox_core::web::{FaultWords, ProblemWords};

pub(crate) const FAULTS: FaultWords = FaultWords { problems: PROBLEMS, details: &[], fields: &[] };

const PROBLEMS: &[ProblemWords] = &[
    ProblemWords {
        slug: "set-up-over",
        english: Some((
            "This set-up link is over",
            "It was used or has expired. Sign in with the account that was made, or start the server again for a new link.",
        )),
        italian: (
            "Questo link di configurazione non vale più",
            "È stato usato o è scaduto. Accedi con l’account che è stato creato, oppure riavvia il server per averne uno nuovo.",
        ),
    },
    ProblemWords {
        slug: "let-in-over",
        english: Some((
            "This sign-in link is over",
            "It was used or has expired. Whoever runs the server can make another.",
        )),
        italian: (
            "Questo link di accesso non vale più",
            "È stato usato o è scaduto. Chi gestisce il server può crearne un altro.",
        ),
    },
    ProblemWords {
        slug: "account-locked",
        english: None,
        italian: ("Questo account è bloccato", "Lo ha bloccato un amministratore: chiedi a lui."),
    },
    ProblemWords {
        slug: "sso-only",
        english: None,
        italian: ("Qui non si usano password", "Accedi con il single sign-on."),
    },
    ProblemWords {
        slug: "sso-provider-away",
        english: None,
        italian: ("Il provider di accesso non risponde", "Riprova tra un minuto."),
    },
    ProblemWords {
        slug: "sso-provider-unfit",
        english: None,
        italian: (
            "Il provider di accesso e questo server non si capiscono",
            "Dillo a chi gestisce il server: il motivo è nel suo log.",
        ),
    },
    ProblemWords {
        slug: "sso-unproven",
        english: None,
        italian: ("La risposta del provider non dimostra chi sei", "Nessuno è entrato. Riprova."),
    },
    ProblemWords {
        slug: "sso-attempt-over",
        english: None,
        italian: (
            "L’accesso è scaduto, già usato, o iniziato in un altro browser",
            "Accedi ancora una volta.",
        ),
    },
    ProblemWords {
        slug: "sso-not-admitted",
        english: None,
        italian: (
            "Con questo account del provider non si può entrare qui",
            "Il suo indirizzo o i suoi gruppi non sono tra quelli ammessi.",
        ),
    },
    ProblemWords {
        slug: "identity-taken",
        english: Some((
            "Somebody else has this identity",
            "It is linked with another account of this server. Unlink it there first, or ask an administrator.",
        )),
        italian: (
            "Questa identità è di qualcun altro",
            "È collegata a un altro account di questo server. Scollegala prima da lì, o chiedi a un amministratore.",
        ),
    },
    ProblemWords {
        slug: "last-way-in",
        english: Some((
            "You could not sign in any more",
            "It is the only way into your account. Link another identity first.",
        )),
        italian: (
            "Non potresti più accedere",
            "È l’unico modo per entrare nel tuo account. Collega prima un’altra identità.",
        ),
    },
    ProblemWords {
        slug: "busy",
        english: None,
        italian: ("Stanno accedendo in troppi", "Aspetta un momento e riprova."),
    },
];
