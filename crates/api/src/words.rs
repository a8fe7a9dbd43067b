//! What our pages say of problems.

use securevox_core::web::{FaultWords, ProblemWords};

pub(crate) const FAULTS: FaultWords = FaultWords { problems: PROBLEMS, fields: &[] };

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
        slug: "busy",
        english: None,
        italian: ("Stanno accedendo in troppi", "Aspetta un momento e riprova."),
    },
];
