//! What a form did, told once on the page that it leads to.

use axum::response::Response;
use securevox_core::web::{Language, View, see_done};

use crate::app::App;

/// A table of what can be done: its name, how the browser keeps it until the next page, and the
/// words for it.
macro_rules! done {
    ($($name:ident: $code:literal, $english:literal, $italian:literal;)+) => {
        /// Something that was done.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Done { $($name,)+ }

        impl Done {
            const ALL: &[Self] = &[$(Self::$name,)+];

            const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            const fn words(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::English) => $english,
                    (Self::$name, Language::Italian) => $italian,)+
                }
            }
        }
    };
}

done! {
    Added: "added", "Added.", "Aggiunto.";
    AddressConfirmed: "address-confirmed", "Your address is confirmed.", "Il tuo indirizzo è confermato.";
    AppMade: "app-made", "The app is made.", "L’app è stata creata.";
    Deleted: "deleted", "Deleted.", "Eliminato.";
    FeedbackOff: "feedback-off", "Feedback from inside the app is off.", "Il feedback dall’interno dell’app è disattivato.";
    Forgotten: "forgotten", "You are forgotten here.", "Qui non resta più nulla di te.";
    Given: "given", "The group has the build.", "Il gruppo ha la build.";
    GroupLeft: "group-left", "You are in the group no more.", "Non sei più nel gruppo.";
    GroupMade: "group-made", "The group is made.", "Il gruppo è stato creato.";
    KeyMade: "key-made", "The key is made.", "La chiave è stata creata.";
    LinkWithdrawn: "link-withdrawn", "The link is withdrawn: it opens nothing any more.", "Il link è stato ritirato: non apre più nulla.";
    Removed: "removed", "Removed.", "Rimosso.";
    Renamed: "renamed", "Renamed.", "Rinominato.";
    Reopened: "reopened", "Open again.", "Di nuovo aperto.";
    Resolved: "resolved", "Marked as resolved.", "Segnato come risolto.";
    Saved: "saved", "Saved.", "Salvato.";
    Told: "told", "They are told by mail now.", "Vengono avvisati ora via email.";
    Taken: "taken", "The group has the build no more.", "Il gruppo non ha più la build.";
}

/// 303 to `location`, whose page tells what is `done`.
pub(crate) fn done(app: &App, location: &str, done: Done) -> Response {
    see_done(&app.site, location, done.code())
}

/// What the form before this page did.
pub(crate) fn told(view: &View) -> Option<&'static str> {
    let code = view.done.as_deref()?;
    let done = Done::ALL.iter().find(|done| done.code() == code)?;
    Some(done.words(view.language))
}
