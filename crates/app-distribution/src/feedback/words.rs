//! The words of feedback: the form on the page of a build, and the page of its developers.

use securevox_core::translations;
use securevox_protocol::feedback::FeedbackOrigin;

translations! {
    /// The words of feedback.
    pub(crate) FeedbackWords {
        title: "Feedback", "Feedback";
        send: "Send feedback", "Invia un feedback";
        send_lead: "What works, what does not? The developers of the app read it.", "Cosa funziona e cosa no? Lo leggono gli sviluppatori dell’app.";
        stars: "Rating", "Voto";
        of_five: "of 5 stars", "su 5 stelle";
        text: "What you noticed", "Cosa hai notato";
        screenshot: "Screenshot", "Screenshot";
        screenshot_hint: "PNG, JPEG or WebP. Where and when it was taken is removed.", "PNG, JPEG o WebP. Il luogo e l’ora dello scatto vengono rimossi.";
        optional: "Optional", "Facoltativo";
        thanks: "Thank you. The developers have your feedback.", "Grazie. Gli sviluppatori hanno ricevuto il tuo feedback.";
        wrong_text: "Write something, give a rating, or choose a screenshot. A text has 5,000 characters at most.", "Scrivi qualcosa, dai un voto o scegli uno screenshot. Il testo può avere al massimo 5.000 caratteri.";
        wrong_screenshot: "The file is not an image that can be sent. Choose a PNG, JPEG or WebP.", "Il file non è un’immagine che si può inviare. Scegli un PNG, JPEG o WebP.";
        wrong_else: "Something in the form was not understood. Load the page again and send it once more.", "Qualcosa nel modulo non è chiaro. Ricarica la pagina e invialo di nuovo.";
        build: "Build", "Build";
        every_build: "All builds", "Tutte le build";
        every_rating: "All ratings", "Tutti i voti";
        state: "State", "Stato";
        open: "Open", "Aperti";
        done: "Resolved", "Risolti";
        both: "Open and resolved", "Aperti e risolti";
        filter: "Filter", "Filtra";
        export: "Export as CSV", "Esporta in CSV";
        resolve: "Mark as resolved", "Segna come risolto";
        reopen: "Reopen", "Riapri";
        delete: "Delete", "Elimina";
        delete_question: "Delete the feedback of", "Eliminare il feedback di";
        delete_lead: "With its screenshot, for ever.", "Con il suo screenshot, per sempre.";
        by_page: "Build page", "Pagina della build";
        by_api: "API", "API";
        by_app: "Inside the app", "Dentro l’app";
        unknown: "Somebody without an account", "Qualcuno senza account";
        more: "What the app told", "Cosa ha comunicato l’app";
        nothing: "No feedback yet", "Ancora nessun feedback";
        nothing_detail: "Testers send it from the page of a build; an app can send it from inside.", "I tester lo inviano dalla pagina di una build; un’app può inviarlo dal suo interno.";
        nothing_found: "No feedback is like that", "Nessun feedback corrisponde";
        nothing_found_detail: "Choose something else above.", "Scegli altro qui sopra.";
        inside: "From inside the app", "Da dentro l’app";
        inside_lead: "The app sends it to this address, without an account. The key in it is no secret: it only says which app speaks. Make another one if strangers use it; the one before works no longer.", "L’app lo invia a questo indirizzo, senza account. La chiave che contiene non è un segreto: dice solo quale app parla. Creane un’altra se la usano estranei; quella di prima smette di funzionare.";
        inside_off: "Off: the app has no key. A manager of the app makes one.", "Disattivato: l’app non ha una chiave. La crea un manager dell’app.";
        make_key: "Make a key", "Crea una chiave";
        renew_key: "Make another key", "Crea un’altra chiave";
        renew_question: "Make another key for", "Creare un’altra chiave per";
        renew_lost: "Versions of the app that have the key there is send no feedback any more.", "Le versioni dell’app con la chiave attuale non invieranno più feedback.";
        delete_key_question: "Turn off feedback from inside", "Disattivare il feedback dall’interno di";
        delete_key_lost: "No version of the app sends feedback any more. A key made later is another one.", "Nessuna versione dell’app invierà più feedback. Una chiave creata dopo sarà diversa.";
        delete_key: "Turn off", "Disattiva";
        of_screenshot: "Screenshot, open it in full size", "Screenshot, aprilo a grandezza naturale";
    }
}

impl FeedbackWords {
    /// What to do about the field at `pointer`.
    pub(super) fn wrong(&self, pointer: &str) -> &'static str {
        match pointer {
            "#/text" => self.wrong_text,
            "#/screenshot" => self.wrong_screenshot,
            _ => self.wrong_else,
        }
    }

    /// Where it was written.
    pub(super) fn origin(&self, origin: FeedbackOrigin) -> &'static str {
        match origin {
            FeedbackOrigin::Page => self.by_page,
            FeedbackOrigin::Api => self.by_api,
            FeedbackOrigin::App => self.by_app,
        }
    }
}
