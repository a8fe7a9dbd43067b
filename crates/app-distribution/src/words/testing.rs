//! The words of the page of whoever tests.

use securevox_core::translations;

translations! {
    pub(crate) TestingWords {
        title: "What you test", "Cosa provi";
        you_are: "You test as", "Provi come";
        no_address: "You have confirmed no address yet. What an address was invited to is yours here once you confirm it.", "Non hai ancora confermato un indirizzo. Ciò a cui un indirizzo è stato invitato è tuo qui quando lo confermi.";
        confirm: "Confirm an address", "Conferma un indirizzo";
        change_address: "Change the address", "Cambia indirizzo";
        groups: "Groups", "Gruppi";
        no_groups: "You are in no group.", "Non sei in nessun gruppo.";
        no_apps: "Nothing to install yet", "Ancora niente da installare";
        leave: "Leave", "Esci";
        leave_question: "Leave", "Uscire da";
        leave_lost: "You lose the builds that you get by it, at once. Who keeps the group can invite you again.", "Perdi subito le build che ricevi da qui. Chi gestisce il gruppo può invitarti di nuovo.";
        mails: "Mail about new builds", "Email sulle nuove build";
        no_mails: "There is no app yet that you would be mailed about.", "Non c’è ancora nessuna app di cui riceveresti email.";
        mailed: "You get mail about it", "Ricevi email";
        unmailed: "You get no mail about it", "Non ricevi email";
        stop: "No mail", "Niente email";
        start: "Send mail", "Invia email";
        stop_all: "No mail about any app", "Nessuna email su nessuna app";
        quiet: "You get no mail about builds from here.", "Non ricevi email sulle build da qui.";
        start_all: "Send me mail again", "Inviami di nuovo le email";
        devices: "Your devices", "I tuoi dispositivi";
        devices_lead: "iPhones and iPads that you enrolled, so that builds install on them.", "iPhone e iPad che hai registrato, perché le build vi si installino.";
        seen: "last seen", "visto l’ultima volta il";
        remove: "Remove", "Rimuovi";
        remove_question: "Remove", "Rimuovere";
        remove_lost: "The developers of all apps lose its identifier. Builds that list it still install.", "Chi sviluppa le app non avrà più il suo identificativo. Le build che lo elencano si installano ancora.";
        forget: "Forget me", "Dimenticami";
        forget_lead: "What is kept under this address goes: groups, devices, links for your phone, what you said of mail. That builds were downloaded, and what you said of them, stays without your address. An account stays, without an address.", "Ciò che è conservato per questo indirizzo va via: gruppi, dispositivi, link per il telefono, le scelte sulle email. Che delle build sono state scaricate, e cosa ne hai detto, resta senza il tuo indirizzo. Un account resta, senza indirizzo.";
        forget_question: "Forget", "Dimenticare";
        forget_lost: "You lose what you test, at once, wherever you are signed in. It cannot be undone. Who invites the address again begins anew, and it gets mail again.", "Perdi subito ciò che provi, ovunque tu sia entrato. Non si può annullare. Chi invita di nuovo l’indirizzo ricomincia da capo, e riceverà di nuovo email.";
    }
}
