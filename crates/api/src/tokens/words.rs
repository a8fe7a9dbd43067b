use securevox_core::translations;
use securevox_protocol::tokens::Scope;

translations! {
    pub(super) TokenWords {
        title: "API tokens", "Token API";
        lead: "A token lets a program act as you, without your password: your CI, for example.", "Un token permette a un programma di agire per te, senza la tua password: la tua CI, per esempio.";
        apps: "Apps", "App";
        yours: "Your tokens", "I tuoi token";
        none: "None yet.", "Ancora nessuno.";
        used: "last used", "ultimo uso";
        unused: "not used yet", "mai usato";
        created: "Created", "Creato";
        ends: "ends", "scade";
        ended: "ended", "scaduto";
        endless: "does not end", "non scade";
        only: "only", "solo";
        revoke: "Revoke", "Revoca";
        revoked: "The token is revoked. Whoever has it can do nothing with it any more.", "Il token è revocato. Chi ce l’ha non può più farci nulla.";
        new: "New token", "Nuovo token";
        name: "Name", "Nome";
        name_hint: "What it is for, for example the name of your CI.", "A cosa serve, per esempio il nome della tua CI.";
        scope: "It may", "Può";
        writes: "upload, change and delete builds", "caricare, modificare ed eliminare build";
        reads: "see and download builds", "vedere e scaricare build";
        app: "App", "App";
        all_apps: "All of yours", "Tutte le tue";
        end: "Ends", "Scade";
        month: "in 30 days", "tra 30 giorni";
        quarter: "in 90 days", "tra 90 giorni";
        year: "in a year", "tra un anno";
        never: "never", "mai";
        create: "Create token", "Crea token";
        made: "Your new token", "Il tuo nuovo token";
        made_lead: "It is shown this once. Keep it as a secret of your CI.", "Viene mostrato solo ora. Conservalo come segreto della tua CI.";
        copy: "Copy", "Copia";
        copied: "Copied", "Copiato";
        upload: "Upload with it, with the token in the variable API_TOKEN:", "Caricare con questo token, che sta nella variabile API_TOKEN:";
        bad_name: "Give it a name of at most 64 characters.", "Dagli un nome di al massimo 64 caratteri.";
        bad_choice: "Choose one of these.", "Scegli uno di questi.";
        too_many: "You have as many tokens as you may. Revoke one first.", "Hai già tutti i token che puoi avere. Revocane prima uno.";
        publishers_only: "Tokens are for those who upload builds. Ask an administrator of this server to make you a publisher, or somebody who manages an app to make you one of its developers.", "I token servono a chi carica build. Chiedi a un amministratore di questo server di farti pubblicare, o a chi gestisce un’app di farti suo sviluppatore.";
        revoke_title: "Revoke this token?", "Revocare questo token?";
        revoke_lead: "Whatever uses it is refused from then on. This cannot be undone.", "Chi lo usa verrà rifiutato da quel momento. Non si può annullare.";
        keep: "Keep it", "Tienilo";
        older: "Older", "Precedenti";
        first: "Newest", "Più recenti";
    }
}

impl TokenWords {
    /// After how many days a token may end, in words; the first is the usual one.
    pub(super) fn choices(&self) -> [(&'static str, &'static str); 4] {
        [("90", self.quarter), ("30", self.month), ("365", self.year), ("", self.never)]
    }

    /// What a scope allows, in words.
    pub(super) fn allows(&self, scope: Scope) -> &'static str {
        match scope {
            Scope::BuildsWrite => self.writes,
            Scope::BuildsRead => self.reads,
        }
    }
}
