//! The words of the page of feeds.

use securevox_core::translations;

translations! {
    /// The words of the page of feeds.
    pub(super) FeedWords {
        lead: "Your phone or feed reader looks for new builds by itself, with a secret link of its own.", "Il telefono o il lettore di feed cerca da solo le nuove build, con un link segreto tutto suo.";
        sign_in_lead: "Sign in to make a link for the apps you test.", "Accedi per creare un link per le app che provi.";
        new_link: "New link", "Nuovo link";
        new_link_hint: "For example the phone it is for: a link for each is easy to withdraw.", "Per esempio il telefono a cui serve: con un link per ognuno è facile ritirarlo.";
        create: "Create link", "Crea link";
        yours: "Your links", "I tuoi link";
        no_links: "You have no links yet.", "Non hai ancora nessun link.";
        created: "Created", "Creato il";
        used: "last used", "usato l’ultima volta il";
        unused: "not used yet", "mai usato";
        withdraw: "Withdraw", "Ritira";
        withdraw_question: "Withdraw", "Ritirare";
        withdraw_lost: "What it was added to gets no builds any more. It cannot be undone.", "Dove è stato aggiunto non arriveranno più build. Non si può annullare.";
        made: "Your new link. It is shown once.", "Il tuo nuovo link. Lo vedi solo ora.";
        made_lead: "Whoever has it sees what you see. Keep it to yourself, and withdraw it when the phone is gone.", "Chi lo ha vede ciò che vedi tu. Tienilo per te e ritiralo se perdi il telefono.";
        public: "Public apps", "App pubbliche";
        public_lead: "Anybody may follow these, without a link of their own.", "Chiunque può seguirle, senza un link personale.";
        fdroid: "Android: F-Droid", "Android: F-Droid";
        fdroid_lead: "Scan the code on the phone that has F-Droid, or open the link there. F-Droid then tells of each new build.", "Inquadra il codice dal telefono con F-Droid, oppure apri lì il link. Poi F-Droid segnala ogni nuova build.";
        fdroid_open: "Open in F-Droid", "Apri in F-Droid";
        scan: "Code that adds the repository to F-Droid", "Codice che aggiunge il repository a F-Droid";
        address: "Address", "Indirizzo";
        fingerprint: "Fingerprint", "Impronta";
        altstore: "iPhone: AltStore", "iPhone: AltStore";
        altstore_lead: "Add the address under Sources. AltStore signs apps anew, with your own Apple account.", "Aggiungi l’indirizzo tra le sorgenti. AltStore firma di nuovo le app con il tuo account Apple.";
        altstore_open: "Open in AltStore", "Apri in AltStore";
        news: "News of an app", "Novità di un’app";
        news_lead: "For feed readers: all builds, or those of one channel.", "Per i lettori di feed: tutte le build o quelle di un solo canale.";
        all_builds: "All builds", "Tutte le build";
        builds_of: "Builds of", "Le build di";
        copy: "Copy address", "Copia indirizzo";
        too_many: "You have as many links as one person may have. Withdraw one first.", "Hai già il numero massimo di link. Ritirane prima uno.";
        bad_name: "Give the link a name of at most 100 characters.", "Dai al link un nome di al massimo 100 caratteri.";
        as_tester: "I have no account", "Non ho un account";
    }
}
