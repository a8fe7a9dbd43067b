//! What pages say of problems, whose own words are English and made for programs.

use std::borrow::Cow;

use axum::{Router, middleware::map_response, response::Response};
use securevox_protocol::Problem;

use super::{FaultWords, Language, faults::in_italian};

/// A title, and what to do about it.
type Said = (&'static str, &'static str);

/// What a page says of one kind of problem.
#[derive(Clone, Copy, Debug)]
pub struct ProblemWords {
    /// The last part of the problem's type, `stale-form`.
    pub slug: &'static str,
    /// None where the problem's own words say it best: they know what happened this time.
    pub english: Option<Said>,
    /// Italiano.
    pub italian: Said,
}

/// The words of a service, in the extensions of an answer that is a problem.
#[derive(Clone, Copy)]
pub(super) struct OfService(pub(super) FaultWords);

/// Has the pages of `routes` say `words` of their own problems.
pub fn with_problem_words(routes: Router, words: FaultWords) -> Router {
    routes.layer(map_response(move |mut response: Response| async move {
        if response.extensions().get::<Problem>().is_some() {
            response.extensions_mut().insert(OfService(words));
        }
        response
    }))
}

/// What a page says of `problem`, title and detail: in `words` of the service, else in ours, else
/// what its status means.
pub fn said_of(
    problem: &Problem,
    language: Language,
    words: FaultWords,
) -> (&str, Option<Cow<'_, str>>) {
    let slug = problem.kind.trim_start_matches("/problems/");
    let of_kind = words.problems.iter().chain(OURS).find(|words| words.slug == slug);
    let (english, italian) =
        of_kind.map_or_else(|| of_status(problem.status), |words| (words.english, words.italian));
    if language == Language::English {
        return match english {
            Some((title, detail)) => (title, Some(detail.into())),
            None => (&problem.title, problem.detail.as_deref().map(Cow::from)),
        };
    }
    let (title, detail) = italian;
    let this_time = problem.detail.as_deref();
    let this_time = this_time.and_then(|detail| in_italian(detail, words.details.iter()));
    (title, Some(this_time.map_or(Cow::from(detail), Cow::from)))
}

/// The problems of `core`.
const OURS: &[ProblemWords] = &[
    ProblemWords {
        slug: "stale-form",
        english: None,
        italian: (
            "Il modulo non è più valido",
            "Torna indietro, ricarica la pagina e invialo di nuovo.",
        ),
    },
    ProblemWords {
        slug: "foreign-form",
        english: None,
        italian: (
            "Il modulo arriva da un altro sito",
            "Qui si accettano solo i moduli di queste pagine.",
        ),
    },
    ProblemWords {
        slug: "code-not-valid",
        english: None,
        italian: ("L’accesso è scaduto o già usato", "Accedi ancora una volta."),
    },
    ProblemWords {
        slug: "session-ended",
        english: None,
        italian: ("La sessione è terminata", "Accedi di nuovo."),
    },
    ProblemWords {
        slug: "role-missing",
        english: None,
        italian: (
            "Il tuo account non può farlo",
            "Chiedi a un amministratore di darti il ruolo che serve.",
        ),
    },
    ProblemWords {
        slug: "broken-off",
        english: None,
        italian: ("L’invio si è interrotto", "Controlla la connessione e riprova."),
    },
    ProblemWords {
        slug: "too-slow",
        english: None,
        italian: ("L’invio era troppo lento", "Riprova con una connessione migliore."),
    },
    ProblemWords {
        slug: "timed-out",
        english: Some(("That took too long", "The server is busy. Try again in a minute.")),
        italian: ("Ci è voluto troppo", "Il server è occupato. Riprova tra un minuto."),
    },
    ProblemWords {
        slug: "storage-unavailable",
        english: Some((
            "The files are out of reach",
            "The storage does not answer just now. Try again in a minute.",
        )),
        italian: (
            "I file non sono raggiungibili",
            "L’archivio non risponde in questo momento. Riprova tra un minuto.",
        ),
    },
];

/// What a status means, for all others.
const fn of_status(status: u16) -> (Option<Said>, Said) {
    match status {
        404 => (
            Some(("There is nothing here", "The page does not exist, or you may not see it.")),
            ("Qui non c’è niente", "La pagina non esiste, oppure non puoi vederla."),
        ),
        500 => (
            Some(("Something went wrong", "It is our fault. Try again in a minute.")),
            ("Qualcosa è andato storto", "È colpa nostra. Riprova tra un minuto."),
        ),
        503 => (
            Some(("Back in a moment", "The service is starting or busy. Try again in a minute.")),
            ("Torniamo subito", "Il servizio si sta avviando o è occupato. Riprova tra un minuto."),
        ),
        401 => (None, ("Accedi prima", "Per vedere questa pagina devi accedere.")),
        403 => (None, ("Non puoi farlo", "Il tuo account non ha il permesso che serve.")),
        405 => (None, ("Non si fa così", "Torna indietro e riprova.")),
        408 => (None, ("Troppo lento", "L’invio si è fermato a metà. Riprova.")),
        410 => (None, ("Non c’è più", "Quello che cerchi è scaduto o è stato tolto.")),
        413 => (None, ("Troppo grande", "Quello che hai inviato supera il limite.")),
        422 => (None, ("Qualcosa non va", "Controlla quello che hai inviato e riprova.")),
        429 => (None, ("Troppe richieste", "Aspetta un momento e riprova.")),
        507 => (None, ("Spazio esaurito", "Il server non ha più spazio. Avvisa chi lo gestisce.")),
        _ => (None, ("Non ha funzionato", "Torna indietro e riprova.")),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::FieldWords, *};

    const EXPIRED: Problem = Problem::new(410, "/problems/link-expired", "The link has expired");
    const WORDS: FaultWords = FaultWords {
        problems: &[ProblemWords {
            slug: "link-expired",
            english: None,
            italian: ("Questo link è scaduto", "Chiedine uno nuovo."),
        }],
        details: &[FieldWords { english: "On {}.", italian: "Di {}." }],
        fields: &[],
    };
    const NONE: FaultWords = FaultWords { problems: &[], details: &[], fields: &[] };

    #[test]
    fn the_words_of_the_service_come_first_and_the_status_last() {
        let title =
            |problem: &Problem, language, words| said_of(problem, language, words).0.to_owned();
        assert_eq!(title(&EXPIRED, Language::Italian, WORDS), "Questo link è scaduto");
        assert_eq!(title(&EXPIRED, Language::English, WORDS), "The link has expired");
        assert_eq!(title(&EXPIRED, Language::Italian, NONE), "Non c’è più");
        let missing = Problem::new(404, "about:blank", "Not Found");
        assert_eq!(title(&missing, Language::English, WORDS), "There is nothing here");
        let stale = Problem::new(403, "/problems/stale-form", "The form is out of date");
        assert_eq!(title(&stale, Language::Italian, NONE), "Il modulo non è più valido");
    }

    #[test]
    fn what_happened_this_time_is_told_where_no_words_say_it_better() {
        let problem = EXPIRED.with_detail("On Monday.");
        let (_, detail) = said_of(&problem, Language::English, WORDS);
        assert_eq!(detail.as_deref(), Some("On Monday."));
        let (_, detail) = said_of(&problem, Language::Italian, WORDS);
        assert_eq!(detail.as_deref(), Some("Di Monday."));
        let problem = EXPIRED.with_detail("Long ago.");
        let (_, detail) = said_of(&problem, Language::Italian, WORDS);
        assert_eq!(detail.as_deref(), Some("Chiedine uno nuovo."));
    }
}
