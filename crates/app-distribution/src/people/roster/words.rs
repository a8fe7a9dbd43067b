//! The words of the roster.

use securevox_core::translations;
use securevox_protocol::roster::RosterFilter;

translations! {
    pub(super) RosterWords {
        title: "Testers", "Tester";
        lead: "Who can install the app, and the newest build that each of them has downloaded.", "Chi può installare l’app e la build più recente che ognuno ha scaricato.";
        lead_public: "The app is public, so anybody installs it. These are its members and those who were invited.", "L’app è pubblica, quindi la installa chiunque. Qui trovi i membri e chi è stato invitato.";
        lead_password: "Whoever knows the password installs the app too. These are its members and those who were invited.", "Può installare l’app anche chi conosce la password. Qui trovi i membri e chi è stato invitato.";
        search: "Address, name or account", "Indirizzo, nome o account";
        which: "Show", "Mostra";
        all: "Everybody", "Tutti";
        invited: "Not signed in yet", "Mai entrati";
        behind: "Not on the newest build", "Senza la build più recente";
        newest: "On the newest build", "Con la build più recente";
        filter: "Filter", "Filtra";
        export: "Export as CSV", "Esporta in CSV";
        who: "Who", "Chi";
        since: "Invited", "Invitato";
        signed_in: "Signed in", "Entrato";
        yes: "Yes", "Sì";
        not_yet: "Not yet", "Non ancora";
        build: "Downloaded", "Scaricata";
        nothing: "Nothing yet", "Ancora nulla";
        is_newest: "Newest", "Più recente";
        is_behind: "Behind", "Indietro";
        device: "Device", "Dispositivo";
        unknown: "Unknown", "Sconosciuto";
        acts: "Actions", "Azioni";
        again: "Invite again", "Invita di nuovo";
        remove: "Remove", "Rimuovi";
        remove_question: "Remove", "Rimuovere";
        lost: "They leave the groups that have this app and that you may change, and lose all that they install by those. You can invite them again.", "Esce dai gruppi che hanno questa app e che puoi modificare, e perde tutto ciò che installa da lì. Potrai invitarlo di nuovo.";
        nobody_found: "Nobody is like that", "Non c’è nessuno così";
        nobody_found_lead: "Look for something else, or show everybody.", "Cerca altro, oppure mostra tutti.";
        to_groups: "Groups and invitations", "Gruppi e inviti";
        nobody: "Nobody can install the app yet", "Ancora nessuno può installare l’app";
        nobody_lead: "Invite people to a group that has it, or add members in the settings.", "Invita qualcuno in un gruppo che la riceve, o aggiungi membri nelle impostazioni.";
        sent: "The invitation is on its way to", "L’invito è in arrivo a";
        copy_this: "Mail is off on this server. Pass this link on yourself; it works once. It is for", "Su questo server l’email è disattivata. Invia tu questo link: funziona una volta. È per";
        not_mailed: "They got as many mails as they may in an hour. Invite them again later:", "Ha già ricevuto tutte le email possibili in un’ora. Invitalo di nuovo più tardi:";
        shared: "Mail is off on this server, and they are in groups of others too, so that they sign in by themselves:", "Su questo server l’email è disattivata ed è anche in gruppi di altri, quindi entra da solo:";
    }
}

impl RosterWords {
    pub(super) fn filter_name(&self, filter: RosterFilter) -> &'static str {
        match filter {
            RosterFilter::Invited => self.invited,
            RosterFilter::Behind => self.behind,
            RosterFilter::Newest => self.newest,
        }
    }
}
