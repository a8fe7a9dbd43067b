//! The words of webhooks and of mails about builds.

use securevox_core::{translations, web::Language};
use securevox_protocol::webhooks::{
    DeliveryFault, DeliveryState, MailLanguage, WebhookDevice, WebhookEnd, WebhookEvent,
    WebhookFormat,
};

translations! {
    pub(crate) EventWords {
        published: "new build", "nuova build";
        activated: "build offered again", "build di nuovo disponibile";
        deactivated: "build no longer offered", "build non più disponibile";
        deleted: "build deleted", "build eliminata";
        expiring: "signature ends soon", "la firma sta per scadere";
        feedback: "new feedback", "nuovo feedback";
        enrolled: "new device", "nuovo dispositivo";
        enrolled_text: "Its owner asks to be listed. Export the devices, add them on developer.apple.com, and build with a new profile.", "Chi lo usa chiede di essere in elenco. Esporta i dispositivi, aggiungili su developer.apple.com e compila con un nuovo profilo.";
        test_event: "test", "prova";
        test_text: "Somebody tries this webhook. All is well if you read this.", "Qualcuno sta provando questo webhook. Se leggi qui, funziona.";
        build: "Build", "Build";
        channel: "Channel", "Canale";
        size: "Size", "Dimensione";
        branch: "Branch", "Branch";
        warnings: "Warnings", "Avvisi";
        rating: "Rating", "Voto";
        ends: "Ends on", "Scade il";
        device: "Device", "Dispositivo";
        open: "Open the build", "Apri la build";
        open_feedback: "Read the feedback", "Leggi il feedback";
        open_devices: "See the devices", "Vedi i dispositivi";
        on_test: "A test", "Una prova";
        on_published: "A new build", "Una nuova build";
        on_changed: "A build is offered or withdrawn", "Una build viene offerta o ritirata";
        on_deleted: "A build is deleted", "Una build viene eliminata";
        on_expiring: "A signature ends in 30, 7 or 1 days", "Una firma scade tra 30, 7 o 1 giorni";
        on_feedback: "A tester gives feedback", "Un tester lascia un feedback";
        on_enrolled: "A device is enrolled", "Viene registrato un dispositivo";
        title: "Notifications", "Notifiche";
        mails: "Mail", "Email";
        mails_lead: "Testers and members who get a new build are told by mail, if they want. Who uploads can decide otherwise with the field notify.", "I tester e i membri che ricevono una nuova build vengono avvisati via email, se vogliono. Chi carica può decidere altrimenti con il campo notify.";
        mails_off: "This server sends no mail.", "Questo server non invia email.";
        mail_builds: "Mail people about new builds", "Avvisa via email delle nuove build";
        as_the_app_says: "As the app’s settings say", "Come dicono le impostazioni dell’app";
        tell_nobody: "Mail nobody about this build", "Non avvisare nessuno di questa build";
        mail_language: "Language of mails and messages", "Lingua di email e messaggi";
        save: "Save", "Salva";
        saved: "Saved.", "Salvato.";
        your_address: "Your own mail", "La tua email";
        your_address_lead: "New builds, new devices and warnings before a signature ends go to:", "Le nuove build, i nuovi dispositivi e gli avvisi prima che una firma scada arrivano a:";
        no_address: "You have not confirmed an address yet: no warning reaches you.", "Non hai ancora confermato un indirizzo: non ti arriva nessun avviso.";
        confirm_address: "Confirm an address", "Conferma un indirizzo";
        change_address: "Change", "Cambia";
        webhooks: "Webhooks", "Webhook";
        webhooks_lead: "Your server, or a channel of your chat, is told what happens to this app.", "Il tuo server, o un canale della tua chat, viene avvisato di ciò che succede a questa app.";
        no_webhooks: "No webhooks yet", "Ancora nessun webhook";
        managers_only: "Managers of the app set up webhooks.", "I webhook li configura chi gestisce l’app.";
        new_webhook: "New webhook", "Nuovo webhook";
        url: "Address", "Indirizzo";
        url_hint: "Begins with https://. In a chat: the address of an incoming webhook.", "Inizia con https://. In una chat: l’indirizzo di un webhook in entrata.";
        format: "Format", "Formato";
        told_of: "Tell it of", "Eventi";
        only_channel: "Only this channel", "Solo questo canale";
        only_channel_hint: "Of builds. Empty means all.", "Per le build. Vuoto vale per tutti.";
        create: "Create", "Crea";
        on: "On", "Attivo";
        off: "Off", "Disattivato";
        failing: "Failing since", "Non risponde dal";
        enabled: "Send to this webhook", "Invia a questo webhook";
        secret: "Secret", "Segreto";
        secret_once: "Copy the secret now: it is not shown again. Your server verifies with it that a request comes from here (Standard Webhooks).", "Copia ora il segreto: non verrà più mostrato. Il tuo server verifica così che una richiesta arrivi da qui (Standard Webhooks).";
        copy: "Copy", "Copia";
        copied: "Copied", "Copiato";
        rotate: "New secret", "Nuovo segreto";
        rotate_lead: "For 24 hours requests are signed with both, the old one and the new.", "Per 24 ore le richieste sono firmate con entrambi, il vecchio e il nuovo.";
        deliveries: "Deliveries", "Consegne";
        no_deliveries: "Nothing was sent yet. Send a test to see whether it arrives.", "Non è ancora stato inviato nulla. Invia una prova per vedere se arriva.";
        send_test: "Send a test", "Invia una prova";
        sent: "It is on its way. Load the page again to see what came of it.", "È in viaggio. Ricarica la pagina per vedere com’è andata.";
        send_again: "Send again", "Invia di nuovo";
        tries: "Tries", "Tentativi";
        answer: "Answer", "Risposta";
        rotate_question: "New secret for", "Nuovo segreto per";
        rotate_lost: "The old one stops to work in 24 hours. Until then, give the new one to whoever checks signatures.", "Il vecchio smette di valere tra 24 ore. Fino ad allora, dai il nuovo a chi verifica le firme.";
        delete: "Delete the webhook", "Elimina il webhook";
        delete_question: "Delete the webhook of", "Eliminare il webhook di";
        delete_lost: "It is told nothing more, and the list of its deliveries goes with it. It cannot be undone.", "Non riceverà più nulla e l’elenco delle sue consegne va perso. Non si può annullare.";
        was_gone: "Turned off: the address answered 410 Gone.", "Disattivato: l’indirizzo ha risposto 410 Gone.";
        was_failing: "Turned off: the address took nothing for days.", "Disattivato: l’indirizzo non ha accettato nulla per giorni.";
        state_waiting: "Waiting", "In attesa";
        state_delivered: "Delivered", "Consegnato";
        state_failed: "Failed", "Non riuscito";
        fault_no_answer: "no answer", "nessuna risposta";
        fault_refused: "the address is not open to the Internet", "l’indirizzo non è aperto su Internet";
        fault_turned_off: "the webhook is off", "il webhook è disattivato";
        fault_sealed: "the secret cannot be read: make a new one", "il segreto non si legge: creane uno nuovo";
        generic: "JSON, signed", "JSON firmato";
    }
}

