//! The words of the log.

use securevox_core::{translations, web::Language};

translations! {
    /// The words of the log.
    pub(super) LogWords {
        log: "Log", "Registro";
        lead: "Who did what to this app, its builds and its groups.", "Chi ha fatto cosa a questa app, alle sue build e ai suoi gruppi.";
        none: "Nothing was done yet", "Ancora niente";
        platform: "The server", "Il server";
        gone: "An account that is gone", "Un account che non c’è più";
        older: "Older entries", "Voci precedenti";
        first: "Back to the newest", "Torna alle più recenti";
    }
}

/// What an action is called; nothing for one that is newer than these words.
pub(super) fn done(action: &str, language: Language) -> Option<&'static str> {
    let (english, italian) = match action {
        "app.created" => ("made the app", "ha creato l’app"),
        "app.changed" => ("changed the settings", "ha cambiato le impostazioni"),
        "app.deleted" => ("deleted the app", "ha eliminato l’app"),
        "app.member_set" => (
            "added a member, or gave another role",
            "ha aggiunto un membro o ne ha cambiato il ruolo",
        ),
        "app.member_removed" => ("removed a member", "ha rimosso un membro"),
        "build.uploaded" => ("uploaded a build", "ha caricato una build"),
        "build.uploaded_again" => ("uploaded a build again", "ha caricato di nuovo una build"),
        "build.changed" => ("changed a build", "ha modificato una build"),
        "build.deleted" => ("deleted a build", "ha eliminato una build"),
        "build.retired" => {
            ("deleted a build by retention", "ha eliminato una build per la conservazione")
        }
        "build.given" => ("gave a build to groups", "ha assegnato una build a dei gruppi"),
        "build.taken_back" => {
            ("took a build back from a group", "ha revocato una build a un gruppo")
        }
        "share_link.created" => {
            ("made a link to share a build", "ha creato un link per condividere una build")
        }
        "share_link.withdrawn" => ("withdrew a link to a build", "ha ritirato un link a una build"),
        "symbols.uploaded" => ("added symbols to a build", "ha aggiunto simboli a una build"),
        "symbols.deleted" => ("deleted symbols of a build", "ha eliminato simboli di una build"),
        "enrolled_devices.unverified_removed" => {
            ("removed unverified devices", "ha rimosso i dispositivi non verificati")
        }
        "group.renamed" => ("renamed a group", "ha rinominato un gruppo"),
        "group.deleted" => ("deleted a group", "ha eliminato un gruppo"),
        "group.app_attached" => ("gave the app to a group", "ha assegnato l’app a un gruppo"),
        "group.app_detached" => ("took the app from a group", "ha tolto l’app a un gruppo"),
        "tester.added" => ("added a tester", "ha aggiunto un tester"),
        "tester.removed" => ("removed a tester from a group", "ha rimosso un tester da un gruppo"),
        "tester.removed_entirely" => {
            ("removed a tester everywhere", "ha rimosso un tester da tutto")
        }
        "join_link.created" => ("made a join link", "ha creato un link di iscrizione"),
        "join_link.withdrawn" => ("withdrew a join link", "ha ritirato un link di iscrizione"),
        _ => return None,
    };
    Some(if language == Language::Italian { italian } else { english })
}
