//! The words of pages and mails about people.

use securevox_core::translations;
use securevox_protocol::apps::{Access, AppRole};

translations! {
    /// The words of pages and mails about people.
    pub(crate) PeopleWords {
        settings: "Settings", "Impostazioni";
        groups: "Groups", "Gruppi";
        description: "Description", "Descrizione";
        testflight: "TestFlight link", "Link TestFlight";
        play: "Google Play link", "Link Google Play";
        access: "Who may install", "Chi può installare";
        access_members: "Members and testers", "Membri e tester";
        access_password: "Whoever knows a password, too", "Anche chi conosce una password";
        access_public: "Anybody", "Chiunque";
        password: "Password", "Password";
        password_hint: "8 characters or more. Leave it empty to keep the one there is.", "Almeno 8 caratteri. Lascia vuoto per tenere quella attuale.";
        save: "Save", "Salva";
        saved: "Saved", "Salvato";
        members: "Members", "Membri";
        members_lead: "Accounts that work on the app. Managers add developers and testers; owners everybody.", "Gli account che lavorano all’app. I manager aggiungono sviluppatori e tester; i proprietari chiunque.";
        handle: "Account", "Account";
        role: "Role", "Ruolo";
        tester: "Tester", "Tester";
        developer: "Developer", "Sviluppatore";
        manager: "Manager", "Manager";
        owner: "Owner", "Proprietario";
        add: "Add", "Aggiungi";
        remove: "Remove", "Rimuovi";
        remove_question: "Remove", "Rimuovere";
        member_lost: "The account loses its role in the app. You can add it again.", "L’account perde il suo ruolo nell’app. Potrai aggiungerlo di nuovo.";
        tester_lost: "They lose the builds of this group. You can invite them again.", "Non avrà più le build di questo gruppo. Potrai invitarlo di nuovo.";
        detach_lost: "The group loses all builds of the app, those that were given to it too.", "Il gruppo perde tutte le build dell’app, anche quelle assegnate.";
        withdraw_question: "Withdraw the link for", "Ritirare il link per";
        link_lost: "Nobody joins by it any more. Who joined stays.", "Non ci si potrà più iscrivere da qui. Chi è già iscritto resta.";
        delete_question: "Delete", "Eliminare";
        group_lost: "Its testers lose the builds that they get by it, and its join links end. It cannot be undone.", "I tester perdono le build che ricevono da qui e i link di iscrizione non valgono più. Non si può annullare.";
        danger: "Delete the app", "Elimina l’app";
        danger_lead: "With all its builds, for ever. Write its bundle ID to confirm.", "Con tutte le sue build, per sempre. Scrivi il suo bundle ID per confermare.";
        not_confirmed: "This is not the bundle ID of the app.", "Questo non è il bundle ID dell’app.";
        delete: "Delete", "Elimina";
        back: "Back", "Indietro";
        groups_lead: "People who install builds without an account, over any number of apps.", "Persone che installano build senza un account, su quante app vuoi.";
        no_groups: "No groups yet", "Ancora nessun gruppo";
        no_groups_lead: "Make one, give it an app, and invite testers by their addresses.", "Creane uno, assegnagli un’app e invita i tester con il loro indirizzo.";
        new_group: "New group", "Nuovo gruppo";
        name: "Name", "Nome";
        create: "Create", "Crea";
        rename: "Rename", "Rinomina";
        testers: "Testers", "Tester";
        no_testers: "Nobody is in this group yet.", "In questo gruppo non c’è ancora nessuno.";
        search_testers: "Address or name", "Indirizzo o nome";
        search: "Search", "Cerca";
        no_member_found: "Nobody here has such a name.", "Qui nessuno ha un nome così.";
        nobody_found: "Nobody here has such an address or name.", "Qui nessuno ha un indirizzo o un nome così.";
        invite: "Invite", "Invita";
        addresses: "Mail addresses", "Indirizzi email";
        addresses_hint: "One a line, or pasted from a table, with the name before the address if you like. Each gets a link that signs them in.", "Uno per riga, o incollati da una tabella, con il nome prima dell’indirizzo se vuoi. Ognuno riceve un link per entrare.";
        copy_these: "Mail is off on this server. Pass these links on yourself; each works once.", "Su questo server l’email è disattivata. Invia tu questi link: ognuno funziona una volta.";
        not_mailed: "These got as many mails as they may in an hour. They are in the group; invite them again later.", "Questi hanno già ricevuto tutte le email possibili in un’ora. Sono nel gruppo; invitali di nuovo più tardi.";
        invitations_sent: "Invitations sent", "Inviti inviati";
        shared_tester: "also in groups of others: they sign in by themselves", "è anche in gruppi di altri: entra da solo";
        others_apps: "The group has apps that you do not manage, so you only look at it. You can take yours out of it.", "Il gruppo ha app che non gestisci, quindi puoi solo guardarlo. Puoi togliere le tue.";
        group_apps: "Apps", "App";
        group_apps_lead: "What the group installs, and is mailed about: every build, those of one channel, or only those that are given to it.", "Cosa installa il gruppo, e su cosa riceve email: ogni build, quelle di un canale, o solo quelle che gli vengono assegnate.";
        every_build: "Every build", "Ogni build";
        channel_builds: "Every build of a channel", "Ogni build di un canale";
        of_channel: "Every build of the channel", "Ogni build del canale";
        given_builds: "Builds given to it", "Build assegnate";
        channel: "Channel", "Canale";
        channel_hint: "If you choose a channel: for example beta. The group gets nothing of others.", "Se scegli un canale: per esempio beta. Il gruppo non riceve nulla degli altri.";
        change: "Change", "Modifica";
        app: "App", "App";
        builds: "Builds", "Build";
        join_links: "Join links", "Link di iscrizione";
        join_links_off: "This server sends no mail, so nobody can prove an address: such a link lets nobody in. Invite people above, and pass their links on.", "Questo server non invia email, quindi nessuno può confermare un indirizzo: un link così non fa entrare nessuno. Invita le persone qui sopra e passa loro i link.";
        join_links_lead: "Whoever opens one says an address and proves it by a mail.", "Chi lo apre indica un indirizzo e lo conferma con un’email.";
        domain: "Only addresses of", "Solo indirizzi di";
        domain_hint: "For example example.org. Empty for any.", "Per esempio example.org. Vuoto per tutti.";
        uses: "How many may join", "Quanti possono iscriversi";
        hours: "Hours until it ends", "Ore prima che scada";
        optional: "Optional.", "Facoltativo.";
        new_link: "Your new link. It is shown once.", "Il tuo nuovo link. Lo vedi solo ora.";
        any_domain: "Any address", "Qualsiasi indirizzo";
        left: "left", "rimasti";
        until: "until", "fino al";
        withdraw: "Withdraw", "Ritira";
        delete_group: "Delete the group", "Elimina il gruppo";
        join: "Join", "Entra in";
        join_lead: "Enter your mail address. We send you a link that lets you in.", "Scrivi il tuo indirizzo email. Ti mandiamo un link per entrare.";
        join_off: "This server sends no mail: ask whoever sent you the link to add you.", "Questo server non invia email: chiedi a chi ti ha mandato il link di aggiungerti.";
        ask_title: "Sign in as a tester", "Entra come tester";
        ask_lead: "Enter the address you were invited with. We send you a link that signs you in.", "Scrivi l’indirizzo con cui sei stato invitato. Ti mandiamo un link per entrare.";
        ask_off: "This server sends no mail: ask whoever invited you for a link.", "Questo server non invia email: chiedi un link a chi ti ha invitato.";
        address: "Mail address", "Indirizzo email";
        only_domain: "Only addresses of this domain:", "Solo indirizzi di questo dominio:";
        send: "Send me a link", "Mandami un link";
        sent_title: "Look into your mail", "Controlla la posta";
        sent_lead: "If the address is right, a link is on its way. It works once, for half an hour.", "Se l’indirizzo è giusto, un link è in arrivo. Funziona una volta, per mezz’ora.";
        no_address: "This is not a mail address.", "Questo non è un indirizzo email.";
        other_domain: "Only addresses of the domain below may join.", "Possono entrare solo indirizzi del dominio indicato sotto.";
        open_title: "One more tap", "Ancora un tocco";
        open_lead: "The link works once, so it is used only when you press the button.", "Il link funziona una volta sola, perciò viene usato solo quando premi il pulsante.";
        open_apps: "Open my apps", "Apri le mie app";
        signed_in_as: "Signed in as", "Hai effettuato l’accesso come";
        leave: "Sign out", "Esci";
        leave_everywhere: "Sign out everywhere", "Esci da tutti i dispositivi";
        locked_title: "This app has a password", "Questa app ha una password";
        locked_lead: "Whoever shared the link knows it.", "La conosce chi ha condiviso il link.";
        wrong_password: "This is not the password.", "La password non è questa.";
        open: "Open", "Apri";
        test_without_account: "Test without an account", "Prova senza un account";
        invited_to: "You are invited to test:", "Invito a provare:";
        invited_lead: "Somebody would like you to try apps before they are released. This link lets you in, without a password.", "Qualcuno vorrebbe farti provare delle app prima che escano. Questo link ti fa entrare, senza password.";
        accept: "Accept", "Accetta";
        invited_note: "The link works once. If you do not know what this is about, ignore this mail.", "Il link funziona una volta sola. Se non sai di cosa si tratta, ignora questa email.";
        your_link: "Your link to sign in", "Il tuo link per entrare";
        your_link_lead: "You asked for a link to sign in on your phone or computer.", "Hai chiesto un link per entrare dal telefono o dal computer.";
        your_link_note: "The link works once, for half an hour. If it was not you who asked, ignore this mail.", "Il link funziona una volta, per mezz’ora. Se non l’hai chiesto tu, ignora questa email.";
    }
}

impl PeopleWords {
    pub(crate) fn role_name(&self, role: AppRole) -> &'static str {
        match role {
            AppRole::Tester => self.tester,
            AppRole::Developer => self.developer,
            AppRole::Manager => self.manager,
            AppRole::Owner => self.owner,
        }
    }

    pub(crate) fn access_name(&self, access: Access) -> &'static str {
        match access {
            Access::Members => self.access_members,
            Access::Password => self.access_password,
            Access::Public => self.access_public,
        }
    }
}