translations! {
    pub(crate) MailWords {
        ready: "is ready to test", "è pronta da provare";
        ready_lead: "There is a new build for you.", "C’è una nuova build per te.";
        whats_new: "What is new", "Novità";
        open_build: "Open the build", "Apri la build";
        why: "You get this because you test this app.", "Ricevi questa email perché provi questa app.";
        why_member: "You get this because you are a member of this app.", "Ricevi questa email perché fai parte di questa app.";
        no_more: "No more mails about it", "Non ricevere più email a riguardo";
        ends: "stops to install on", "non si installerà più dal";
        ends_lead: "The provisioning profile or certificate of the newest build ends. Upload a newly signed build before.", "Il profilo di provisioning o il certificato della build più recente sta per scadere. Carica prima una build firmata di nuovo.";
        enrolled: "new device", "nuovo dispositivo";
        enrolled_lead: "Somebody enrolled a device and waits to be listed. Export the new devices, add them on developer.apple.com, and upload a build with a new profile.", "Qualcuno ha registrato un dispositivo e aspetta di essere in elenco. Esporta i nuovi dispositivi, aggiungili su developer.apple.com e carica una build con un nuovo profilo.";
        open_devices: "See the devices", "Vedi i dispositivi";
        webhook_off: "A webhook was turned off", "Un webhook è stato disattivato";
        webhook_gone: "Its address answered 410 Gone. If that was a mistake, turn it on again.", "Il suo indirizzo ha risposto 410 Gone. Se è un errore, riattivalo.";
        webhook_failing: "It took nothing for days; what was to be told it last since", "Non ha accettato nulla per giorni; l’ultimo invio attendeva dal";
        webhook_open: "Look at the webhook", "Guarda il webhook";
        unsubscribe: "Mail about builds", "Email sulle build";
        unsubscribe_lead: "You get a mail when there is a new build of", "Ricevi un’email quando c’è una nuova build di";
        end_app: "No mail about this app", "Nessuna email su questa app";
        end_all: "No mail about any app", "Nessuna email su nessuna app";
        ended_app: "You get no more mail about", "Non riceverai più email su";
        ended_all: "You get no more mail about builds from here.", "Non riceverai più email sulle build da qui.";
        again: "Send me mail again", "Inviami di nuovo le email";
        resumed: "You get mail about new builds again.", "Riceverai di nuovo le email sulle nuove build.";
        address: "Mail address", "Indirizzo email";
        address_title: "Your address", "Il tuo indirizzo";
        address_lead: "Confirm a mail address, and what was given to it is yours here: the apps it was invited to test, new builds by mail, warnings about the apps you manage. We mail you a link.", "Conferma un indirizzo email e ciò che gli è stato assegnato qui è tuo: le app che è stato invitato a provare, le nuove build via email, gli avvisi sulle app che gestisci. Ti mandiamo un link.";
        address_now: "Now:", "Ora:";
        send_link: "Mail me the link", "Inviami il link";
        link_sent: "Open the link in the mail, in a browser in which you are signed in here.", "Apri il link nell’email, in un browser in cui hai effettuato l’accesso qui.";
        wrong_address: "This is not an address like ada@example.org.", "Non è un indirizzo come ada@example.org.";
        too_many: "This address got too many mails. Try again in an hour.", "Questo indirizzo ha ricevuto troppe email. Riprova tra un’ora.";
        prove_title: "Confirm your address", "Conferma il tuo indirizzo";
        prove_lead: "This address is to be yours on SecureVOX, with the apps that were given to it. Mails about your apps will come to it:", "Questo indirizzo sarà il tuo su SecureVOX, con le app che gli sono state assegnate. Le email sulle tue app arriveranno qui:";
        prove: "Confirm", "Conferma";
        prove_note: "The link works for an hour. If you did not ask for it, do nothing.", "Il link vale un’ora. Se non l’hai chiesto tu, non fare nulla.";
    }
}

pub(crate) fn language(chosen: MailLanguage) -> Language {
    match chosen {
        MailLanguage::English => Language::English,
        MailLanguage::Italian => Language::Italian,
    }
}

/// `iPhone 14 · iOS 18`, as far as it is known.
pub(crate) fn device_name(device: &WebhookDevice) -> String {
    let known = [device.model.as_deref(), device.os.as_deref()];
    known.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

impl EventWords {
    pub(crate) fn event(&self, event: WebhookEvent) -> &'static str {
        match event {
            WebhookEvent::BuildPublished => self.on_published,
            WebhookEvent::BuildChanged => self.on_changed,
            WebhookEvent::BuildDeleted => self.on_deleted,
            WebhookEvent::BuildExpiring => self.on_expiring,
            WebhookEvent::FeedbackCreated => self.on_feedback,
            WebhookEvent::DeviceEnrolled => self.on_enrolled,
            WebhookEvent::WebhookTest => self.on_test,
        }
    }

    pub(crate) fn format_name(&self, format: WebhookFormat) -> &'static str {
        match format {
            WebhookFormat::Generic => self.generic,
            WebhookFormat::Slack => "Slack",
            WebhookFormat::Teams => "Microsoft Teams",
            WebhookFormat::Mattermost => "Mattermost",
            WebhookFormat::Discord => "Discord",
        }
    }

    pub(crate) fn state(&self, state: DeliveryState) -> &'static str {
        match state {
            DeliveryState::Waiting => self.state_waiting,
            DeliveryState::Delivered => self.state_delivered,
            DeliveryState::Failed => self.state_failed,
        }
    }

    pub(crate) fn fault(&self, fault: DeliveryFault) -> &'static str {
        match fault {
            DeliveryFault::NoAnswer => self.fault_no_answer,
            DeliveryFault::Refused => self.fault_refused,
            DeliveryFault::TurnedOff => self.fault_turned_off,
            DeliveryFault::Sealed => self.fault_sealed,
        }
    }

    pub(crate) fn end(&self, end: WebhookEnd) -> &'static str {
        match end {
            WebhookEnd::Gone => self.was_gone,
            WebhookEnd::Failing => self.was_failing,
        }
    }
}
